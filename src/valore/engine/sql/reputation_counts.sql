-- Raw counts beside the weighted ones.
select count(*) as mentions, count(distinct author) as authors, count(distinct place) as places,
  count(distinct {{week(moment)}}) as weeks,
  coalesce(sum(case when label = 'positive' then 1 else 0 end), 0) as positive,
  coalesce(sum(case when label = 'negative' then 1 else 0 end), 0) as negative,
  coalesce(sum(case when label = 'neutral' then 1 else 0 end), 0) as neutral,
  coalesce(sum(case when label = 'undecided' then 1 else 0 end), 0) as undecided,
  coalesce(sum(case when label is null then 1 else 0 end), 0) as unscored
from heard
where subject = {{subject}} and recent = 1
