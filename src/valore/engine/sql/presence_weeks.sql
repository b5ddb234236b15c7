-- Weeks of the window with a post of the subject's own, and posts in each.
select {{week(moment)}} as week, count(*) as posts, count(distinct place) as places, max(post) as post
from wall
where subject = {{subject}} and moment > {{since}} and answers = 0
group by {{week(moment)}}
order by {{week(moment)}}
