-- The heaviest voices of each week, with what each adds to its side.
select post, week, weight * p_pos as favourable, weight * p_neg as unfavourable
from (
  select post, {{week(moment)}} as week, weight, p_pos, p_neg,
    row_number() over (partition by {{week(moment)}} order by weight * greatest(p_neg, p_pos) desc, post) as nth
  from heard
  where subject = {{subject}} and weight > 0 and p_pos is not null
) as numbered
where nth <= 3
order by week, post
