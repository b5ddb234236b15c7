-- Labels, those of a copy given to the post that counts where that has none of its own. What says that one of
-- both repeats the other is left out: it is one post. Reads twins(post, other).
with both_ as (
  select post as about, other as one, 1 as moved from twins
  union all
  select other as about, other as one, 0 as moved from twins
),
named as (
  select a.about as about, a.subject as subject, a.enricher as enricher, a.version as version, a.label as label,
    a.value as value, a.p as p, coalesce(u.other, a.other) as other, a.vector as vector, a.reason as reason,
    a.month as month
  from stored_annotations as a
  left join twins as u on u.post = a.other
),
theirs as (
  select n.*, b.one as one, row_number() over (partition by b.one, n.enricher, n.version, n.subject order by b.moved) as nth
  from named as n
  join both_ as b on b.about = n.about
  where n.other is null or n.other <> b.one
)
select about, subject, enricher, version, label, value, p, other, vector, reason, month
from named
where about not in (select about from both_)
union all
select one as about, subject, enricher, version, label, value, p, other, vector, reason, month
from theirs
where nth = 1
