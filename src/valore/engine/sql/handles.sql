-- Accounts as people wrote them: by native id or by handle, whichever the data knows.
-- Reads refs(subject, place, id, key). One row for each account found.
select distinct subject, place, account, handle
from (
  select r.subject as subject, a.place as place, a.key as account, lower(a.handle) as handle
  from refs as r
  join accounts as a on a.key = r.key
  union all
  select r.subject as subject, a.place as place, a.key as account, lower(a.handle) as handle
  from refs as r
  join accounts as a on a.place = r.place and '@' || lower(a.handle) = r.id
) as found
