-- Posts of each day.
select {{day(published)}} as day, count(*) as posts
from posts
group by {{day(published)}}
order by day
