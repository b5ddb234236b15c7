-- Base rates among the accounts that somebody has looked at.
select count(spam) as spam_n, coalesce(sum(spam), 0.0) as spam_sum,
  count(automated) as automated_n, coalesce(sum(automated), 0.0) as automated_sum,
  count(person) as person_n, coalesce(sum(person), 0.0) as person_sum
from who
