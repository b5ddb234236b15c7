-- Mentions of the window that take sides, each with its part `v` of what its author weighs:
-- an author of n weighted mentions weighs log2(1 + n), not n. Reads heard.
with summed as (
  select *, sum(w * (p_pos + p_neg)) over (partition by subject, author) as n
  from heard
  where recent = 1 and p_pos is not null and p_neg is not null
)
select subject, post, author, moment, place, actor, label, p_neg, p_pos, w, n,
  w * log2(1.0 + greatest(n, 1.0)) / greatest(n, 1.0) as v
from summed
