-- Posts of the weeks that hurt or held most: the heaviest voices of each week.
select post, week
from (
  select post, week, heavy, row_number() over (partition by week order by heavy desc, post) as nth
  from (
    select post, {{week(moment)}} as week, weight * greatest(p_neg, p_pos) as heavy
    from heard
    where subject = {{subject}} and weight > 0 and p_pos is not null
  ) as weighed
) as numbered
where nth <= 3
order by week desc, post
