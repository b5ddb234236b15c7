-- Posts in which others speak of a subject: they answer it (4), quote it (3), name its account (2),
-- or name it in words or were collected for it (1). Reads own, wall, inside, asked(subject, query),
-- names. All of history for the subject itself, the window for those it is compared with.
-- `direct` is 1 where the subject was spoken to, so that an answer can be expected.
with links as (
  select o.subject as subject, p.key as post, 4 as rank, p.reply_to as target
  from posts as p join own as o on o.account = p.reply_to_author
  union all
  select w.subject as subject, p.key as post, 4 as rank, p.reply_to as target
  from posts as p join wall as w on w.post = p.reply_to
  union all
  select o.subject as subject, p.key as post, 3 as rank, p.quote_of as target
  from posts as p join own as o on o.account = p.quote_of_author
  union all
  select w.subject as subject, p.key as post, 3 as rank, p.quote_of as target
  from posts as p join wall as w on w.post = p.quote_of
  union all
  select o.subject as subject, m.post as post, 2 as rank, null as target
  from (
    select p.key as post, {{exploded(p.mentions)}} as account from posts as p
    where {{overlaps(p.mentions, $accounts)}}
  ) as m
  join own as o on o.account = m.account
  union all
  select a.subject as subject, p.key as post, 1 as rank, null as target
  from posts as p join asked as a on a.query = p.query
  union all
  select n.subject as subject, n.post as post, 1 as rank, null as target from names as n
),
found as (
  select subject, post, max(rank) as rank, max(target) as target from links group by subject, post
)
select f.subject as subject, f.post as post, p.author as author, p.published as moment, p.place as place,
  case f.rank when 4 then 'reply' when 3 then 'quote' when 2 then 'address' else 'mention' end as kind,
  f.target as target, case when f.rank = 1 then 0 else 1 end as direct
from found as f
join posts as p on p.key = f.post
left join inside as i on i.subject = f.subject and i.account = p.author
where i.account is null and p.published <= {{as_of}}
  and (p.published > {{since}} or f.subject = {{subject}})
