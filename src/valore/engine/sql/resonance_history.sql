-- The same D of the subject in earlier windows of the same length, one step after the other;
-- `back` 0 ends at the reading, 1 a step earlier. Reads acts, steps(back, since, until).
with people as (
  select s.back as back, a.actor as actor, sum(a.strength) as n, count(*) as acts,
    case when min(a.chance) = max(a.chance) then min(a.chance) else sum(a.strength * a.chance) / sum(a.strength) end as chance
  from acts as a
  join steps as s on a.moment > s.since and a.moment <= s.until
  where a.subject = {{subject}}
  group by s.back, a.actor
),
weighed as (
  select p.back as back, p.acts as acts, log2(1.0 + p.n) as g, p.chance as chance
  from people as p
)
select back, sum(chance * g) as d, sum(chance * g * g) as noise, sum(chance) as people,
  coalesce(sum(case when acts = 1 then chance end), 0.0) as once,
  coalesce(sum(case when acts = 2 then chance end), 0.0) as twice
from weighed
group by back
order by back
