-- What registers tell besides moves: births (出生), removals ex officio (職権消除) and their restoration
-- (職権回復); and two register rows that people, not a rule, say are one person's.
-- See docs/adr/0029-what-registers-tell.md.

alter table register_event
  drop constraint register_event_kind_check,
  add constraint register_event_kind_check check (kind in ('moveOutNotified', 'movedIn', 'moveCancelled',
    'addressChanged', 'deceased', 'movedAbroad', 'protected', 'born', 'removed', 'restored'));

insert into task_kind values ('possiblySamePerson');

-- Links ------------------------------------------------------------------------------------------------

-- What takes two people, as a table, so that each part of the system adds its own kinds.
create table approval_kind (kind text primary key check (kind ~ '^[a-zA-Z]{1,40}$'));
insert into approval_kind
select distinct word[1] from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-zA-Z]+)''', 'g') word
 where c.conrelid = 'approval'::regclass and c.conname = 'approval_kind_check'
union values ('linkPeople'), ('unlinkPeople')
on conflict do nothing;
alter table approval drop constraint if exists approval_kind_check;
alter table approval add constraint approval_kind_known foreign key (kind) references approval_kind(kind);
grant select on approval_kind to sesshu_api, sesshu_keyd;

-- Two people of one office say that two register rows are one person's: under the row `now` since a day,
-- before that under the row `former`. Both rows stay. Kept for ever, undone or not; `undo` is what the act
-- changed, column by column, and is emptied when it is undone or one of the two is erased.
create table person_link (
  municipality_code        text not null references municipality(code),
  id                       uuid not null unique,
  now_municipality_code    text not null,
  now_resident_id          uuid not null,
  former_municipality_code text not null,
  former_resident_id       uuid not null,
  since_on                 date not null,
  -- whether the names agreed in one of their forms; the birth dates did
  names_agree              boolean not null,
  reason                   text not null check (reason ~ '^[a-zA-Z]{1,40}$'),
  asked_by                 uuid not null references account,
  approved_by              uuid not null references account,
  linked_on                date not null,
  linked_at                timestamptz not null default clock_timestamp(),
  undo                     jsonb,
  unlink_reason            text check (unlink_reason ~ '^[a-zA-Z]{1,40}$'),
  unlink_asked_by          uuid references account,
  unlink_approved_by       uuid references account,
  unlinked_on              date,
  unlinked_at              timestamptz,
  primary key (municipality_code, id),
  foreign key (now_municipality_code, now_resident_id) references resident(municipality_code, id),
  foreign key (former_municipality_code, former_resident_id) references resident(municipality_code, id),
  check ((now_municipality_code, now_resident_id) <> (former_municipality_code, former_resident_id)),
  check (asked_by <> approved_by and unlink_asked_by <> unlink_approved_by),
  check ((unlinked_at is null) = (unlink_reason is null) and (unlinked_at is null) = (unlinked_on is null)
         and (unlinked_at is null) = (unlink_asked_by is null)
         and (unlinked_at is null) = (unlink_approved_by is null)),
  check (unlinked_at is null or undo is null)
);

-- A link as each of the two towns has it: its own side alone, so that none sees where the other is. What
-- follows for the person is settled from these, in all their towns.
create table person_link_side (
  municipality_code text not null,
  resident_id       uuid not null,
  link_id           uuid not null references person_link(id),
  side              text not null check (side in ('now', 'former')),
  since_on          date not null,
  linked_on         date not null,
  linked_at         timestamptz not null default clock_timestamp(),
  is_standing       boolean not null default true,
  primary key (link_id, side),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);
-- who is one person
create index person_link_side_resident on person_link_side (municipality_code, resident_id) where is_standing;

select protect_table(t::regclass) from unnest('{person_link,person_link_side}'::text[]) t;
grant select, insert, update on person_link, person_link_side to sesshu_api;
grant select on person_link_side to sesshu_import;
grant delete on protection, course_link, task to sesshu_api;
select let_role('sesshu_api', t::regclass, c, '{linkPeople}') from (values
  ('person_link', 'select, insert, update'), ('person_link_side', 'select, insert, update'),
  ('resident', 'select, update'), ('person', 'select'), ('resident_key', 'select'),
  ('residence', 'select, update'), ('protection', 'select, insert, update, delete'),
  ('ticket', 'select, update'), ('letter_code', 'select, update'), ('register_event', 'select'),
  ('resident_message', 'select, update'), ('course', 'select, update'),
  ('course_link', 'select, insert, update, delete'), ('dose', 'select, update'),
  ('screening', 'select, update'), ('notice', 'select, update'),
  ('task', 'select, insert, update, delete')) rule (t, c);
select let_role(r, 'person_link_side', 'select', '{manageRegister,settleMove}')
  from unnest('{sesshu_api,sesshu_import}'::text[]) r;
select let_role('sesshu_api', t::regclass, 'select', '{disclose}')
  from unnest('{person_link,person_link_side}'::text[]) t;
select let_role('sesshu_definer', 'person_link_side', 'select', '{*}', 'any');
grant select (municipality_code, resident_id, link_id, side, is_standing) on person_link_side
  to sesshu_definer;

-- An erased person's ticket has an index that leads to nobody: what would be put back holds the old one.
create function forget_link_undo() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update person_link set undo = null
   where (now_municipality_code, now_resident_id) = (new.municipality_code, new.id)
      or (former_municipality_code, former_resident_id) = (new.municipality_code, new.id);
  return null;
end
$$;
revoke all on function forget_link_undo() from public;
create trigger resident_erased_links after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function forget_link_undo();
grant execute on function forget_link_undo() to sesshu_keyd;
grant select (now_municipality_code, now_resident_id, former_municipality_code, former_resident_id),
  update (undo) on person_link to sesshu_keyd;
select let_role('sesshu_keyd', 'person_link', 'select, update', '{erase}', 'any');

-- Puts one row back as it was before an act: `before` and `after` hold the columns that the act changed, in
-- the form of to_jsonb; `before` null, the act made the row; `after` null, the act took it away. What has been
-- changed again since is left as it is: false then. By the caller's own rights.
create function put_back_row(target regclass, row_key jsonb, before jsonb, after jsonb) returns boolean
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
  is_that_row text;
  is_as_left text;
  assignments text;
  names text;
  done bigint;
begin
  select string_agg(format('t.%I = (jsonb_populate_record(null::%s, $1)).%I', k, target, k), ' and ')
    into is_that_row from jsonb_object_keys(row_key) k;
  select string_agg(format('to_jsonb(t) -> %L = $3 -> %L', k, k), ' and ')
    into is_as_left from jsonb_object_keys(after) k;
  if before is null then
    execute format('delete from %s t where %s and %s', target, is_that_row, is_as_left)
      using row_key, before, after;
  elsif after is null then
    select string_agg(quote_ident(k), ', ') into names from jsonb_object_keys(row_key || before) k;
    execute format('insert into %s (%s) select %s from jsonb_populate_record(null::%s, $1 || $2)
                    on conflict do nothing', target, names, names, target)
      using row_key, before;
  else
    select string_agg(format('%I = (jsonb_populate_record(null::%s, $2)).%I', k, target, k), ', ')
      into assignments from jsonb_object_keys(before) k;
    execute format('update %s t set %s where %s and %s', target, assignments, is_that_row, is_as_left)
      using row_key, before, after;
  end if;
  get diagnostics done = row_count;
  return done > 0;
end
$$;
revoke all on function put_back_row(regclass, jsonb, jsonb, jsonb) from public;
grant execute on function put_back_row(regclass, jsonb, jsonb, jsonb) to sesshu_api;

-- Across towns -----------------------------------------------------------------------------------------

grant create on schema public to sesshu_definer;
do $outer$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;

  -- In the place of the one of 0013: what a course's present home is told of moves and deaths knows the
  -- further kinds. A protection is told to nobody but the town that grants it.
  create or replace function linked_events(of_course uuid)
  returns table (municipality_code text, kind text, effective_on date, recorded_on date,
                 recorded_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as $$
    select e.municipality_code, e.kind, e.effective_on, e.recorded_on, e.recorded_at
      from course_link l
      join register_event e on (e.municipality_code, e.resident_id) = (l.municipality_code, l.resident_id)
     where l.course_id = of_course and is_at_home(of_course)
       and e.kind in ('moveOutNotified', 'movedIn', 'moveCancelled', 'movedAbroad', 'deceased', 'born',
                      'removed', 'restored')
  $$;

  -- In the place of the one of 0013: the towns of rows that people linked are the person's, too.
  create or replace function person_towns(town text, person uuid) returns text
  language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive register_row (municipality_code, id) as (
      select town, person
       where scope_has(town)
         and purpose_is('recordDose', 'manageRegister', 'settleMove', 'openWave', 'linkPeople')
      union
      select other.municipality_code, other.id
        from register_row r
        cross join lateral (
          select former.municipality_code, former.id
            from register_event e
            join resident former on (former.municipality_code, former.register_number)
                                  = (e.previous_municipality_code, e.previous_register_number)
           where (e.municipality_code, e.resident_id) = (r.municipality_code, r.id)
          union all
          select e.municipality_code, e.resident_id
            from resident own
            join register_event e on (e.previous_municipality_code, e.previous_register_number)
                                   = (own.municipality_code, own.register_number)
           where (own.municipality_code, own.id) = (r.municipality_code, r.id)
             and e.resident_id is not null
          union all
          select o.municipality_code, o.resident_id
            from person_link_side s
            join person_link_side o on o.link_id = s.link_id and o.side <> s.side
           where (s.municipality_code, s.resident_id) = (r.municipality_code, r.id) and s.is_standing
          union all
          select l.municipality_code, l.resident_id
            from course_link own join course_link l on l.course_id = own.course_id
           where (own.municipality_code, own.resident_id) = (r.municipality_code, r.id)) other
    )
    select string_agg(distinct municipality_code, ',') from (select * from register_row limit 200) found
  $$;

  execute format('set local role %I', migrating);
end
$outer$;
revoke create on schema public from sesshu_definer;
