-- What others did for a subject: posts that speak of it, and reposts and likes of its posts.
-- A like is worth `{{like}}` of another act. `actor` is the holder of all linked accounts, `account` the one
-- that acts; `chance` (a person, no spam, no automaton) and `genuine` are those of the account.
-- Reads heard, wall, inside, who, linked.
with wordless as (
  select distinct w.subject as subject, coalesce(l.actor, i.actor) as actor, i.actor as account,
    coalesce(i.at, w.moment) as moment, i.kind as kind,
    w.post as target, i.key as act
  from interactions as i
  join wall as w on w.post = i.target
  left join linked as l on l.account = i.actor
  where i.kind in ('repost', 'like')
)
select h.subject as subject, h.author as actor, h.account as account, h.moment as moment, h.kind as kind,
  h.post as post, h.target as target,
  h.discount as strength, h.direct as direct, h.place as place,
  h.chance as chance, h.genuine as genuine
from heard as h
union all
select a.subject as subject, a.actor as actor, a.account as account, a.moment as moment, a.kind as kind,
  a.target as post, a.target as target,
  case when a.kind = 'like' then cast({{like}} as double) else 1.0 end as strength, 1 as direct, w.place as place,
  coalesce(k.person, {{person}}) * (1.0 - coalesce(k.spam, {{spam}}))
    * (1.0 - coalesce(k.automated, {{automated}})) as chance,
  (1.0 - coalesce(k.spam, {{spam}})) * (1.0 - coalesce(k.automated, {{automated}})) as genuine
from wordless as a
join wall as w on w.post = a.target and w.subject = a.subject
left join who as k on k.account = a.account
where a.moment <= {{as_of}}
  and not exists (select 1 from inside as n where n.subject = a.subject and n.account = a.account)
