-- Posts of the window that weigh most.
select post, author, v, p_neg, p_pos, w, n
from voices
where subject = {{subject}} and v > 0
order by v * (p_pos + p_neg) desc, post
limit {{most}}
