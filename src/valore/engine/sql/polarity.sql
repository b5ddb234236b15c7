-- How each post was read for one subject; the subject's own reading comes before the general one.
with newest as (
  select a.about as post, a.label as label, a.p as p,
    row_number() over (
      partition by a.about
      order by case when a.subject = {{subject}} then 0 else 1 end, length(a.version) desc, a.version desc, a.label
    ) as nth
  from annotations as a
  join mentions as m on m.post = a.about and m.subject = {{subject}}
  where a.enricher = 'polarity' and a.subject in ('', {{subject}}) and a.label is not null
)
select {{subject}} as subject, post, label,
  case when p is not null then cast({{item(p, 1)}} as double) when label = 'negative' then 1.0
    when label in ('neutral', 'positive') then 0.0 end as p_neg,
  case when p is not null then cast({{item(p, 3)}} as double) when label = 'positive' then 1.0
    when label in ('neutral', 'negative') then 0.0 end as p_pos
from newest
where nth = 1
