-- Records that can be mended: a dose is voided, corrected, moved to another person, confirmed against
-- paper. The row shows what holds now; `dose_change` keeps what it was, who changed it, when and why.
-- See docs/adr/0020-changing-a-dose.md.

-- Raised with every change: whoever changes a dose says which one they saw.
alter table dose add column revision int not null default 1 check (revision >= 1);

-- Who sent a scan: an account, a tablet or a program. `begin_scan` names the actor; a tablet takes back
-- what it recorded itself and nothing else.
alter table scan add column received_from text
  default nullif(current_setting('sesshu.actor', true), '')
  check (char_length(received_from) between 1 and 80);

-- One change of one dose, as the register sees it that kept the dose: a dose that goes to another person
-- leaves a row with each. `before` and `after` hold number, day, product, lot and venue; none of them,
-- nor the reason, says who anybody is.
create table dose_change (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  dose_id           uuid not null,
  resident_id       uuid not null,
  kind              text not null check (kind in ('voided', 'corrected', 'movedAway', 'movedHere',
                                                  'confirmed', 'lockLifted')),
  -- the dose's from now on
  revision          int  not null,
  reason            text not null check (char_length(reason) between 1 and 200),
  before            jsonb,
  after             jsonb,
  changed_on        date not null,
  changed_at        timestamptz not null default clock_timestamp(),
  changed_by        text not null check (char_length(changed_by) between 1 and 80),
  changed_as        text not null check (char_length(changed_as) between 1 and 40),
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((before is not null) = (kind in ('voided', 'corrected', 'movedAway'))
         and (after is not null) = (kind in ('corrected', 'movedHere')))
);
create index dose_change_resident on dose_change (municipality_code, resident_id); -- timeline
select only_add('dose_change');

-- Whatever else writes to doses one day: what was compared with the paper stays until somebody has lifted
-- the lock, by a change of its own.
create function keep_confirmed_dose() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  raise exception 'Dose % is confirmed against paper: lift the lock first', old.id
    using errcode = 'restrict_violation';
end $$;
revoke all on function keep_confirmed_dose() from public;
create trigger dose_confirmed
  before update of resident_id, claimed_dose_number, given_on, venue_code, product_code, lot_number, voided_at
  on dose for each row
  when (old.confirmed_on_paper_at is not null
        and (old.resident_id, old.claimed_dose_number, old.given_on, old.venue_code, old.product_code,
             old.lot_number, old.voided_at)
            is distinct from
            (new.resident_id, new.claimed_dose_number, new.given_on, new.venue_code, new.product_code,
             new.lot_number, new.voided_at))
  execute function keep_confirmed_dose();

-- Both slips for a visit without a dose are used: somebody issues a new sheet.
insert into task_kind values ('slipsUsedUp') on conflict do nothing;

-- the last visit without a dose, of each register row of a course
create index screening_resident on screening (municipality_code, resident_id, screened_on);

-- Who may what ------------------------------------------------------------------------------------------

select protect_table('dose_change');
grant select, insert on dose_change to sesshu_api;
grant delete on ticket_slip to sesshu_api;
-- A queued notice that is no longer owed is withdrawn with its attempts; nothing else of them is told.
grant select (state), update (state, reason, settled_at, settled_on, leased_until) on notice_attempt
  to sesshu_api;

select let_role('sesshu_api', t::regclass, c, '{changeDose}') from (values
  ('dose', 'select, insert, update'), ('finding', 'select, insert, update'), ('dose_change', 'select, insert'),
  ('ticket_slip', 'select, insert, update, delete'), ('ticket', 'select'), ('scan', 'select'),
  ('resident', 'select, update'), ('resident_key', 'select'), ('person', 'select'),
  ('course', 'select, insert'), ('course_link', 'select, insert')) rule (t, c);
select let_role('sesshu_api', 'dose_change', 'select', '{showCourse,disclose}');
-- What follows for the course: planned anew, its notices withdrawn or owed again.
select let_role('sesshu_api', 'notice_attempt', 'select, update', '{settleMove}');
-- A scan of a visit without a dose: what the next reminder waits for, and the task.
select let_role('sesshu_api', 'screening', 'select', '{recordDose}');
select let_role('sesshu_api', 'task', 'insert', '{recordDose}');

-- Across towns ------------------------------------------------------------------------------------------

select let_role('sesshu_definer', 'screening', 'select', '{*}', 'any');
grant select (municipality_code, resident_id, screened_on) on screening to sesshu_definer;
grant select (code) on municipality to sesshu_definer;

-- Where a dose is kept and where its course is at home: ids alone, so that a town can be named. Asked town
-- by town, because no index of so large a table goes by the dose alone, and changes are rare. A register
-- from which the dose has gone keeps a voided row of it: the one that counts comes first.
create function dose_place(wanted uuid)
returns table (municipality_code text, resident_id uuid, course_id uuid, home_municipality_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.municipality_code, d.resident_id, d.course_id, c.home_municipality_code
    from municipality m
    cross join lateral (select k.municipality_code, k.resident_id, k.course_id, k.voided_at from dose k
                         where k.municipality_code = m.code and k.id = wanted offset 0) d
    join course c on c.id = d.course_id
   where purpose_is('changeDose')
   order by d.voided_at is null desc limit 1
$$;

-- The last visit without a dose, whatever town it was told to.
create function linked_last_screening(of_course uuid) returns date
language sql stable security definer set search_path = pg_catalog, public as $$
  select max(s.screened_on)
    from course_link l
    join screening s on (s.municipality_code, s.resident_id) = (l.municipality_code, l.resident_id)
   where l.course_id = of_course and is_at_home(of_course)
$$;

grant create on schema public to sesshu_definer;
select give_to_definer('dose_place(uuid)', 'sesshu_api');
select give_to_definer('linked_last_screening(uuid)', 'sesshu_api, sesshu_worker');
revoke create on schema public from sesshu_definer;
