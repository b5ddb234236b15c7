-- Posts without the copies of others. Reads twins(post, other).
select * from stored_posts where key not in (select post from twins)
