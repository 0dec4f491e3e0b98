-- Purpose-bound reads: row security with FORCE on every table that holds a person or a row about one.
--
-- A transaction names towns (`sesshu.municipality`, joined by commas) and one purpose
-- (`sesshu.purpose`); a row is there for whoever named its town and a purpose that its role may have
-- for that command on that table. Unset, both are '' in a session that had them before, hence nullif.
-- What may be read for what is data (`purpose_rule`): the policies are made from it, and so is
-- docs/who-can-read-what.md. What has to cross towns does so in functions of `sesshu_definer` alone,
-- each of which gives away two or three columns. See docs/adr/0013-purpose-bound-reads.md.

-- `purpose` '*' : the role has no other business, and names no purpose.
-- `reach` town : rows of the towns named; any : of all towns, for what names nobody.
create table purpose_rule (
  table_name text not null,
  role_name  text not null,
  command    text not null check (command in ('select', 'insert', 'update', 'delete')),
  purpose    text not null check (purpose ~ '^(\*|[a-z][A-Za-z]*)$'),
  reach      text not null check (reach in ('town', 'any')),
  primary key (table_name, role_name, command, purpose)
);

-- The column that says whose row it is; null where none does.
create function town_column_of(target regclass) returns text
language sql stable set search_path = pg_catalog, public as $$
  select attname::text from pg_attribute
   where attrelid = target and not attisdropped
     and attname in ('municipality_code', 'home_municipality_code', 'issuing_municipality_code')
   order by array_position(array['municipality_code', 'home_municipality_code',
                                 'issuing_municipality_code'], attname::text)
   limit 1
$$;

-- One policy for a table, a role and a command, from all its rules. Settings are read in sub-selects
-- without a row of the table in them: PostgreSQL does so once a statement, not once a row.
create function make_policy(target regclass, to_role text, for_command text) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  purpose_named constant text := '(select nullif(current_setting(''sesshu.purpose'', true), ''''))';
  towns_named constant text :=
    '(select string_to_array(nullif(current_setting(''sesshu.municipality'', true), ''''), '',''))';
  policy_name constant text := format('%s_%s', regexp_replace(to_role, '^sesshu_', ''), for_command);
  town_column constant text := town_column_of(target);
  in_town text[];
  anywhere text[];
  condition text;
begin
  select array_agg(purpose order by purpose) filter (where reach = 'town'),
         array_agg(purpose order by purpose) filter (where reach = 'any')
    into in_town, anywhere
    from purpose_rule
   where table_name = target::text and role_name = to_role and command = for_command;
  if in_town is not null and town_column is null then
    raise exception '% has no column that names a town: only reach "any" fits it', target;
  end if;
  condition := case when '*' = any (anywhere) then 'true' else concat_ws(' or ',
    case when in_town is not null then
      format('(%s = any (%L::text[]) and %I = any (%s::text[]))',
             purpose_named, in_town, town_column, towns_named) end,
    case when anywhere is not null then
      format('%s = any (%L::text[])', purpose_named, anywhere) end) end;
  execute format('drop policy if exists %I on %s', policy_name, target);
  execute format('create policy %I on %s for %s to %I %s', policy_name, target, for_command, to_role,
    case for_command
      when 'insert' then format('with check (%s)', condition)
      when 'update' then format('using (%s) with check (%s)', condition, condition)
      else format('using (%s)', condition)
    end);
end $$;

-- Lets a role use a table for further purposes; `commands` as in 'select, insert'. For this and for
-- every later migration; a table that is not under row security yet comes under it. The grant of the
-- table itself is a statement beside it, as ever.
create function let_role(to_role text, target regclass, commands text, purposes text[],
                         within text default 'town') returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  one text;
begin
  if not (select relforcerowsecurity from pg_class where oid = target) then
    perform protect_table(target);
  end if;
  foreach one in array regexp_split_to_array(commands, '\s*,\s*') loop
    insert into purpose_rule (table_name, role_name, command, purpose, reach)
    select target::text, to_role, one, purpose, within from unnest(purposes) purpose
    on conflict (table_name, role_name, command, purpose) do update set reach = excluded.reach;
    perform make_policy(target, to_role, one);
  end loop;
end $$;

