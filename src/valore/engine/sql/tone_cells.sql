-- How often probabilities that differ by less than 0.01 occur among the mentions of each subject's window. Reads tones.
with near as (
  select subject, round(p_neg * 100) / 100 as p_neg, round(p_pos * 100) / 100 as p_pos
  from tones
  where even = 1 and moment > {{since}}
)
select subject, p_neg, p_pos, count(*) as posts
from near
group by subject, p_neg, p_pos
order by subject, p_neg, p_pos
