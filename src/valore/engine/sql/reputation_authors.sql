-- One row for each author who speaks of the subject in the window: weighted favourable and
-- unfavourable parts, and the variance that the uncertainty of the reading adds.
select author, sum(v * p_pos) as favourable, sum(v * p_neg) as unfavourable,
  sum(v * v * p_pos * (1.0 - p_pos)) as noise_favourable,
  sum(v * v * p_neg * (1.0 - p_neg)) as noise_unfavourable,
  sum(v * v * p_pos * p_neg) as noise_both, sum(v) as mass
from voices
where subject = {{subject}} and v > 0
group by author
order by author
