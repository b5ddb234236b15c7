-- First and last instant of each place among what is said by or of the subject, and how much.
select place, count(*) as posts, min({{day(moment)}}) as first_day, max({{day(moment)}}) as last_day
from (
  select place, moment, post from wall where subject = {{subject}}
  union all
  select place, moment, post from heard where subject = {{subject}}
) as both_
group by place
order by place
