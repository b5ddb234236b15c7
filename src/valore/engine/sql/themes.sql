-- How many posts speak of each theme: own, of the peers, and of those who speak of the subject.
-- Reads spoken(side, post, place, month, theme); a post without a clear theme is `-`.
select side, place, month, theme, count(distinct post) as posts, min(post) as example
from spoken
group by side, place, month, theme
order by side, place, month, theme
