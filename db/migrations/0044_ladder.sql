-- The whole ladder of notices: reminders before the due date, recalled lots, invitations.

alter table notice drop constraint notice_kind_check, drop constraint notice_phase_check;
alter table notice
  add constraint notice_kind_check
    check (kind in ('reminder', 'relocationNotice', 'lotRecall', 'invitation')),
  add constraint notice_phase_check
    check (phase = '' or (kind = 'reminder' and phase in ('preDue', 'overdue')));

-- settings --------------------------------------------------------------------------------------

-- What a town decides about its notices. The values here leave towns that take part already as they are; a
-- town that is new begins with those of `domain/notice-settings.ts`.
alter table municipality_setting
  -- a mail so many days before the due date; 0: none
  add column pre_due_days int not null default 0 check (pre_due_days between 0 and 28),
  -- whoever has a ticket and never came is invited after so many days; 0: nobody
  add column invitation_after_days int not null default 0
    check (invitation_after_days = 0 or invitation_after_days between 28 and 180),
  add column lot_recall_notices boolean not null default false,
  -- notices are queued, and mails leave, within these minutes of a day
  add column send_from_minute int not null default 0 check (send_from_minute between 0 and 1380),
  add column send_until_minute int not null default 1440 check (send_until_minute between 60 and 1440),
  -- 0 is Sunday
  add column quiet_weekdays int[] not null default '{}'
    check (quiet_weekdays <@ '{0,1,2,3,4,5,6}' and cardinality(quiet_weekdays) <= 5),
  add column holidays_are_quiet boolean not null default false,
  -- over so many minutes a day's notices are spread
  add column jitter_minutes int not null default 60 check (jitter_minutes between 0 and 240),
  -- as long at most a first reminder waits for paper that is not keyed
  add column paper_hold_days int not null default 14 check (paper_hold_days between 0 and 14),
  add check (send_until_minute - send_from_minute >= 60),
  add check (notice_minute >= send_from_minute and notice_minute < send_until_minute);

-- Days on which a town sends nothing, besides weekdays and holidays: an election, a festival, a flood.
create table quiet_day (
  municipality_code text not null references municipality(code),
  day               date not null,
  why               text not null check (char_length(why) between 1 and 60),
  primary key (municipality_code, day)
);
grant select on quiet_day to sesshu_api, sesshu_worker, sesshu_import, sesshu_monitor;
grant insert, update, delete on quiet_day to sesshu_api;

-- Who changed which setting, from what to what. A trigger writes it, so that no path is without.
create table setting_change (
  id                bigint generated always as identity primary key,
  municipality_code text not null,
  name              text not null,
  before            text,
  after             text,
  changed_by        text not null,
  changed_at        timestamptz not null default clock_timestamp()
);
create index setting_change_town on setting_change (municipality_code, id desc);  -- page: latest first
grant select, insert on setting_change to sesshu_api;

create function note_setting_change() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  old_row constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  new_row constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  town constant text := coalesce(new_row ->> 'municipality_code', old_row ->> 'municipality_code');
begin
  insert into setting_change (municipality_code, name, before, after, changed_by)
  select town, case when tg_table_name = 'quiet_day' then 'quiet_day' else key end,
         old_row ->> key, new_row ->> key,
         coalesce(nullif(current_setting('sesshu.actor', true), ''), session_user)
    from jsonb_object_keys(old_row || new_row) key
   where old_row -> key is distinct from new_row -> key and key <> 'municipality_code'
     and (tg_table_name <> 'quiet_day' or key = 'day');
  return null;
end
$$;
create trigger setting_changed after update on municipality_setting
  for each row execute function note_setting_change();
create trigger quiet_day_changed after insert or delete on quiet_day
  for each row execute function note_setting_change();

-- Towns from which no mail may leave at a minute of a day. The holiday is the caller's to know.
create function towns_that_rest(on_day date, at_minute int, is_holiday boolean) returns setof text
language sql stable set search_path = pg_catalog, public as $$
  select s.municipality_code from municipality_setting s
   where at_minute < s.send_from_minute or at_minute >= s.send_until_minute
      or (is_holiday and s.holidays_are_quiet)
      or extract(dow from on_day)::int = any (s.quiet_weekdays)
      or exists (select from quiet_day q
                  where q.municipality_code = s.municipality_code and q.day = on_day)
