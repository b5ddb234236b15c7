-- People engaged by the brand and its faces, grouped by whom they are engaged by (a sum of bits).
-- Reads players(subject, bit), acts of each player, outside(account): accounts of the house.
with engaged as (
  select distinct a.actor as actor, p.bit as bit
  from acts as a
  join players as p on p.subject = a.subject
  where a.moment > {{since}} and a.direct = 1 and a.moment > p.since and a.moment <= p.until
    and a.actor not in (select account from house)
),
people as (
  select actor, cast(sum(bit) as bigint) as mask from engaged group by actor
),
weighed as (
  select p.mask as mask,
    (1.0 - coalesce(w.spam, {{spam}})) * (1.0 - coalesce(w.automated, {{automated}})) as weight
  from people as p
  left join who as w on w.account = p.actor
)
select mask, count(*) as accounts, sum(weight) as weight, sum(weight * weight) as square
from weighed
where weight > 0
group by mask
order by mask
