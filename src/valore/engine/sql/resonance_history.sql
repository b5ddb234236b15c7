-- The same D of the subject in earlier windows of the same length, one step after the other;
-- `back` 0 ends at the reading, 1 a step earlier. Reads acts, who, steps(back, since, until).
with people as (
  select s.back as back, a.actor as actor, sum(a.strength) as n
  from acts as a
  join steps as s on a.moment > s.since and a.moment <= s.until
  where a.subject = {{subject}}
  group by s.back, a.actor
)
select p.back as back,
  sum(coalesce(w.person, {{person}}) * (1.0 - coalesce(w.spam, {{spam}}))
    * (1.0 - coalesce(w.automated, {{automated}})) * log2(1.0 + p.n)) as d,
  sum(coalesce(w.person, {{person}}) * (1.0 - coalesce(w.spam, {{spam}}))
    * (1.0 - coalesce(w.automated, {{automated}})) * log2(1.0 + p.n) * log2(1.0 + p.n)) as noise
from people as p
left join who as w on w.account = p.actor
group by p.back
order by p.back
