-- How many posts speak of each theme: own, of the peers, and of those who speak of the subject.
-- Reads themes(theme, needle): a theme is named by a tag or stands in the text. A post without any is `-`.
with said as (
  select 'practised' as side, w.post as post, w.place as place, w.moment as moment, lower(w.text) as text
  from wall as w where w.subject = {{subject}} and w.answers = 0 and w.moment > {{since}}
  union all
  select 'peers' as side, w.post as post, w.place as place, w.moment as moment, lower(w.text) as text
  from wall as w where w.subject in (select slug from peers) and w.answers = 0 and w.moment > {{since}}
  union all
  select 'perceived' as side, h.post as post, h.place as place, h.moment as moment, lower(p.text) as text
  from heard as h
  join posts as p on p.key = h.post
  where h.subject = {{subject}} and h.recent = 1 and h.weight > 0
),
told as (
  select about as post, max(lower(label)) as theme
  from annotations where enricher = 'theme' and label is not null
  group by about
),
matched as (
  select s.side as side, s.post as post, s.place as place, {{month(s.moment)}} as month, t.theme as theme
  from said as s
  left join told as k on k.post = s.post
  left join themes as t on case when k.theme is null then contains(s.text, t.needle) else k.theme = t.theme end
)
select side, place, month, coalesce(theme, '-') as theme, count(distinct post) as posts, min(post) as example
from matched
group by side, place, month, coalesce(theme, '-')
order by side, place, month, theme
