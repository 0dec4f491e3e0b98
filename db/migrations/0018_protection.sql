-- Protected persons and their households, where to reach them, and people who live somewhere else than
-- they are registered. See docs/adr/0016-protected-persons.md.
--
-- What has to cross towns is answered by functions of sesshu_definer alone. They never say where: a
-- question is asked under the town whose register row it is about, and the answer names that town's
-- rows, or the rows of a town that has to act.

-- Of which household a register says that a person is, from a day on: the number itself never, only a
-- keyed index of it, so that members of one town are seen to live together and no two towns' can be
-- joined. Null: the person came without one, and an earlier one counts no more.
create table household_member (
  municipality_code text not null,
  resident_id       uuid not null,
  from_on           date not null,
  household         blind_index,
  recorded_at       timestamptz not null default now(),
  primary key (municipality_code, resident_id, from_on),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);
-- protection: everybody of one household
create index household_member_household on household_member (municipality_code, household)
  where household is not null;

-- A safe address, or "call only", sealed whole, under the key of the protecting town's row. It stands
-- apart from the register's addresses: no purpose of the register, of notices or of pages reads it.
create table delivery_arrangement (
  municipality_code text not null,
  resident_id       uuid not null,
  arrangement       sealed not null,
  set_by            text not null check (char_length(set_by) between 1 and 80),
  set_at            timestamptz not null default now(),
  primary key (municipality_code, resident_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);

-- Who lives in a town without being in its register has a row there all the same.
alter table resident
  add column basis text not null default 'register' check (basis in ('register', 'actualStay'));

alter domain course_opening drop constraint course_opening_check;
alter domain course_opening add constraint course_opening_check check (value in ('wave', 'scan', 'stay'));

-- A consent joins the row of the town of stay to that of the register. Without one, nothing here says
-- that the two are one person. A withdrawal ends the flow; it takes back nothing that has flowed.
create table stay_consent (
  id                     uuid primary key,
  municipality_code      text not null,
  resident_id            uuid not null,
  home_municipality_code text not null,
  home_resident_id       uuid not null,
  given_on               date not null,
  given_to               text not null check (char_length(given_to) between 1 and 80),
  given_at               timestamptz not null default clock_timestamp(),
  withdrawn_on           date,
  withdrawn_to           text check (char_length(withdrawn_to) between 1 and 80),
  withdrawn_at           timestamptz,
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  foreign key (home_municipality_code, home_resident_id) references resident(municipality_code, id),
  check ((withdrawn_on is null) = (withdrawn_at is null)
         and (withdrawn_on is null) = (withdrawn_to is null)),
  check ((municipality_code, resident_id) <> (home_municipality_code, home_resident_id))
);
-- one consent stands at a time; shared doses, both ways
create unique index stay_consent_standing on stay_consent (municipality_code, resident_id)
  where withdrawn_at is null;
create index stay_consent_stay on stay_consent (municipality_code, resident_id);
create index stay_consent_home on stay_consent (home_municipality_code, home_resident_id);

-- Every register row of the person who has this one: by the course that they share, or by a consent
-- that stands. Internal: whoever may ask asks one of the functions below.
create function rows_of_person(town text, person uuid, by_consent boolean)
returns table (municipality_code text, resident_id uuid)
language sql stable set search_path = pg_catalog, public as $$
  with linked (municipality_code, resident_id) as (
    select town, person
    union
    select l.municipality_code, l.resident_id
      from course_link own join course_link l on l.course_id = own.course_id
     where (own.municipality_code, own.resident_id) = (town, person)
  )
  select municipality_code, resident_id from linked
  union
  select s.home_municipality_code, s.home_resident_id
    from linked k join stay_consent s
      on (s.municipality_code, s.resident_id) = (k.municipality_code, k.resident_id)
   where by_consent and s.withdrawn_at is null
  union
  select s.municipality_code, s.resident_id
    from linked k join stay_consent s
      on (s.home_municipality_code, s.home_resident_id) = (k.municipality_code, k.resident_id)
   where by_consent and s.withdrawn_at is null
$$;

-- The household of a register row on a day: the last one told until then, unless the person has left.
-- Whoever has died has not left: the others stay protected for as long as the period runs.
create function household_on(town text, person uuid, on_day date) returns bytea
language sql stable set search_path = pg_catalog, public as $$
  select m.household
    from household_member m
    join resident r on (r.municipality_code, r.id) = (m.municipality_code, m.resident_id)
   where (m.municipality_code, m.resident_id) = (town, person) and m.from_on <= on_day
     and (r.status not in ('movedOut', 'movedAbroad', 'removedFromRegister') or r.status_on > on_day)
   order by m.from_on desc limit 1
$$;

-- The row under which a person is protected in their own right on a day, the asking town's first.
create function own_protection(town text, person uuid, on_day date, by_consent boolean)
returns table (municipality_code text, resident_id uuid)
language sql stable set search_path = pg_catalog, public as $$
  select p.municipality_code, p.resident_id
    from rows_of_person(town, person, by_consent) w
    join protection p on (p.municipality_code, p.resident_id) = (w.municipality_code, w.resident_id)
   where p.from_on <= on_day and (p.to_on is null or p.to_on >= on_day)
   order by p.municipality_code = town desc, p.from_on desc, p.municipality_code, p.resident_id
   limit 1
$$;

-- The one answer to "is this person protected on that day?": the register row whose town sees to them by
-- hand; no row when nobody is. In their own right, or with a household that they share on that day.
create function protected_under(town text, person uuid, on_day date)
returns table (municipality_code text, resident_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  shared bytea;
begin
  if not town = any (string_to_array(nullif(current_setting('sesshu.municipality', true), ''), ',')) then
    raise exception 'protected_under: % is not in scope', town;
  end if;
  return query select * from own_protection(town, person, on_day, true);
  if found then return; end if;
  shared := household_on(town, person, on_day);
  if shared is null then return; end if;
  -- Whoever consents lives elsewhere: a flag of that town says nothing of those at the registered address.
  return query
    select town, person
     where exists (
       select from household_member m
        where m.municipality_code = town and m.household = shared and m.resident_id <> person
          and household_on(town, m.resident_id, on_day) = shared
          and exists (select from own_protection(town, m.resident_id, on_day, false)));
end $$;

-- The same of a course, by its home; nothing to any other town. In the place of the one of 0013.
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function protecting_row(uuid, date);
  execute format('set local role %I', migrating);
end $$;
create function protecting_row(of_course uuid, on_day date)
returns table (municipality_code text, resident_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select p.municipality_code, p.resident_id
    from course c
    cross join lateral protected_under(c.home_municipality_code, c.home_resident_id, on_day) p
   where c.id = of_course
     and c.home_municipality_code =
         any (string_to_array(nullif(current_setting('sesshu.municipality', true), ''), ','))
$$;

-- Which courses a protection of one row concerns: those of the person, and those at home with a member
-- of a household of theirs; none when nobody of them was ever protected. Ids alone, for their locks: a
-- notice of any of them may be leaving just now.
create function courses_under_protection(town text, person uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
  with concerned (municipality_code, resident_id) as (
    select * from rows_of_person(town, person, true)
    union
    select m.municipality_code, m.resident_id
      from household_member own
      join household_member m
        on m.municipality_code = own.municipality_code and m.household = own.household
     where (own.municipality_code, own.resident_id) = (town, person)
  )
  select l.course_id
    from concerned k
    join course_link l on (l.municipality_code, l.resident_id) = (k.municipality_code, k.resident_id)
   where exists (select from concerned any_of
                   join protection p on (p.municipality_code, p.resident_id)
                                      = (any_of.municipality_code, any_of.resident_id))
$$;

-- The rows on the other side of a person's consents, standing or withdrawn. Internal.
create function rows_by_consent(town text, person uuid)
returns table (municipality_code text, resident_id uuid, withdrawn_at timestamptz)
language sql stable set search_path = pg_catalog, public as $$
  with own (municipality_code, resident_id) as (
    select town, person
    union
    select l.municipality_code, l.resident_id
      from course_link c join course_link l on l.course_id = c.course_id
     where (c.municipality_code, c.resident_id) = (town, person)
  )
  select s.home_municipality_code, s.home_resident_id, s.withdrawn_at
    from own join stay_consent s
      on (s.municipality_code, s.resident_id) = (own.municipality_code, own.resident_id)
  union all
  select s.municipality_code, s.resident_id, s.withdrawn_at
    from own join stay_consent s
      on (s.home_municipality_code, s.home_resident_id) = (own.municipality_code, own.resident_id)
$$;

-- What a consent lets flow, both ways: the other side's doses; those recorded after a withdrawal never.
create function shared_doses(town text, person uuid)
returns table (id uuid, claimed_dose_number int, given_on date, product_code text, lot_number text,
               municipality_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct d.id, d.claimed_dose_number, d.given_on, d.product_code, d.lot_number, d.municipality_code
    from rows_by_consent(town, person) other
    join course_link l
      on (l.municipality_code, l.resident_id) = (other.municipality_code, other.resident_id)
    join dose d on d.course_id = l.course_id
   where d.voided_at is null and (other.withdrawn_at is null or d.recorded_at < other.withdrawn_at)
     and town = any (string_to_array(nullif(current_setting('sesshu.municipality', true), ''), ','))
     and current_setting('sesshu.purpose', true) = any ('{recordDose,manageRegister,settleMove,openWave,sendNotice,showCourse,registerStay}'::text[])
     and not exists (select from course_link own
                      where (own.municipality_code, own.resident_id, own.course_id)
                          = (town, person, d.course_id))
$$;

-- The courses on the other side of a consent that stands, to be planned anew when something changes.
create function consent_peers(town text, person uuid)
returns table (course_id uuid, municipality_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct c.id, c.home_municipality_code
    from rows_by_consent(town, person) other
    join course_link l
      on (l.municipality_code, l.resident_id) = (other.municipality_code, other.resident_id)
    join course c on c.id = l.course_id
   where other.withdrawn_at is null and c.closed_because is distinct from 'merged'
     and town = any (string_to_array(nullif(current_setting('sesshu.municipality', true), ''), ','))
$$;

-- Whether the town of stay writes to this course's person, so that the register's town need not.
create function is_told_at_stay(of_course uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (
    select from course c
      join stay_consent s on (s.home_municipality_code, s.home_resident_id)
                           = (c.home_municipality_code, c.home_resident_id)
      join course_link l on (l.municipality_code, l.resident_id) = (s.municipality_code, s.resident_id)
     where c.id = of_course and s.withdrawn_at is null and l.course_id <> of_course)
$$;

revoke all on function rows_of_person(text, uuid, boolean), household_on(text, uuid, date),
  own_protection(text, uuid, date, boolean), protected_under(text, uuid, date), protecting_row(uuid, date),
  courses_under_protection(text, uuid), rows_by_consent(text, uuid),
  shared_doses(text, uuid), consent_peers(text, uuid),
  is_told_at_stay(uuid) from public;

grant execute on function protected_under(text, uuid, date), protecting_row(uuid, date),
  shared_doses(text, uuid), consent_peers(text, uuid) to sesshu_api, sesshu_worker;
grant execute on function is_told_at_stay(uuid) to sesshu_worker;
grant execute on function courses_under_protection(text, uuid) to sesshu_api;

grant select, insert, update on household_member to sesshu_api;
grant select, insert, update, delete on delivery_arrangement to sesshu_api;
grant select, insert, update on stay_consent to sesshu_api;

-- Row security as of 0013: who may have which rows for which purpose.
select protect_table(t::regclass)
  from unnest('{household_member,delivery_arrangement,stay_consent}'::text[]) t;

select let_role('sesshu_api', 'household_member', 'select, insert, update', '{manageRegister}');
-- Where to reach somebody, and for which task: this purpose alone, and nothing else of the person.
select let_role('sesshu_api', 'delivery_arrangement', 'select, insert, update, delete',
                '{byHandDelivery}');
select let_role('sesshu_api', t::regclass, 'select', '{byHandDelivery}')
  from unnest('{resident,task,resident_key}'::text[]) t;
select let_role('sesshu_api', t::regclass, c, '{registerStay}') from (values
  ('resident', 'select, insert, update'), ('person', 'select, insert, update'),
  ('residence', 'select, insert, update'), ('resident_key', 'select, insert'),
  ('register_event', 'select'), ('course', 'select, insert'), ('course_link', 'select, insert'),
  ('stay_consent', 'select, insert, update')) rule (t, c);
select let_role('sesshu_api', 'outbox', 'select, insert, update', '{registerStay}', 'any');
-- A protection goes along with its person.
select let_role('sesshu_api', 'protection', 'select, insert, update', '{settleMove}');

select let_role('sesshu_definer', t::regclass, 'select', '{*}', 'any')
  from unnest('{household_member,stay_consent}'::text[]) t;
grant select (municipality_code, resident_id, from_on, household) on household_member
  to sesshu_definer;
grant select (municipality_code, resident_id, home_municipality_code, home_resident_id, withdrawn_at)
  on stay_consent to sesshu_definer;
grant select (status, status_on) on resident to sesshu_definer;
grant select (closed_because) on course to sesshu_definer;
grant select (recorded_at) on dose to sesshu_definer;

grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, callers) from (values
  ('rows_of_person(text, uuid, boolean)', 'sesshu_definer'),
  ('rows_by_consent(text, uuid)', 'sesshu_definer'),
  ('household_on(text, uuid, date)', 'sesshu_definer'),
  ('own_protection(text, uuid, date, boolean)', 'sesshu_definer'),
  ('protected_under(text, uuid, date)', 'sesshu_api, sesshu_worker'),
  ('protecting_row(uuid, date)', 'sesshu_api, sesshu_worker'),
  ('courses_under_protection(text, uuid)', 'sesshu_api'),
  ('shared_doses(text, uuid)', 'sesshu_api, sesshu_worker'),
  ('consent_peers(text, uuid)', 'sesshu_api, sesshu_worker'),
  ('is_told_at_stay(uuid)', 'sesshu_worker')) given (f, callers);
revoke create on schema public from sesshu_definer;
