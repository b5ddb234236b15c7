-- Posts to be shown as evidence. Reads wanted(post).
with counted as (
  select post, max(likes) as likes, max(replies) as replies, max(reposts) as reposts
  from observations where post in (select post from wanted) group by post
),
spoken as (
  select about as post, max(label) as label
  from annotations where enricher = 'language' and about in (select post from wanted) group by about
),
fresh as (
  select about as post, max(value) as value
  from annotations where enricher = 'novelty' and about in (select post from wanted) group by about
),
why as (
  select about as post, reason, label,
    row_number() over (
      partition by about order by case when subject = {{subject}} then 0 else 1 end, length(version) desc, version desc, reason
    ) as nth
  from annotations
  where enricher = 'polarity' and about in (select post from wanted) and subject in ('', {{subject}})
),
named as (
  select key, max(handle) as handle, max(name) as name, max(id) as id from accounts group by key
)
select p.key as post, p.place as place, coalesce(n.handle, n.name, n.id, '') as author,
  case when p.author in (select account from own where subject = {{subject}}) then {{own_actor}}
    else coalesce(w.actor, 'unknown') end as actor,
  p.published as published, coalesce(p.text, p.title, '') as text, p.url as url,
  coalesce(s.label, p.language) as language, y.label as polarity, y.reason as polarity_reason,
  f.value as novelty, c.likes as likes, c.replies as replies, c.reposts as reposts
from posts as p
join wanted as t on t.post = p.key
left join named as n on n.key = p.author
left join who as w on w.account = p.author
left join counted as c on c.post = p.key
left join spoken as s on s.post = p.key
left join fresh as f on f.post = p.key
left join why as y on y.post = p.key and y.nth = 1
order by p.key
