-- The posts of some days that spread most or weigh most.
select h.post as post, h.moment as moment, {{day(h.moment)}} as day, h.weight * greatest(coalesce(h.p_neg, 0.0), coalesce(h.p_pos, 0.0)) as heavy,
  coalesce(h.p_neg, 0.0) as p_neg
from heard as h
where h.subject = {{subject}} and {{day(h.moment)}} >= {{first_day}} and {{day(h.moment)}} <= {{last_day}} and h.weight > 0
order by p_neg desc, heavy desc, post
limit {{most}}
