-- Weighted favourable and unfavourable authors of the reference set, where the prior is centred.
select coalesce(sum(v * p_pos), 0.0) as favourable, coalesce(sum(v * p_neg), 0.0) as unfavourable
from voices
where subject <> {{subject}} and subject in (select slug from peers)
