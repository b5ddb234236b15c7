-- Acts, those on a copy told of the post that counts. Reads twins(post, other).
select i.key as key, i.place as place, i.kind as kind, i.actor as actor, i.at as at, coalesce(t.other, i.target) as target,
  i.target_author as target_author, i.source as source, i.file as file, i.pointer as pointer, i.month as month
from stored_interactions as i
left join twins as t on t.post = i.target