$$;

-- paper that is not keyed -----------------------------------------------------------------------

-- A town says that dose forms lie there that nobody has keyed: of one venue, or of no venue in particular.
create table unkeyed_paper (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  venue_code        text references venue(code),
  given_from        date not null,
  given_to          date not null check (given_to >= given_from),
  slips_about       int check (slips_about between 1 and 100000),
  declared_on       date not null,
  declared_by       text not null check (char_length(declared_by) between 1 and 80),
  keyed_on          date,
  keyed_by          text check (char_length(keyed_by) between 1 and 80),
  primary key (municipality_code, id),
  check ((keyed_on is null) = (keyed_by is null)),
  check (given_to <= declared_on)
);
create index unkeyed_paper_open on unkeyed_paper (municipality_code) where keyed_on is null;
create index unkeyed_paper_venue on unkeyed_paper (venue_code) where keyed_on is null;
grant select on unkeyed_paper to sesshu_api, sesshu_worker, sesshu_import, sesshu_monitor, sesshu_definer;
grant insert, update (keyed_on, keyed_by) on unkeyed_paper to sesshu_api;
grant select (municipality_code, paper_hold_days) on municipality_setting to sesshu_definer;
grant select (earliest_on, opened_at) on course to sesshu_definer;

-- The first day on which paper holds nobody back any more whose second dose may be in it: of the own town,
-- or of a venue where an earlier dose was given. Null: none does.
create function unkeyed_paper_until(of_course uuid, on_day date) returns date
language sql stable security definer set search_path = pg_catalog, public as $$
  select max(u.declared_on + coalesce(s.paper_hold_days, 14))
    from unkeyed_paper u
    join course c on c.id = of_course
    left join municipality_setting s on s.municipality_code = c.home_municipality_code
   where u.keyed_on is null and is_at_home(of_course)
     and u.declared_on + coalesce(s.paper_hold_days, 14) > on_day
     and (c.earliest_on is null or c.earliest_on <= u.given_to)
     and case when u.venue_code is null then u.municipality_code = c.home_municipality_code
              else u.venue_code in (select d.venue_code from dose d
                                     where d.course_id = of_course and d.voided_at is null) end
$$;

-- told by hand ----------------------------------------------------------------------------------

-- A clerk told somebody: by telephone, at the counter, on a visit, in a letter of their own. Within three
-- days it stands for the automatic notice of its kind.
create table manual_notice (
  municipality_code text not null,
  id                uuid not null,
  resident_id       uuid not null,
  course_id         uuid not null references course(id),
  kind              text not null
                    check (kind in ('reminder', 'relocationNotice', 'lotRecall', 'invitation')),
  told_on           date not null,
  told_by           text not null check (told_by in ('phone', 'counter', 'visit', 'letter')),
  recorded_on       date not null,
  recorded_by       text not null check (char_length(recorded_by) between 1 and 80),
  recorded_at       timestamptz not null default clock_timestamp(),
  taken_back_at     timestamptz,
  taken_back_by     text check (char_length(taken_back_by) between 1 and 80),
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check (told_on <= recorded_on),
  check ((taken_back_at is null) = (taken_back_by is null))
);
create index manual_notice_course on manual_notice (course_id);            -- the check before a notice leaves
create index manual_notice_resident on manual_notice (municipality_code, resident_id);  -- an erasure

select protect_table('manual_notice');
grant select, insert, update (taken_back_at, taken_back_by) on manual_notice to sesshu_api;
select let_role('sesshu_api', 'manual_notice', 'select, insert, update', '{callDesk}');
select let_role('sesshu_api', 'manual_notice', 'select', '{showCourse,disclose}');
grant select (municipality_code, resident_id, course_id, kind, told_on, taken_back_at)
  on manual_notice to sesshu_definer;
select let_role('sesshu_definer', 'manual_notice', 'select', '{*}', 'any');

