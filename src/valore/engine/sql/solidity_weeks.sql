-- Favourable and unfavourable voices of each week, by distinct author, without decay; all of history.
with each_ as (
  select author, {{week(moment)}} as week, sum(weight * p_pos) as pos, sum(weight * p_neg) as neg
  from heard
  where subject = {{subject}} and weight > 0 and p_pos is not null
  group by author, {{week(moment)}}
),
one as (
  select week, author, pos, neg,
    log2(1.0 + greatest(pos + neg, 1.0)) / greatest(pos + neg, 1.0) as part
  from each_
)
select week, sum(pos * part) as favourable, sum(neg * part) as unfavourable,
  sum((pos + neg) * (pos + neg) * part * part) as square, count(*) as authors
from one
where pos + neg > 0
group by week
order by week
