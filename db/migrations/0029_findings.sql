-- Findings that somebody works through, lots whose data are dated, reports of errors, and the counts that
-- distribution needs. See docs/adr/0023-findings-and-lots.md.

-- lots ------------------------------------------------------------------------------------------

-- What was said of a lot, each with the day from which it is known: the printed expiry, an extension of
-- the shelf life by the ministry's list, a recall, and its lifting (no day). Nothing is overwritten; of
-- those that are known on a day, the one known last is in force.
create table lot_statement (
  id           bigint generated always as identity primary key,
  product_code text not null,
  lot_number   text not null,
  kind         text not null check (kind in ('expiry', 'recall')),
  on_day       date check (on_day is not null or kind = 'recall'),
  known_from   date not null,
  -- where it was read: a list, a letter
  source       text check (char_length(source) between 1 and 80),
  told_by      text not null check (char_length(told_by) between 1 and 80),
  told_at      timestamptz not null default clock_timestamp(),
  foreign key (product_code, lot_number) references lot(product_code, lot_number)
);
-- what is in force for a lot
create index lot_statement_lot on lot_statement (product_code, lot_number, kind, known_from desc, id desc);
-- what begins to hold today
create index lot_statement_known on lot_statement (known_from);

insert into lot_statement (product_code, lot_number, kind, on_day, known_from, told_by)
select product_code, lot_number, kind, on_day, date '2021-02-14', 'migration'
  from lot cross join lateral (values ('expiry', expires_on), ('recall', recalled_on)) s(kind, on_day)
 where on_day is not null;

-- `lot` holds what is in force, so that a scan reads one row; and up to which day its statements have been
-- followed.
alter table lot add column followed_to date;

-- Lots whose data have changed: the doses recorded before are judged again, a few in each transaction.
-- A second pass begins when no scan can be under way any more that read the old row.
create table lot_judgement (
  product_code text not null,
  lot_number   text not null,
  asked_at     timestamptz not null default clock_timestamp(),
  next_at      timestamptz not null default clock_timestamp(),
  -- of the pass under way; its next page begins after this dose
  began_at     timestamptz,
  after_town   text,
  after_dose   uuid,
  primary key (product_code, lot_number),
  foreign key (product_code, lot_number) references lot(product_code, lot_number)
);

-- a recall, an extension: the doses of a lot
create index dose_lot on dose (product_code, lot_number, municipality_code, id);

-- findings --------------------------------------------------------------------------------------

alter table venue add column opened_on date;

