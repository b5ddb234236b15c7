-- Places where the subject writes, and whether answers of its own can be seen there.
select place, count(*) as posts, sum(answers) as answers
from wall
where subject = {{subject}}
group by place
order by place
