-- Tones whose probabilities hold for the mixture of their subject's stream, not for that of the training.
-- Labels stay as the model gave them. Reads tones, levels(subject, f_neg, f_neu, f_pos).
select t.subject as subject, t.post as post, t.label as label,
  case when l.subject is null then t.p_neg
    else t.p_neg * l.f_neg / (t.p_neg * l.f_neg + t.p_neu * l.f_neu + t.p_pos * l.f_pos) end as p_neg,
  case when l.subject is null then t.p_pos
    else t.p_pos * l.f_pos / (t.p_neg * l.f_neg + t.p_neu * l.f_neu + t.p_pos * l.f_pos) end as p_pos
from tones as t
left join levels as l on l.subject = t.subject and t.even = 1
