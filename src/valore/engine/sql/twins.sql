-- Copies of one post, once out of an archive, which has no ids or others, and
-- once with its native id: the same place and holder, the same words, at most two seconds apart. The
-- nearest pairs only, each post in one. `post` is the copy, `other` the one that counts.
-- Reads linked(account, actor), parted(post, other): pairs that a person calls different.
with made as (
  select p.key as post, p.place as place, coalesce(l.actor, p.author) as author, {{us(p.published)}} as at,
    {{plainly(p.text)}} as said
  from stored_posts as p
  left join linked as l on l.account = p.author
  where {{archived(p.id, p.place)}}
),
native as (
  select p.key as post, p.place as place, coalesce(l.actor, p.author) as author, {{us(p.published)}} as at,
    {{plainly(p.text)}} as said
  from stored_posts as p
  left join linked as l on l.account = p.author
  where p.place in (select place from made) and not {{archived(p.id, p.place)}}
),
pairs as (
  select m.post as post, n.post as other, abs(m.at - n.at) as apart
  from made as m
  join native as n on n.place = m.place and n.author = m.author and n.said = m.said
  where m.said <> '' and abs(m.at - n.at) <= 2000000
    and not exists (select 1 from parted as d where d.post = m.post and d.other = n.post)
),
ranked as (
  select post, other, row_number() over (partition by post order by apart, other) as nth,
    row_number() over (partition by other order by apart, post) as mth
  from pairs
)
select post, other from ranked where nth = 1 and mth = 1
