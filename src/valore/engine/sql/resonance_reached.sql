-- D of the subject and each of its peers in the window: sums over distinct people of P(person) g(n),
-- and of P(person) g(n)^2; `once` and `twice` count the people seen so often.
-- Where one person acts with several accounts, P is their mean, each weighed by what it did: so linking
-- accounts never raises D. Reads acts.
with people as (
  select a.subject as subject, a.actor as actor, sum(a.strength) as n, count(*) as acts,
    case when min(a.chance) = max(a.chance) then min(a.chance) else sum(a.strength * a.chance) / sum(a.strength) end as chance
  from acts as a
  where a.moment > {{since}}
  group by a.subject, a.actor
),
weighed as (
  select p.subject as subject, p.acts as acts, log2(1.0 + p.n) as g, p.chance as chance
  from people as p
)
select s.slug as subject, coalesce(sum(w.chance * w.g), 0.0) as d, coalesce(sum(w.chance * w.g * w.g), 0.0) as noise,
  coalesce(sum(w.chance), 0.0) as people,
  coalesce(sum(case when w.acts = 1 then w.chance end), 0.0) as once,
  coalesce(sum(case when w.acts = 2 then w.chance end), 0.0) as twice,
  count(w.subject) as accounts, coalesce(sum(w.acts), 0) as acts
from known as s
left join weighed as w on w.subject = s.slug
group by s.slug
order by s.slug
