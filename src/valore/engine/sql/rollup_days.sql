-- Sufficient statistics of one month: for each followed account, place and day, its own posts, the
-- posts that speak to it, and how many different authors do. Reads followed(account).
with spoken as (
  select f.account as account, p.place as place, {{day(p.published)}} as day, p.key as post, p.author as author,
    0 as own, 1 as reply, 0 as quote
  from posts as p join followed as f on f.account = p.reply_to_author
  union all
  select f.account as account, p.place as place, {{day(p.published)}} as day, p.key as post, p.author as author,
    0 as own, 0 as reply, 1 as quote
  from posts as p join followed as f on f.account = p.quote_of_author
  union all
  select f.account as account, p.place as place, {{day(p.published)}} as day, p.key as post, p.author as author,
    1 as own, 0 as reply, 0 as quote
  from posts as p join followed as f on f.account = p.author
)
select account, place, day, sum(own) as own, sum(reply) as replies, sum(quote) as quotes,
  count(distinct case when own = 0 then author end) as authors
from spoken
group by account, place, day
order by account, place, day
