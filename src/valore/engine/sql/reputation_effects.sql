-- The mentions that can move reputation: their part and their author's sums, so that the value
-- without each has a closed form.
with totals as (
  select author, sum(w * p_pos) as pos, sum(w * p_neg) as neg
  from voices where subject = {{subject}} group by author
)
select v.post as post, v.w as w, v.p_pos as p_pos, v.p_neg as p_neg, t.pos as pos, t.neg as neg
from voices as v
join totals as t on t.author = v.author
where v.subject = {{subject}} and v.v > 0
order by v.v * (v.p_pos + v.p_neg) desc, v.post
limit 5000
