-- What imports (0035, 0036) lacked.

-- A clerk said of every row that asks something and is not listed, that the register stays as it is.
alter table import_run add column rest_kept boolean not null default false;
