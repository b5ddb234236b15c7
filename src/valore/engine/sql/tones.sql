-- How each post was read for each subject; the subject's own reading comes before the general one.
-- `even` is 1 where a shipped model gave the probabilities: its classes weighed alike in training. Reads mentions.
with newest as (
  select m.subject as subject, a.about as post, m.moment as moment, a.label as label, a.p as p,
    case when a.p is not null and a.version not like '%:%' then 1 else 0 end as even,
    row_number() over (
      partition by m.subject, a.about
      order by case when a.subject = m.subject then 0 else 1 end, length(a.version) desc, a.version desc, a.label
    ) as nth
  from annotations as a
  join mentions as m on m.post = a.about
  where a.enricher = 'polarity' and a.label is not null and (a.subject = '' or a.subject = m.subject)
)
select subject, post, moment, label, even,
  case when p is not null then cast({{item(p, 1)}} as double) when label = 'negative' then 1.0
    when label in ('neutral', 'positive') then 0.0 end as p_neg,
  case when p is not null then cast({{item(p, 2)}} as double) when label = 'neutral' then 1.0
    when label in ('negative', 'positive') then 0.0 end as p_neu,
  case when p is not null then cast({{item(p, 3)}} as double) when label = 'positive' then 1.0
    when label in ('negative', 'neutral') then 0.0 end as p_pos
from newest
where nth = 1
