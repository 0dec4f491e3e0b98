-- Municipal files as reviewed change sets. See docs/adr/0026-imports-in-bulk.md.
--
-- A file's rows never stand here: they lie under seal in the spool (files/). What stands here is what a file
-- is, what came of its rows in numbers, which cells somebody has to look at (their text under seal, by a
-- key of the import's own), and what was there before, so that an import can be undone.

-- One row per file, kept for ever: the receipt. It names nobody.
create table import_file (
  municipality_code text not null references municipality(code),
  id            uuid not null unique,
  -- as the clerk named it
  file_name     text not null check (char_length(file_name) between 1 and 200),
  layout        text check (layout in ('residentRegister', 'ticketNumbers', 'myNumberLinks', 'moves', 'deaths',
                                       'protections', 'doses')),
  encoding      text check (encoding in ('utf-8', 'utf-8-bom', 'cp932')),
  mode          text not null check (mode in ('full', 'difference')),
  state         text not null default 'received'
                check (state in ('received', 'reading', 'reviewed', 'applying', 'applied', 'undone', 'refused',
                                 'failed', 'discarded')),
  -- of the plain bytes, lower-case hex
  sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes         bigint not null check (bytes >= 0),
  -- a sealed stick's; a lower one than was applied is refused
  sequence      bigint check (sequence between 1 and 9007199254740991),
  -- what came of the rows; the five add up
  rows_read     int not null default 0 check (rows_read >= 0),
  rows_new      int not null default 0 check (rows_new >= 0),
  rows_changed  int not null default 0 check (rows_changed >= 0),
  rows_same     int not null default 0 check (rows_same >= 0),
  needs_decision int not null default 0 check (needs_decision >= 0),
  rejected      int not null default 0 check (rejected >= 0),
  -- of ours that a full file did not name
  missing_from_file int not null default 0 check (missing_from_file >= 0),
  rows_applied  int not null default 0 check (rows_applied >= 0),
  -- how many cells have which code, and what is to be said of the file as a whole
  note_counts   jsonb not null default '{}',
  file_notes    text[] not null default '{}',
  refused_because text check (refused_because ~ '^[a-zA-Z]{1,60}$'),
  received_by   text not null check (char_length(received_by) between 1 and 80),
  received_on   date not null,
  received_at   timestamptz not null default clock_timestamp(),
  reviewed_at   timestamptz,
  applied_by    text check (char_length(applied_by) between 1 and 80),
  -- the business day that the rows were written under
  applied_on    date,
  applied_at    timestamptz,
  undone_by     text check (char_length(undone_by) between 1 and 80),
  undone_at     timestamptz,
  primary key (municipality_code, id),
  check (rows_read = rows_new + rows_changed + rows_same + needs_decision + rejected),
  check ((state in ('applied', 'undone')) = (applied_at is not null)),
  check ((state = 'undone') = (undone_at is not null))
);
-- the same bytes again are the same import, until it came to nothing
create unique index import_file_once on import_file (municipality_code, sha256)
  where state in ('received', 'reading', 'reviewed', 'applying', 'applied');
-- the list; and the highest sequence number
create index import_file_received on import_file (municipality_code, received_at desc);

-- Cells that somebody has to look at. `cell` is JSON {header, value}: both could hold anything at all in a
-- file that was misread.
create table import_note (
  municipality_code text not null,
  import_id   uuid not null,
  row_number  int not null check (row_number >= 0),
  ordinal     smallint not null,
  outcome     text not null check (outcome in ('new', 'changed', 'same', 'needsDecision', 'rejected')),
  column_name text not null check (column_name ~ '^[A-Z]{0,3}$'),
  code        text not null check (code ~ '^[a-z][A-Za-z]{1,59}$'),
  cell        sealed,
  -- whom of ours it concerns, where that is known
  resident_id uuid,
  primary key (municipality_code, import_id, row_number, ordinal),
  foreign key (municipality_code, import_id) references import_file(municipality_code, id) on delete cascade
);
-- an erasure
create index import_note_resident on import_note (municipality_code, resident_id) where resident_id is not null;

-- What a clerk decided of a row that the machine does not decide.
create table import_decision (
  municipality_code text not null,
  import_id   uuid not null,
  row_number  int not null check (row_number > 0),
  decision    text not null check (decision in ('keepOurs', 'takeTheirs')),
  decided_by  text not null check (char_length(decided_by) between 1 and 80),
  decided_at  timestamptz not null default clock_timestamp(),
  primary key (municipality_code, import_id, row_number),
  foreign key (municipality_code, import_id) references import_file(municipality_code, id) on delete cascade
);

-- What an import replaced, still under the seal of the person's own key, until it can be undone no more.
-- `was_new`: there was no such row. Whole people whom an import brought are marked in their own row.
create table import_before (
  municipality_code text not null,
  import_id   uuid not null,
  resident_id uuid not null,
  part        text not null check (part in ('person', 'residence', 'household', 'myNumber')),
  -- the first day of a residence or of a household
  on_day      date not null default date '0001-01-01',
  was_new     boolean not null,
  name        sealed,
  kana        sealed,
  born_on     sealed,
  mail        sealed,
  address     sealed,
  number      sealed,
  told_check  blind_index,
  row_digest  blind_index,
  desk_index  blind_index,
  household   blind_index,
  identity_born  blind_index,
  identity_names bytea[] check (cardinality(identity_names) between 1 and 3),
  born_on_check    blind_index,
  birth_year_check blind_index,
  primary key (municipality_code, import_id, resident_id, part, on_day),
  foreign key (municipality_code, import_id) references import_file(municipality_code, id) on delete cascade
);
-- an erasure
create index import_before_resident on import_before (municipality_code, resident_id);

-- A keyed digest of the whole row as a register file told it last: the same row again costs one index of
-- keyd's and one comparison. Whatever changes the person by another way takes it away.
alter table person add column row_digest blind_index;
-- Which import brought a person, or a sheet.
alter table resident add column made_by_import uuid;
alter table ticket add column made_by_import uuid;

-- Said twice, once by the version of the town key: what refers to that refers to the town.
alter table resident_key drop constraint resident_key_municipality_code_fkey;

-- Whether a move-in anywhere names a number of this town as the former one: if none does, whoever is new here
-- has moved from nowhere else, and need not be asked about one by one.
create function is_named_elsewhere(town text) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select scope_has(town) and purpose_is('manageRegister')
     and exists (select from register_event e where e.previous_municipality_code = town)
$$;
grant create on schema public to sesshu_definer;
select give_to_definer('is_named_elsewhere(text)', 'sesshu_import');
revoke create on schema public from sesshu_definer;

-- Who may what ---------------------------------------------------------------------------------

select protect_table(t::regclass) from unnest('{import_file,import_note,import_decision,import_before}'::text[]) t;

grant select, insert, update on import_file to sesshu_api, sesshu_import;
grant select, insert, delete on import_note to sesshu_api, sesshu_import;
grant select, insert, update on import_decision to sesshu_api;
grant select on import_decision to sesshu_import;
grant select, insert, delete on import_before to sesshu_import;
grant usage on schema public to sesshu_import;

-- What a file is and what came of it, in numbers; what was decided of its rows, by their number.
select let_role(r, 'import_file', 'select, insert, update', '{runImport,manageRegister}')
  from unnest('{sesshu_api,sesshu_import}'::text[]) r;
select let_role('sesshu_api', 'import_decision', 'select, insert, update', '{runImport}');
select let_role('sesshu_import', 'import_decision', 'select', '{runImport,manageRegister}');
select let_role(r, 'import_note', 'insert, delete', '{runImport}')
  from unnest('{sesshu_api,sesshu_import}'::text[]) r;
-- the key of an import's own
select let_role(r, 'resident_key', 'insert', '{runImport}') from unnest('{sesshu_api,sesshu_import}'::text[]) r;
-- A clerk reads the cells that need a look.
select let_role(r, t::regclass, 'select', '{reviewImport}')
  from unnest('{sesshu_api,sesshu_import}'::text[]) r, unnest('{import_note,resident_key,resident}'::text[]) t;
-- A file beside the register, by number and keyed digest: nobody is shown to anybody.
select let_role('sesshu_import', t::regclass, 'select', '{compareRegister}')
  from unnest('{resident,person,residence,household_member,ticket,erased_register_number,scan}'::text[]) t;
grant select on erased_register_number to sesshu_import;

-- Undone: whom an import brought goes again, while nothing refers to them; the foreign keys say so.
grant delete on resident, person, residence, household_member, my_number, resident_key, ticket to sesshu_import;
select let_role('sesshu_import', t::regclass, 'select, delete', '{undoImport}')
  from unnest('{resident,person,residence,household_member,my_number,resident_key,ticket}'::text[]) t;
select let_role('sesshu_import', t::regclass, 'update', '{undoImport}')
  from unnest('{resident,person,residence,household_member,my_number,import_file}'::text[]) t;
select let_role('sesshu_import', 'import_before', 'select, insert, delete', '{manageRegister,undoImport}');
select let_role('sesshu_import', 'import_file', 'select', '{undoImport}');

-- What a file tells ends in the rooms in which the api's routes end: for the same purposes the importer has
-- the same rows, columns and functions, and no others.
do $$
declare
  told constant text[] := '{manageRegister,settleMove,byHandDelivery,recordDose,bindScan,resolve}';
  one record;
begin
  for one in
    select table_name, command, reach, array_agg(purpose) as purposes from purpose_rule
     where role_name = 'sesshu_api' and purpose = any (told)
     group by table_name, command, reach
  loop
    perform let_role('sesshu_import', one.table_name::regclass, one.command, one.purposes, one.reach);
  end loop;
  for one in
    select format('grant %s on %s to sesshu_import', a.privilege_type, r.table_name) as granting
      from (select distinct table_name, command from purpose_rule
             where role_name = 'sesshu_api' and purpose = any (told)) r
      join pg_class c on c.oid = r.table_name::regclass
     cross join lateral aclexplode(c.relacl) a
     where a.grantee = 'sesshu_api'::regrole and lower(a.privilege_type) = r.command
    union
    select format('grant %s (%I) on %s to sesshu_import', a.privilege_type, t.attname, r.table_name)
      from (select distinct table_name, command from purpose_rule
             where role_name = 'sesshu_api' and purpose = any (told)) r
      join pg_attribute t on t.attrelid = r.table_name::regclass and t.attacl is not null
     cross join lateral aclexplode(t.attacl) a
     where a.grantee = 'sesshu_api'::regrole and lower(a.privilege_type) = r.command
  loop
    execute one.granting;
  end loop;
  -- A function answers by the purpose that it is asked for; those of these purposes.
  for one in
    select p.oid::regprocedure::text as asked, p.proowner::regrole::text as owner
      from pg_proc p cross join lateral aclexplode(p.proacl) a
     where p.pronamespace = 'public'::regnamespace and a.grantee = 'sesshu_api'::regrole
       and a.privilege_type = 'EXECUTE'
       and (p.prosrc ~ '(manageRegister|settleMove|recordDose|bindScan|protected_under|is_at_home)'
            or p.proname in ('course_home', 'ledger_lag_seconds', 'courses_under_protection', 'person_towns',
                             'purpose_is', 'scope_has', 'scan_scope', 'scan_owner', 'dose_place',
                             'record_looks', 'no_index', 'linked_last_screening', 'settle_refusal',
                             'consent_peers', 'towns_with_told_doses', 'towns_with_waiting_scans'))
  loop
    execute format('set local role %I', one.owner);
    execute format('grant execute on function %s to sesshu_import', one.asked);
    reset role;
  end loop;
end $$;
grant select on ticket_number_range, municipality, municipality_setting, municipality_grace, venue, lot, product, clock_segment,
  task_kind to sesshu_import;

-- What an import holds of an erased person goes with the rest. A trigger, so that every way to erase somebody
-- comes by here.
create function erase_import_rows() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  delete from import_note where (municipality_code, resident_id) = (new.municipality_code, new.id);
  delete from import_before where (municipality_code, resident_id) = (new.municipality_code, new.id);
  return null;
end
$$;
revoke all on function erase_import_rows() from public;
create trigger resident_erased_imports after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_import_rows();
grant execute on function erase_import_rows() to sesshu_keyd;
grant select (municipality_code, resident_id), delete on import_note, import_before to sesshu_keyd;
select let_role('sesshu_keyd', t::regclass, 'select, delete', '{erase}')
  from unnest('{import_note,import_before}'::text[]) t;

-- What is due is deleted by its age alone: cells and what was before, a month after the file came to its end.
grant select (municipality_code, id, received_on) on import_file to sesshu_worker;
grant select (municipality_code, import_id), delete on import_note, import_before to sesshu_worker;
select let_role('sesshu_worker', 'import_file', 'select', '{retain}', 'any');
select let_role('sesshu_worker', t::regclass, 'select, delete', '{retain}', 'any')
  from unnest('{import_note,import_before}'::text[]) t;
