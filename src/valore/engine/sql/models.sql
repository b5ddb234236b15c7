-- Which model read what, in its newest version; the opinions that a listening tool brought are none of our models.
with told as (
  select distinct enricher, version from annotations where enricher not like 'vendor:%'
),
numbered as (
  select enricher, version,
    row_number() over (partition by enricher order by length(version) desc, version desc) as nth
  from told
)
select enricher, version from numbered where nth = 1
order by enricher
