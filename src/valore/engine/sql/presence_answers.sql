-- Mentions of the window that speak to the subject by genuine authors, and when the first answer came.
-- Only questions (stance) count where stances are known; in places whose answers can be seen.
with answers as (
  select w.reply_to as post, min(w.moment) as moment
  from wall as w
  where w.subject = {{subject}} and w.reply_to is not null
  group by w.reply_to
),
seen as (
  select distinct place from wall where subject = {{subject}} and answers = 1
),
stances as (
  select about as post, max(label) as label from annotations where enricher = 'stance' group by about
),
asked as (
  select h.post as post, h.author as author, h.moment as moment, h.weight as weight, s.label as stance, h.place as place
  from heard as h
  join seen as p on p.place = h.place
  left join stances as s on s.post = h.post
  where h.subject = {{subject}} and h.direct = 1 and h.recent = 1 and h.weight > 0
)
select k.post as post, k.author as author, k.place as place, k.weight as weight, k.stance as stance,
  case when a.moment is null then {{seconds(k.moment, $as_of)}} / 3600.0
    else {{seconds(k.moment, a.moment)}} / 3600.0 end as hours,
  case when a.moment is null then 0 else 1 end as answered
from asked as k
left join answers as a on a.post = k.post and a.moment >= k.moment
order by k.post
