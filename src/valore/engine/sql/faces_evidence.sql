-- The posts of each player that engaged most people.
select player, post, people
from (
  select a.subject as player, a.post as post, count(distinct a.actor) as people,
    row_number() over (partition by a.subject order by count(distinct a.actor) desc, a.post) as nth
  from acts as a
  join players as p on p.subject = a.subject
  where a.moment > {{since}} and a.direct = 1
  group by a.subject, a.post
) as ranked
where nth <= 50
order by player, people desc, post
