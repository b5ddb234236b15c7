-- What is known of each account that acts: chances in [0, 1]; null where nobody has looked.
-- Reads label_spam, label_automation, label_actor.
select coalesce(s.about, u.about, c.about) as account,
  cast(s.p as double) as spam, cast(u.p as double) as automated, cast(c.p as double) as person,
  case
    when u.label = 'automated' then 'automated'
    when c.label in ('person', 'organisation') then c.label
    else 'unknown'
  end as actor,
  case when s.label = 'spam' then 1 else 0 end as is_spam
from label_spam as s
full outer join label_automation as u on u.about = s.about
full outer join label_actor as c on c.about = coalesce(s.about, u.about)
