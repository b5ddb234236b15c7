-- How wide the acts of the window are spread.
select {{subject}} as subject, count(distinct place) as places, count(distinct {{week(moment)}}) as weeks,
  coalesce(sum(case when kind = 'like' then 1 else 0 end), 0) as likes,
  coalesce(sum(case when kind = 'repost' then 1 else 0 end), 0) as reposts,
  coalesce(sum(case when kind not in ('like', 'repost') then 1 else 0 end), 0) as spoken
from acts
where subject = {{subject}} and moment > {{since}}
