-- Accounts of subjects as people wrote them: by native id or by handle, whichever the data knows.
-- Reads refs(subject, place, id, key). One row for each account found.
select distinct r.subject as subject, a.place as place, a.key as account, lower(a.handle) as handle
from refs as r
join accounts as a
  on a.key = r.key or (a.place = r.place and r.id = '@' || lower(a.handle))
