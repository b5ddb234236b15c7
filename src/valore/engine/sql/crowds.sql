-- Those who act around the subject in the window by kind, with the sums of the chances behind the labels.
-- Who has several accounts is of the kind of the one that acts most.
with each_ as (
  select actor, account, count(*) as n
  from acts where subject = {{subject}} and moment > {{since}} group by actor, account
),
people as (
  select account, acts
  from (
    select account, sum(n) over (partition by actor) as acts,
      row_number() over (partition by actor order by n desc, account) as nth
    from each_
  ) as ranked
  where nth = 1
),
known as (
  select p.account as account, p.acts as acts, coalesce(w.actor, 'unknown') as actor, coalesce(w.is_spam, 0) as spam,
    case
      when w.actor = 'automated' then w.automated
      when w.actor = 'person' then w.person
      when w.actor = 'organisation' then 1.0 - w.person
      else 1.0
    end as sure
  from people as p
  left join who as w on w.account = p.account
)
select actor, count(*) as accounts, sum(acts) as acts, sum(spam) as spam, sum(coalesce(sure, 1.0)) as sure
from known
group by actor
order by actor
