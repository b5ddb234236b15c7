-- Statements of the subject in the window: how new, with what stance, and how many people took them up.
-- `uptake` is the percentile of acting people among the posts of the subject and its peers.
with newness as (
  select about as post, value, other,
    row_number() over (partition by about order by length(version) desc, version desc) as nth
  from annotations
  where enricher = 'novelty' and value is not null
),
stances as (
  select about as post, max(label) as label from annotations where enricher = 'stance' group by about
),
copies as (
  select about as post, max(other) as other, max(value) as overlap
  from annotations where enricher = 'near_duplicate' and other is not null
  group by about
),
taken as (
  select a.target as post, count(distinct a.actor) as people
  from acts as a
  left join who as w on w.account = a.account
  where a.target is not null and coalesce(w.is_spam, 0) = 0
  group by a.target
),
posted as (
  select w.subject as subject, w.post as post, w.author as author, w.moment as moment, w.place as place, w.text as text,
    coalesce(t.people, 0) as people
  from wall as w
  left join taken as t on t.post = w.post
  where w.moment > {{since}} and w.answers = 0
),
ranked as (
  select p.*, percent_rank() over (order by p.people) as uptake
  from posted as p
)
select r.post as post, r.moment as moment, r.place as place, {{week(r.moment)}} as week, n.value as novelty, n.other as nearest,
  case when c.other is not null then 1 else 0 end as copy, c.other as copied, s.label as stance,
  r.people as people, r.uptake as uptake
from ranked as r
left join newness as n on n.post = r.post and n.nth = 1
left join stances as s on s.post = r.post
left join copies as c on c.post = r.post
where r.subject = {{subject}}
order by r.moment, r.post
