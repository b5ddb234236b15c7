-- Posts of each face in the window, and how many copy what the brand said within a week before.
with copies as (
  select about as post, max(other) as other
  from annotations where enricher = 'near_duplicate' and other is not null
  group by about
)
select w.subject as player, count(*) as posts,
  sum(case when b.post is not null and {{us(w.moment)}} - {{us(b.moment)}} between 0 and 604800000000 then 1 else 0 end)
    as copied
from wall as w
join players as p on p.subject = w.subject
left join copies as c on c.post = w.post
left join wall as b on b.post = c.other and b.subject = {{subject}} and w.subject <> {{subject}}
where w.moment > {{since}} and w.answers = 0
group by w.subject
order by w.subject