-- `withdrawn`: what the rule goes by has changed (a lot's expiry was extended), and it hits no more.
-- `hits` is that alone; the state is what people made of it, which no machine takes back.
alter table finding
  drop constraint finding_state_check,
  add constraint finding_state_check
    check (state in ('ruleHit', 'checkedRight', 'wrong', 'corrected', 'withdrawn')),
  add column hits boolean not null default true,
  -- left out: the day on which the dose was recorded
  add column found_on date,
  add column owner_id uuid references account(id),
  -- set by a person; left out: by its severity
  add column due_on date,
  add column decided_on date,
  -- in words of a list: free text would name people
  add column reason text check (reason ~ '^[a-z][A-Za-z]{1,39}$'),
  -- it is as recorded, and it should not have been given so
  add column is_error boolean not null default false,
  add column report_id uuid,
  add check (state <> 'ruleHit' or (decided_by is null and not is_error)),
  add check (not is_error or state = 'checkedRight'),
  add check (report_id is null or is_error);
-- the worklist
create index finding_open on finding (municipality_code, code) where state in ('ruleHit', 'wrong');
create index finding_report on finding (municipality_code, report_id) where report_id is not null;

-- Every change of a finding's state, owner or day.
create table finding_event (
  municipality_code text not null,
  id         uuid not null default gen_random_uuid(),
  dose_id    uuid not null,
  code       text not null,
  at         timestamptz not null default clock_timestamp(),
  -- business day
  on_day     date not null,
  by_whom    text not null check (char_length(by_whom) between 1 and 80),
  what       text not null check (what in ('found', 'foundAgain', 'hitsNoMore', 'decided', 'assigned')),
  because    text check (because ~ '^[a-z][A-Za-z]{1,39}$'),
  state_from text,
  state_to   text not null,
  owner_id   uuid,
  -- of no other table: should the dose go to another register, what happened here stays here
  primary key (municipality_code, id)
);
create index finding_event_finding on finding_event (municipality_code, dose_id, code, at);
select only_add('finding_event');

-- An error in giving a dose, reported to the prefecture: a serious one at once (form 4-10-2), the minor
-- ones of a month together (4-10-3). What it says is in the findings that name it.
create table error_report (
  municipality_code text not null references municipality(code),
  id        uuid not null,
  form      text not null check (form in ('4-10-2', '4-10-3')),
  dose_id   uuid,
  -- its first day
  month     date check (extract(day from month) = 1),
  opened_on date not null,
  due_on    date not null,
  sent_on   date,
  sent_by   text check (char_length(sent_by) between 1 and 80),
  -- what it said then, whatever becomes of its doses; names nobody
  sent_lines jsonb,
  primary key (municipality_code, id),
  check ((form = '4-10-2') = (dose_id is not null) and (form = '4-10-3') = (month is not null)),
  check ((sent_on is null) = (sent_by is null) and (sent_on is null) = (sent_lines is null))
);
-- a further finding of the dose, and of the month, goes into the report that has not been sent
create unique index error_report_open on error_report (municipality_code, form, dose_id, month)
  nulls not distinct where sent_on is null;

-- A finding that is over does not hit, whoever ended it. With its dose it may go to another register,
-- which has not reported it, and in which nobody has taken it.
create function keep_finding() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.municipality_code <> old.municipality_code then
    new.report_id := null; new.is_error := false; new.owner_id := null; new.due_on := null;
  end if;
  if new.state in ('corrected', 'withdrawn') then new.hits := false;
  elsif new.state = 'ruleHit' and old.state in ('corrected', 'withdrawn') then new.hits := true;
  end if;
  return new;
end $$;
revoke all on function keep_finding() from public;
create trigger finding_kept before update on finding for each row execute function keep_finding();

-- who may what ----------------------------------------------------------------------------------

grant select, insert on lot_statement to sesshu_api;
grant select on lot_statement to sesshu_worker, sesshu_monitor;
grant select, insert, update on lot_judgement to sesshu_api;
grant select, insert, update, delete on lot_judgement to sesshu_worker;
grant update (expires_on, recalled_on, followed_to) on lot to sesshu_worker;
grant select, insert on finding_event to sesshu_api;
grant insert on finding_event to sesshu_worker;
grant select, insert, update on error_report to sesshu_api;

select protect_table(t::regclass) from unnest('{finding_event,error_report}'::text[]) t;

-- A clerk works through findings.
select let_role('sesshu_api', t::regclass, c, '{checkFindings}') from (values
  ('finding', 'select, update'), ('finding_event', 'select, insert'), ('dose', 'select'),
  ('error_report', 'select, insert, update')) rule (t, c);
select let_role('sesshu_api', t::regclass, 'select', '{showTown}')
  from unnest('{finding,error_report}'::text[]) t;
select let_role('sesshu_api', t::regclass, 'select', '{disclose}')
  from unnest('{finding_event,error_report}'::text[]) t;
select let_role('sesshu_api', 'finding_event', 'select', '{showCourse}');
-- Whoever may change a dose judges its course's findings anew in the same transaction.
select let_role('sesshu_api', t::regclass, c, changing.purposes)
  from (select array_agg(distinct purpose) as purposes from purpose_rule
         where (table_name, role_name, command, reach) = ('dose', 'sesshu_api', 'update', 'town')) changing,
       (values ('finding', 'select, insert, update'), ('finding_event', 'insert')) rule (t, c);

-- The worker judges the doses of a lot by their day alone, town by town: nobody is looked at.
grant select (id, product_code, lot_number) on dose to sesshu_worker;
grant select (municipality_code, dose_id, code, state, hits, decided_by, decided_at, decided_on, reason),
  insert, update (state, hits, decided_by, decided_at, decided_on, reason) on finding to sesshu_worker;
select let_role('sesshu_worker', t::regclass, c, '{judgeLots}') from (values
  ('dose', 'select'), ('finding', 'select, insert, update'), ('finding_event', 'insert')) rule (t, c);

-- across towns ----------------------------------------------------------------------------------

-- distribution: what a venue's counts, held scans and first doses are found by
create index statistic_venue on statistic (venue_code, counted_on);
create index scan_unresolved_venue on scan (venue_code)
  where verdict in ('held', 'waiting') and resolved_at is null;

grant select on statistic to sesshu_definer;
grant select (slip_kind, claimed_dose_number, given_on, venue_code, product_code, lot_number)
  on scan to sesshu_definer;
grant select (product_code, due_on, doses_given, relocation_event_id) on course to sesshu_definer;
grant select (id) on register_event to sesshu_definer;
grant select (recorded_at) on dose to sesshu_definer;

-- The town in whose rows the doses of a lot go on after a dose.
create function next_town_of_lot(product text, lot text, after_town text, after_dose uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.municipality_code from dose d
   where purpose_is('judgeLots') and d.product_code = product and d.lot_number = lot
     and (d.municipality_code, d.id)
       > (coalesce(after_town, ''), coalesce(after_dose, '00000000-0000-0000-0000-000000000000'))
     and d.voided_at is null
   order by d.municipality_code, d.id limit 1
$$;

-- Where people live today who were given a lot, in numbers.
create function lot_towns(product text, lot text)
returns table (municipality_code text, people int, doses int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.home_municipality_code, count(distinct c.id)::int, count(*)::int
    from dose d join course c on c.id = d.course_id
   where purpose_is('showTown') and d.product_code = product and d.lot_number = lot
     and d.voided_at is null
   group by 1
$$;

-- Who they are, for the town in which they live today: whichever town recorded the dose.
create function lot_people(town text, product text, lot text, after_course uuid, at_most int)
returns table (course_id uuid, resident_id uuid, given_on date, dose_number int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.id, c.home_resident_id, d.given_on, d.claimed_dose_number
    from dose d join course c on c.id = d.course_id
   where purpose_is('checkFindings') and scope_has(town) and c.home_municipality_code = town
     and d.product_code = product and d.lot_number = lot and d.voided_at is null
     and c.id > coalesce(after_course, '00000000-0000-0000-0000-000000000000')
   order by c.id, d.given_on limit at_most
$$;

-- Doses at a town's venues, from the exact statistics: whoever's people they are. By the day of the shot,
-- of its record, or of the counting; on the last of these, what was taken back stands below 0.
create function venue_doses(town text, day_kind text, from_on date, to_on date)
returns table (venue_code text, on_day date, product_code text, lot_number text, dose_number int,
               doses int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.venue_code, d.on_day, s.product_code, s.lot_number, s.dose_number, sum(s.doses)::int
    from venue v
    join statistic s on s.venue_code = v.code
    cross join lateral (select case day_kind when 'given' then s.given_on
                                             when 'recorded' then s.recorded_on
                                             else s.counted_on end as on_day) d
   where purpose_is('showTown') and scope_has(town) and v.municipality_code = town
     and d.on_day between from_on and to_on
   group by 1, 2, 3, 4, 5 having sum(s.doses) <> 0
$$;

-- Beside them, in no sum: read there, and attached to nobody yet.
create function venue_unresolved(town text)
returns table (venue_code text, verdict text, product_code text, lot_number text, dose_number int,
               scans int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.venue_code, s.verdict, s.product_code, s.lot_number, s.claimed_dose_number, count(*)::int
    from venue v join scan s on s.venue_code = v.code
   where purpose_is('showTown') and scope_has(town) and v.municipality_code = town
     and s.verdict in ('held', 'waiting') and s.resolved_at is null and s.slip_kind = 'vaccination'
   group by 1, 2, 3, 4, 5
$$;

-- Doses that are promised, from the courses as they stand: each living course once, by the product of its
-- first dose, the week of the day on which the next is due, and the venue of the first. Who has moved to
-- another town since is counted there, at no venue yet: nobody keeps a dose for them where they were.
create function dose_reserve(town text, today date)
returns table (product_code text, due_week date, venue_code text, dose_number int, standing text,
               people int)
language sql stable security definer set search_path = pg_catalog, public as $$
  with asked as (
    select d.course_id as id from venue v join dose d on d.venue_code = v.code
     where v.municipality_code = town and d.voided_at is null
    union
    select c.id from course c
     where c.home_municipality_code = town and c.relocation_event_id is not null
  ), live as (
    select c.home_municipality_code as home, c.due_on, c.doses_given, first.*,
           coalesce(move.effective_on > first.given_on, false) as has_moved,
           case when c.stage = 'inFollowUp' then 'inFollowUp'
                when c.overdue_on <= today then 'overdue' else 'awaiting' end as standing
      from asked
      join course c on c.id = asked.id
       and c.stage in ('awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp')
      cross join lateral (
        select d.venue_code, d.product_code, d.given_on
          from dose d
         where d.course_id = c.id and d.voided_at is null
           and exists (select from course_link l
                        where (l.municipality_code, l.resident_id, l.course_id)
                            = (d.municipality_code, d.resident_id, d.course_id))
         order by d.given_on, d.claimed_dose_number, d.recorded_at limit 1) first
      left join register_event move on move.id = c.relocation_event_id
     where c.due_on is not null
  )
  select live.product_code, date_trunc('week', live.due_on)::date, v.code, live.doses_given + 1,
         live.standing, count(*)::int
    from live
    left join venue v on v.code = live.venue_code and not live.has_moved
   where purpose_is('showTown') and scope_has(town)
     and case when live.has_moved then live.home else v.municipality_code end = town
   group by 1, 2, 3, 4, 5
$$;

grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, 'sesshu_api') from unnest(array[
  'lot_towns(text, text)', 'lot_people(text, text, text, uuid, int)',
  'venue_doses(text, text, date, date)', 'venue_unresolved(text)', 'dose_reserve(text, date)']) f;
select give_to_definer('next_town_of_lot(text, text, text, uuid)', 'sesshu_worker');
revoke create on schema public from sesshu_definer;
