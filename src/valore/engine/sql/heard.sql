-- Mentions with their weights. Copies of one author count once; a burst of copies by many accounts
-- within minutes counts as one voice. `weight` is without age, `w` with it and 0 outside the window.
-- `author` is the holder of all linked accounts, `account` the one that wrote. Reads linked(account, actor).
with copies as (
  select about as post, max(other) as other
  from annotations
  where enricher = 'near_duplicate' and other is not null
  group by about
),
told as (
  select m.subject as subject, m.post as post, coalesce(l.actor, m.author) as author, m.author as account,
    m.moment as moment, m.place as place,
    m.kind as kind, m.target as target, m.direct as direct, coalesce(c.other, m.post) as story
  from mentions as m
  left join copies as c on c.post = m.post
  left join linked as l on l.account = m.author
),
numbered as (
  select t.*, row_number() over (partition by t.subject, t.author, t.story order by t.moment, t.post) as nth,
    floor({{us(moment)}} / {{burst}}) as slot
  from told as t
),
bursts as (
  select subject, story, slot, count(distinct account) as accounts
  from numbered
  group by subject, story, slot
  having count(distinct account) >= {{many}}
),
weighed as (
  select n.subject as subject, n.post as post, n.author as author, n.account as account, n.moment as moment,
    n.place as place, n.kind as kind, n.target as target, n.direct as direct, n.story as story,
    coalesce(w.actor, 'unknown') as actor, coalesce(w.is_spam, 0) as is_spam,
    coalesce(w.person, {{person}}) as person,
    coalesce(w.person, {{person}}) * (1.0 - coalesce(w.spam, {{spam}}))
      * (1.0 - coalesce(w.automated, {{automated}})) as chance,
    (1.0 - coalesce(w.spam, {{spam}})) * (1.0 - coalesce(w.automated, {{automated}})) as genuine,
    1.0 / coalesce(b.accounts, 1) as discount,
    p.label as label, p.p_neg as p_neg, p.p_pos as p_pos,
    case when n.moment > {{since}} then 1 else 0 end as recent,
    power(2.0, - {{seconds(n.moment, $as_of)}} / {{half_life}}) as decay
  from numbered as n
  left join bursts as b on b.subject = n.subject and b.story = n.story and b.slot = n.slot
  left join who as w on w.account = n.account
  left join polarity as p on p.subject = n.subject and p.post = n.post
  where n.nth = 1
)
select subject, post, author, account, moment, place, kind, target, direct, story, actor, is_spam, person, chance,
  genuine, discount, label, p_neg, p_pos, recent, decay,
  genuine * discount as weight,
  genuine * discount * decay * recent as w
from weighed
