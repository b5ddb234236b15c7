-- People engaged by the brand and its faces, grouped by whom they are engaged by (a sum of bits).
-- Reads players(subject, bit), acts of each player, outside(account): accounts of the house.
with engaged as (
  select a.actor as actor, p.bit as bit, max(a.genuine) as genuine
  from acts as a
  join players as p on p.subject = a.subject
  where a.moment > {{since}} and a.direct = 1 and a.moment > p.since and a.moment <= p.until
    and a.account not in (select account from house)
  group by a.actor, p.bit
),
people as (
  select actor, cast(sum(bit) as bigint) as mask, max(genuine) as weight from engaged group by actor
)
select mask, count(*) as accounts, sum(weight) as weight, sum(weight * weight) as square
from people
where weight > 0
group by mask
order by mask
