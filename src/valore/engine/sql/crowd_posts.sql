-- A few posts of each kind of account around the subject, the newest first.
with ranked as (
  select actor, post, moment, row_number() over (partition by actor order by moment desc, post) as nth
  from heard
  where subject = {{subject}} and recent = 1
)
select actor, post from ranked where nth <= {{most}} order by actor, nth
