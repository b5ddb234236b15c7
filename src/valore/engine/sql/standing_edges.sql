-- Who turns to whom: weighted edges of the conversation, an account to the account it answers,
-- quotes, names or reposts. Genuine accounts only; linked accounts are one. Reads who, linked.
with edges as (
  select author as source, reply_to_author as target from posts
  where reply_to_author is not null and published > {{since}} and published <= {{as_of}}
  union all
  select author as source, quote_of_author as target from posts
  where quote_of_author is not null and published > {{since}} and published <= {{as_of}}
  union all
  select m.source as source, m.target as target from (
    select author as source, {{exploded(mentions)}} as target from posts
    where published > {{since}} and published <= {{as_of}}
  ) as m
  union all
  select i.actor as source, i.target_author as target from interactions as i
  where i.kind = 'repost' and i.target_author is not null and i.at > {{since}} and i.at <= {{as_of}}
)
select coalesce(s.actor, e.source) as source, coalesce(t.actor, e.target) as target,
  sum((1.0 - coalesce(w.spam, {{spam}})) * (1.0 - coalesce(w.automated, {{automated}}))) as weight
from edges as e
left join who as w on w.account = e.source
left join linked as s on s.account = e.source
left join linked as t on t.account = e.target
where coalesce(s.actor, e.source) <> coalesce(t.actor, e.target)
group by coalesce(s.actor, e.source), coalesce(t.actor, e.target)
having sum((1.0 - coalesce(w.spam, {{spam}})) * (1.0 - coalesce(w.automated, {{automated}}))) > 0
order by source, target
