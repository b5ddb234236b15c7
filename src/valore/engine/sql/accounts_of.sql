-- Accounts of one subject. Reads own.
select account from own where subject = {{subject}} order by account
