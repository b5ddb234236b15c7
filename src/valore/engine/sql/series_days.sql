-- Genuine mentions of each day by distinct author, and how many of them are unfavourable.
select {{day(moment)}} as day, count(*) as mentions, count(distinct author) as authors,
  count(distinct case when p_neg >= 0.5 then author end) as negative,
  count(distinct case when p_pos is not null then author end) as scored,
  count(distinct case when actor = 'automated' or is_spam = 1 or discount < 1 then author end) as doubtful
from heard
where subject = {{subject}}
group by {{day(moment)}}
order by {{day(moment)}}
