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

-- What an import can put back: facility and priority group as well; and a My Number only where the one that
-- stands there is the one that the import wrote. Of that one `told_check` keeps a digest of its sealed bytes.
alter table import_before drop constraint import_before_part_check;
alter table import_before
  add constraint import_before_part_check
    check (part in ('person', 'residence', 'household', 'myNumber', 'groups')),
  add column facility_code text,
  add column priority_group text;
grant update (told_check) on import_before to sesshu_import;
select let_role('sesshu_import', 'import_before', 'update', '{manageRegister}');
-- Whether a newcomer was somebody who had left is asked no more once the newcomer was taken back.
grant delete on task to sesshu_import;
select let_role('sesshu_import', 'task', 'select, delete', '{undoImport}');

-- Whom a full file does not name: the first of them as notes about nobody's row, for a list that a clerk opens.
alter table import_note drop constraint import_note_outcome_check;
alter table import_note add constraint import_note_outcome_check
  check (outcome in ('new', 'changed', 'same', 'needsDecision', 'rejected', 'missing'));
select let_role('sesshu_api', t::regclass, 'select', '{listLeftOut}')
  from unnest('{import_note,resident,person,resident_key}'::text[]) t;
