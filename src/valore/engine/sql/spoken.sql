-- Posts whose theme is asked: own, of the peers, and of those who speak of the subject, with text and meaning.
-- Of each side at most {{most}}, drawn by an integer of the key, so that the same posts are drawn everywhere.
with said as (
  select 'practised' as side, w.post as post, w.place as place, w.moment as moment, w.text as text
  from wall as w where w.subject = {{subject}} and w.answers = 0 and w.moment > {{since}}
  union all
  select 'peers' as side, w.post as post, w.place as place, w.moment as moment, w.text as text
  from wall as w where w.subject in (select slug from peers) and w.answers = 0 and w.moment > {{since}}
  union all
  select 'perceived' as side, h.post as post, h.place as place, h.moment as moment, p.text as text
  from heard as h
  join posts as p on p.key = h.post
  where h.subject = {{subject}} and h.recent = 1 and h.weight > 0
),
drawn as (
  select said.*, row_number() over (
    partition by side order by ((post % 2147483647) * 48271) % 2147483647, post
  ) as nth
  from said
),
meaning as (
  select about as post, max(vector) as vector
  from annotations where enricher = 'embedding' and vector is not null
  group by about
)
select d.side as side, d.post as post, d.place as place, {{month(d.moment)}} as month, lower(d.text) as text,
  m.vector as vector
from drawn as d
left join meaning as m on m.post = d.post
where d.nth <= {{most}}
order by d.side, d.post
