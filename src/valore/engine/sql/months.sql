-- Months with anything by or about the subject, by place.
select place, {{month(moment)}} as month, count(*) as posts
from (
  select place, moment from wall where subject = {{subject}}
  union all
  select place, moment from heard where subject = {{subject}}
) as both_
group by place, {{month(moment)}}
order by place, month
