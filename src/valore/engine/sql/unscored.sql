-- Mentions of the window that no model could read, by language.
with spoken as (
  select about as post, max(label) as label from annotations where enricher = 'language' group by about
)
select coalesce(s.label, p.language, 'und') as language, count(*) as posts
from heard as h
join posts as p on p.key = h.post
left join spoken as s on s.post = h.post
where h.subject = {{subject}} and h.recent = 1 and h.label is null
group by coalesce(s.label, p.language, 'und')
order by posts desc, language
