-- Own posts of each week.
select {{week(moment)}} as week, count(*) as posts
from wall
where subject = {{subject}} and answers = 0
group by {{week(moment)}}
order by {{week(moment)}}
