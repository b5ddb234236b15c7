-- Posts that carry most of the acts of the window.
select post, sum(strength * genuine) as weight
from acts as a
where a.subject = {{subject}} and a.moment > {{since}}
group by post
order by weight desc, post
limit {{most}}
