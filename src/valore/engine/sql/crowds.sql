-- Accounts around the subject in the window by kind, with the sums of the chances behind the labels.
with people as (
  select actor as account, count(*) as acts from acts where subject = {{subject}} and moment > {{since}} group by actor
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
