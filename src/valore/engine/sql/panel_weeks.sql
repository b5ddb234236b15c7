-- The panel of followed accounts, week by week, from the rollup.
select d.account as account, d.place as place, {{week(d.day)}} as week, sum(d.own) as own,
  sum(d.replies) as replies, sum(d.quotes) as quotes
from days as d
group by d.account, d.place, {{week(d.day)}}
order by d.account, d.place, week
