-- Accounts of one place that wrote the same posts: one in an archive without ids of its own, the other by the
-- network's API. At least three different texts, each at most two seconds apart.
with told as (
  select p.author as author, p.place as place, {{us(p.published)}} as at, {{plainly(p.text)}} as said,
    case when {{archived(p.id, p.place)}} then 1 else 0 end as made
  from posts as p
  where length(p.text) >= 12
    and p.place in (select place from posts where {{archived(id, place)}})
)
select m.author as author, n.author as other, count(distinct m.said) as posts
from told as m
join told as n on n.place = m.place and n.said = m.said
where m.made = 1 and n.made = 0 and m.author <> n.author and abs(m.at - n.at) <= 2000000
group by m.author, n.author
having count(distinct m.said) >= 3
order by m.author, n.author
