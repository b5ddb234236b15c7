-- Posts that carry most of the acts of the window.
select post, sum(strength * (1.0 - coalesce(w.spam, {{spam}})) * (1.0 - coalesce(w.automated, {{automated}}))) as weight
from acts as a
left join who as w on w.account = a.actor
where a.subject = {{subject}} and a.moment > {{since}}
group by post
order by weight desc, post
limit {{most}}
