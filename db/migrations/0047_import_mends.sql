-- What imports (0035, 0036) lacked.

-- A clerk said of every row that asks something and is not listed, that the register stays as it is.
alter table import_run add column rest_kept boolean not null default false;

-- The file of results could not be written for the state that `results_for` names, and is not tried again.
alter table import_run add column results_lost boolean not null default false;

-- A file of doses is not one transaction: `rows_applied` grows while it is applied. What it was at the newest
-- review is counted on from, because that review finds these rows the same.
alter table import_file add column rows_kept int not null default 0 check (rows_kept >= 0);

-- What was decided of a row is decided of what a review found there: the next review begins without it.
grant delete on import_decision to sesshu_import;
select let_role('sesshu_import', 'import_decision', 'delete', '{runImport}');
-- Whoever deletes rows has to see them: without this a second review met what the first one had noted.
select let_role('sesshu_import', 'import_note', 'select', '{runImport}');
