-- Counts, those of a copy told of the post that counts. Reads twins(post, other).
select o.key as key, coalesce(t.other, o.post) as post, o.place as place, o.seen as seen, o.likes as likes,
  o.replies as replies, o.reposts as reposts, o.quotes as quotes, o.views as views, o.reach as reach,
  o.saves as saves, o.clicks as clicks, o.source as source, o.file as file, o.pointer as pointer, o.month as month
from stored_observations as o
left join twins as t on t.post = o.post
