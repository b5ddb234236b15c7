-- Which model read what.
select enricher, max(version) as version from annotations group by enricher order by enricher
