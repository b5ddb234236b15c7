-- The tags that the subject and its peers use most.
select lower(tag) as tag, count(*) as posts, count(distinct subject) as subjects
from (select subject, {{exploded(tags)}} as tag from wall where moment > {{since}} and answers = 0) as t
where tag is not null and tag <> ''
group by lower(tag)
having count(*) >= 2
order by posts desc, tag
limit {{most}}
