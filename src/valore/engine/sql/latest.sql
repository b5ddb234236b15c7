-- The latest instant in the data, the default of "as of".
select max(published) as moment from posts
