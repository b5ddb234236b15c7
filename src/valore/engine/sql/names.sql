-- Posts whose words name one subject.
select {{subject}} as subject, p.key as post
from posts as p
where p.published <= {{as_of}} and p.published > {{since}} and {{matches(p.text, $pattern)}}
