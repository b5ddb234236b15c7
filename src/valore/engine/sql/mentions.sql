-- Posts in which others speak of one subject: they answer it, quote it, name its account or one of
-- its names, or were collected for it. Reads own, inside(subject, account), wall.
-- `direct` is 1 where the subject was spoken to, so that an answer can be expected.
with found as (
  select p.key as post, p.author as author, p.published as moment, p.place as place,
    case
      when coalesce(p.reply_to_author in (select account from own where subject = {{subject}}), false)
        or coalesce(p.reply_to in (select post from wall where subject = {{subject}}), false) then 'reply'
      when coalesce(p.quote_of_author in (select account from own where subject = {{subject}}), false)
        or coalesce(p.quote_of in (select post from wall where subject = {{subject}}), false) then 'quote'
      when coalesce({{overlaps(p.mentions, $accounts)}}, false) then 'address'
      when coalesce({{has($queries, p.query)}}, false) then 'mention'
      when coalesce({{matches(p.text, $pattern)}}, false) then 'mention'
    end as kind,
    case when p.reply_to in (select post from wall where subject = {{subject}}) then p.reply_to
      else p.quote_of end as target
  from posts as p
  where p.published <= {{as_of}} and p.published > {{since}}
)
select {{subject}} as subject, f.post as post, f.author as author, f.moment as moment, f.place as place,
  f.kind as kind, f.target as target,
  case when f.kind = 'mention' then 0 else 1 end as direct
from found as f
where f.kind is not null
  and f.author not in (select account from inside where subject = {{subject}})
