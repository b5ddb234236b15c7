-- The newest word of one classifier of accounts or posts: its probability of one class, and its label.
-- An undecided label gives its own probability; without probabilities it is not known.
with newest as (
  select about, label, p,
    row_number() over (
      partition by about
      order by case when subject = {{subject}} then 0 else 1 end, length(version) desc, version desc, label
    ) as nth
  from annotations
  where enricher = {{enricher}} and subject in ('', {{subject}}) and label is not null
)
select about, label,
  case
    when label = {{yes}} then coalesce({{largest(p)}}, 1.0)
    when label = {{no}} then 1.0 - coalesce({{largest(p)}}, 1.0)
    else {{item(p, $place)}}
  end as p
from newest
where nth = 1