-- Whichever town told them: whoever moved was told all the same.
create function was_told_by_hand(of_course uuid, of_kind text, since date, until date) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from manual_notice m
                  where m.course_id = of_course and m.kind = of_kind and m.taken_back_at is null
                    and m.told_on between since and until)
     and is_at_home(of_course)
$$;

create function erase_manual_notices() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  delete from manual_notice
   where (municipality_code, resident_id) = (new.municipality_code, new.id);
  return null;
end
$$;
revoke all on function erase_manual_notices() from public;
create trigger resident_erased_manual_notices after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_manual_notices();
grant select (municipality_code, resident_id), delete on manual_notice to sesshu_keyd;
select let_role('sesshu_keyd', 'manual_notice', 'select, delete', '{erase}');

-- cohorts ---------------------------------------------------------------------------------------

-- The day on which a course was opened, in business time; of the others its instant stands for it.
alter table course add column opened_on date;
grant select (opened_on) on course to sesshu_definer;
-- since when somebody could have come
grant select (issued_on) on ticket to sesshu_worker;

-- Each town's cohorts are looked through once a day, by whichever worker comes first.
create table cohort_run (
  municipality_code text not null references municipality(code),
  day               date not null,
  candidates        int not null default 0,
  queued            int not null default 0,
  began_at          timestamptz not null default clock_timestamp(),
  -- the worker that has it; past, another takes it up
  leased_until      timestamptz,
  ended_at          timestamptz,
  primary key (municipality_code, day)
);
grant select, insert, update on cohort_run to sesshu_worker;
grant select on cohort_run to sesshu_api, sesshu_monitor;

-- The dose of a course that comes from a recalled lot, the earliest one; the recall is named by what was
-- recalled and from when, so that the same one has one name in every town. A day passes after it became
-- known: what was told by mistake can be lifted before anybody hears of it.
create function recalled_dose(of_course uuid, as_of date)
returns table (recall_id uuid, dose_number int, lot_number text, given_on date, product_code text,
               known_on date)
language sql stable security definer set search_path = pg_catalog, public as $$
  select md5(concat_ws('/', 'recall', l.product_code, l.lot_number, l.recalled_on, of_course))::uuid,
         d.claimed_dose_number, d.lot_number, d.given_on, d.product_code, k.known_on
    from dose d
    join lot l on (l.product_code, l.lot_number) = (d.product_code, d.lot_number)
    cross join lateral (
      select max(s.known_from) as known_on from lot_statement s
       where (s.product_code, s.lot_number, s.kind) = (l.product_code, l.lot_number, 'recall')
         and s.on_day is not null and s.known_from <= as_of) k
   where d.course_id = of_course and d.voided_at is null and l.recalled_on is not null
     and k.known_on < as_of and is_at_home(of_course)
   order by d.given_on, d.claimed_dose_number
$$;

-- Courses at home in a town with a dose of a recalled lot, whatever town keeps the dose.
create function recalled_courses(town text, as_of date) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct c.id
    from lot l
    join dose d on (d.product_code, d.lot_number) = (l.product_code, l.lot_number)
    join course c on c.id = d.course_id
   where l.recalled_on is not null and d.voided_at is null and c.home_municipality_code = town
     and scope_has(town) and purpose_is('sendNotice')
     and exists (select from lot_statement s
                  where (s.product_code, s.lot_number, s.kind) = (l.product_code, l.lot_number, 'recall')
                    and s.on_day is not null and s.known_from < as_of)
$$;
grant select (product_code, lot_number, recalled_on) on lot to sesshu_definer;
grant select (product_code, lot_number, kind, on_day, known_from) on lot_statement to sesshu_definer;

grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, r) from (values
  ('unkeyed_paper_until(uuid, date)', 'sesshu_api, sesshu_worker, sesshu_import'),
  ('was_told_by_hand(uuid, text, date, date)', 'sesshu_worker'),
  ('recalled_dose(uuid, date)', 'sesshu_worker'),
  ('recalled_courses(text, date)', 'sesshu_worker')) give (f, r);
revoke create on schema public from sesshu_definer;

-- What an evening checks anew, a phone call may have settled: the worker asks the functions above.
