-- Reviewed posts of the window beside what the machine read. Reads reviews(post, label, probability).
select v.post as post, v.author as author, v.v as v, v.p_pos as p_pos, v.p_neg as p_neg,
  avg(case when r.label = 'positive' then 1.0 else 0.0 end) as y_pos,
  avg(case when r.label = 'negative' then 1.0 else 0.0 end) as y_neg,
  min(r.probability) as probability
from voices as v
join reviews as r on r.post = v.post
where v.subject = {{subject}} and v.v > 0 and r.probability > 0 and r.label in ('positive', 'negative', 'neutral')
group by v.post, v.author, v.v, v.p_pos, v.p_neg
order by v.post