-- Puts a table under row security, its owner included: a migration names the purpose `migrate`, and
-- whoever looks at a database from outside as its owner names `inspect`.
create function protect_table(target regclass) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  its_owner constant text := (select relowner::regrole::text from pg_class where oid = target);
begin
  execute format('alter table %s enable row level security, force row level security', target);
  perform let_role(its_owner, target, 'select, insert, update, delete', '{migrate}', 'any');
  perform let_role(its_owner, target, 'select', '{inspect}', 'any');
end $$;

-- For a migration that changes rows: an owner who named no purpose sees none of them, and would change
-- nothing without a word. Give it the number of rows that were seen.
create function assert_saw(target regclass, seen bigint) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
  if seen > 0 or pg_relation_size(target) = 0 then return; end if;
  raise exception '% holds rows and none was seen: name a purpose (sesshu.purpose = migrate)', target;
end $$;

-- Gives a function of the migration to the role that sees across towns, and lets `callers` call it. The
-- role must be allowed to create in the schema meanwhile.
create function give_to_definer(target regprocedure, callers text) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  migrating constant text := current_user;
begin
  execute format('alter function %s owner to sesshu_definer', target);
  set local role sesshu_definer;
  execute format('revoke all on function %s from public', target);
  execute format('grant execute on function %s to %s', target, callers);
  execute format('set local role %I', migrating);
end $$;

revoke all on function town_column_of(regclass), make_policy(regclass, text, text),
  let_role(text, regclass, text, text[], text), protect_table(regclass), assert_saw(regclass, bigint),
  give_to_definer(regprocedure, text) from public;

do $$
declare
  one text;
begin
  foreach one in array array['resident', 'person', 'residence', 'protection', 'ticket', 'ticket_slip',
    'course', 'course_link', 'scan', 'dose', 'finding', 'screening', 'notice', 'notice_attempt',
    'letter_content', 'task', 'register_event', 'wave', 'outbox', 'ledger_inbox', 'access_ledger',
    'resident_key'] loop
    perform protect_table(one::regclass);
  end loop;
end $$;

-- api -------------------------------------------------------------------------------------------

-- A scan: the ticket's town and those that its person's course has been at home in (scan_scope).
select let_role('sesshu_api', t::regclass, c, '{recordDose}') from (values
  ('resident', 'select, update'), ('person', 'select'), ('ticket', 'select'),
  ('ticket_slip', 'select, insert'), ('course', 'select, insert, update'),
  ('course_link', 'select, insert'), ('scan', 'select, insert, update'), ('dose', 'select, insert'),
  ('finding', 'insert'), ('screening', 'insert'), ('notice', 'select'), ('task', 'select'),
  ('register_event', 'select')) rule (t, c);
-- Scans that waited for their ticket; attached to nobody yet.
select let_role('sesshu_api', t::regclass, c, '{bindScan}') from (values
  ('scan', 'select, update'), ('ticket', 'select')) rule (t, c);
-- What a register tells about its own people.
select let_role('sesshu_api', t::regclass, c, '{manageRegister}') from (values
  ('resident', 'select, insert, update'), ('person', 'select, insert, update'),
  ('residence', 'select, insert, update'), ('protection', 'select, insert, update'),
  ('ticket', 'select, insert, update'), ('course', 'select, update'), ('course_link', 'select'),
  ('task', 'select, insert, update'), ('register_event', 'select, insert')) rule (t, c);
-- What follows from it for one person, in all towns of that person (person_towns).
select let_role('sesshu_api', t::regclass, c, '{settleMove}') from (values
  ('resident', 'select, update'), ('person', 'select'), ('residence', 'select, update'),
  ('ticket', 'select, update'), ('course', 'select, update'),
  ('course_link', 'select, insert, update'), ('dose', 'select, update'),
  ('screening', 'select, update'), ('notice', 'select, update'),
  ('task', 'select, insert, update'), ('register_event', 'select')) rule (t, c);
select let_role('sesshu_api', t::regclass, c, '{openWave}') from (values
  ('resident', 'select, update'), ('person', 'select'), ('ticket', 'select'),
  ('course', 'select, insert, update'), ('course_link', 'select, insert'),
  ('register_event', 'select'), ('wave', 'select, insert, update')) rule (t, c);
select let_role('sesshu_api', t::regclass, 'select', '{showCourse}')
  from unnest('{course,course_link,dose,finding,notice,task,screening,register_event,ticket}'::text[]) t;
