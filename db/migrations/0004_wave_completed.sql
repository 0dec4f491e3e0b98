-- A wave opens its courses in chunks, each in its own transaction: one that was broken off is taken
-- up where it stopped, one that is complete answers as before and opens nothing more.
alter table wave add column completed_at timestamptz;
update wave set completed_at = opened_at;
