-- Posts of the subjects' own accounts. Reads own(subject, account).
select o.subject as subject, p.key as post, p.author as author, p.published as moment, p.place as place,
  p.text as text, p.tags as tags, p.reply_to as reply_to, p.reply_to_author as reply_to_author,
  case when p.reply_to is null and p.reply_to_author is null then 0 else 1 end as answers
from posts as p
join own as o on o.account = p.author
where p.published <= {{as_of}}
