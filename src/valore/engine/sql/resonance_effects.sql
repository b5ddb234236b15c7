-- What D would lose without the acts on one post. Reads acts.
with people as (
  select actor, sum(strength) as n,
    case when min(chance) = max(chance) then min(chance) else sum(strength * chance) / sum(strength) end as chance
  from acts where subject = {{subject}} and moment > {{since}} group by actor
),
parts as (
  select a.post as post, a.actor as actor, sum(a.strength) as part
  from acts as a where a.subject = {{subject}} and a.moment > {{since}}
  group by a.post, a.actor
)
select p.post as post,
  sum(s.chance * (log2(1.0 + s.n) - log2(1.0 + greatest(s.n - p.part, 0.0)))) as lost
from parts as p
join people as s on s.actor = p.actor
group by p.post
order by lost desc, p.post
limit {{most}}
