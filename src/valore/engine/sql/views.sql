-- Places that never say how often a post of the subject was seen or reached.
select w.place as place, count(distinct w.post) as posts,
  sum(case when o.views is not null or o.reach is not null then 1 else 0 end) as told
from wall as w
left join observations as o on o.post = w.post
where w.subject = {{subject}} and w.moment > {{since}}
group by w.place
order by w.place
