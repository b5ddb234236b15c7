-- Which model read what; the opinions that a listening tool brought are none of our models.
select enricher, max(version) as version from annotations where enricher not like 'vendor:%'
group by enricher order by enricher
