-- Slots of the plan that fell due in the window, and whether a post came within a day of each.
-- Reads plan(slot, at).
select p.slot as slot, p.moment as moment,
  max(case when w.post is null then 0 else 1 end) as kept
from plan as p
left join wall as w on w.subject = {{subject}} and w.answers = 0
  and {{us(w.moment)}} between {{us(p.moment)}} - 86400000000 and {{us(p.moment)}} + 86400000000
where p.moment > {{since}} and p.moment <= {{as_of}}
group by p.slot, p.moment
order by p.slot