select let_role('sesshu_api', t::regclass, 'select', '{showTown}')
  from unnest('{resident,course,dose,notice,task,scan}'::text[]) t;
-- News names a course by a random id, and no town.
select let_role('sesshu_api', 'outbox', 'select, insert, update',
                '{recordDose,manageRegister,settleMove,openWave}', 'any');
select let_role('sesshu_api', 'outbox', 'select', '{showCourse,operate}', 'any');

-- The wrapped keys of the sealed fields, for whoever opens or seals one for such a purpose.
select let_role('sesshu_api', 'resident_key', 'select',
                '{recordDose,bindScan,manageRegister,settleMove,openWave,showCourse}');
select let_role('sesshu_api', 'resident_key', 'insert', '{recordDose,manageRegister}');
select let_role('sesshu_worker', 'resident_key', 'select', '{sendNotice}');
select let_role('sesshu_keyd', 'resident_key', 'select', '{*}', 'any');

-- worker ----------------------------------------------------------------------------------------

select let_role('sesshu_worker', t::regclass, c, '{sendNotice}') from (values
  ('resident', 'select'), ('person', 'select'), ('residence', 'select'), ('ticket', 'select'),
  ('course', 'select, update'), ('dose', 'select'), ('notice', 'select, insert, update'),
  ('notice_attempt', 'select, insert, update'), ('letter_content', 'select, insert, delete'),
  ('task', 'select, insert'), ('register_event', 'select')) rule (t, c);
select let_role('sesshu_worker', 'outbox', 'select, insert, update', '{sendNotice}', 'any');
-- An attempt names nobody: whose it is stands in the notice, which this purpose does not see.
select let_role('sesshu_worker', 'notice_attempt', 'select, update', '{claimMail}', 'any');

-- relay, monitor --------------------------------------------------------------------------------

select let_role('sesshu_relay', 'course', 'select', '{deliverNews}', 'any');
select let_role('sesshu_relay', 'outbox', 'select, insert, update, delete', '{deliverNews}', 'any');
select let_role('sesshu_monitor', 'course', 'select', '{reconcile}', 'any');
select let_role('sesshu_monitor', 'outbox', 'select, insert, update', '{reconcile}', 'any');

-- the ledger ------------------------------------------------------------------------------------

-- Whoever looks writes that down, for whatever purpose; only the ledger's own processes read it.
select let_role(r, 'ledger_inbox', 'insert', '{*}', 'any')
  from unnest('{sesshu_api,sesshu_worker,sesshu_relay,sesshu_import,sesshu_statistics,sesshu_monitor,
                sesshu_authority}'::text[]) r;
select let_role('sesshu_keyd', t::regclass, 'select', '{*}', 'any')
  from unnest('{ledger_inbox,access_ledger}'::text[]) t;
select let_role('sesshu_sealer', 'ledger_inbox', 'select, delete', '{*}', 'any');
select let_role('sesshu_sealer', 'access_ledger', 'select, insert', '{*}', 'any');
select let_role('sesshu_authority', 'access_ledger', 'select', '{*}', 'any');

-- who reads which columns -----------------------------------------------------------------------

-- The relay and the monitor know a course by its id: whose it is, they cannot ask.
revoke select on course from sesshu_relay, sesshu_monitor;
grant select (id, version, cause, stage, doses_given, home_municipality_code, product_code,
              closed_because, steps) on course to sesshu_relay;
grant select (id, version, stage, home_municipality_code, product_code, steps)
  on course to sesshu_monitor;
revoke select on notice, notice_attempt, task, dose, register_event from sesshu_monitor;

-- Notices are the worker's to make; the api moves what has not left along with its person.
revoke insert on notice from sesshu_api;
revoke all on notice_attempt from sesshu_api;

-- The worker measures how late doses are recorded; what it plans by comes through linked_doses.
revoke select on dose, course_link, protection, screening, register_event, ticket from sesshu_worker;
grant select (municipality_code, given_on, recorded_on, voided_at) on dose to sesshu_worker;
grant select (id, municipality_code, effective_on) on register_event to sesshu_worker;
grant select (municipality_code, resident_id, recorded_on, revoked_on) on ticket to sesshu_worker;
