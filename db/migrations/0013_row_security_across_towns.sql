-- What crosses towns, in functions of `sesshu_definer`: each gives away the columns that it names, looks
-- at purpose and towns itself, and is called by the roles listed at its end.

-- Nobody connects as sesshu_definer. It passes row security by rules of its own, and is granted no
-- column that says who somebody is: no name, no ticket, no key, nothing of person and residence.
grant usage on schema public to sesshu_definer;
grant create on schema public to sesshu_definer;
select let_role('sesshu_definer', t::regclass, 'select', '{*}', 'any')
  from unnest('{course,course_link,dose,notice,notice_attempt,task,protection,register_event,resident,
                scan,outbox,ledger_inbox,access_ledger}'::text[]) t;
grant select (id, home_municipality_code, home_resident_id, stage, steps) on course to sesshu_definer;
grant select (municipality_code, resident_id, course_id) on course_link to sesshu_definer;
grant select (id, municipality_code, resident_id, course_id, claimed_dose_number, given_on,
              recorded_on, product_code, lot_number, age_band, issuing_municipality_code, venue_code,
              voided_at) on dose to sesshu_definer;
grant select (id, municipality_code, course_id, kind, phase, dose_number, occasion, round, state,
              due_on, queued_on, left_on, channel) on notice to sesshu_definer;
grant select (municipality_code, notice_id, channel, state) on notice_attempt to sesshu_definer;
grant select (course_id, kind, occasion) on task to sesshu_definer;
grant select (municipality_code, resident_id, from_on, to_on) on protection to sesshu_definer;
grant select (municipality_code, resident_id, kind, effective_on, recorded_on, recorded_at,
              previous_municipality_code, previous_register_number) on register_event to sesshu_definer;
grant select (municipality_code, id, register_number) on resident to sesshu_definer;
grant select (issuing_municipality_code, verdict, received_on, resolved_at) on scan to sesshu_definer;
grant select on outbox, letter_batch, venue to sesshu_definer;
grant select on ledger_inbox, access_ledger, ledger_head to sesshu_definer;

create function scope_has(town text) returns boolean
language sql stable parallel safe
return town = any (string_to_array(nullif(current_setting('sesshu.municipality', true), ''), ','));

create function purpose_is(variadic purposes text[]) returns boolean
language sql stable parallel safe
return nullif(current_setting('sesshu.purpose', true), '') = any (purposes);

-- A scan names the issuer of a ticket; its person may be at home elsewhere. The towns of the course,
-- the issuer first, joined as the setting takes them. The person must be locked: then nobody moves.
create function scan_scope(town text, person uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
  select concat_ws(',', town, string_agg(distinct other, ','))
    from (select l.municipality_code, c.home_municipality_code
            from course_link own
            join course_link l on l.course_id = own.course_id
            join course c on c.id = own.course_id
           where own.municipality_code = town and own.resident_id = person) linked,
         unnest(array[linked.municipality_code, linked.home_municipality_code]) other
   where other <> town
$$;

-- The first statement of a scan: purpose, the person's lock, the towns of the person's course, its lock,
-- and the look. Towns are asked for after the person's lock: whoever moves somebody holds it, so that
-- they cannot change any more. What is read under the locks is a later statement's.
drop function begin_scan(text, bytea);
create function begin_scan(town text, sheet bytea, by_actor text, by_role text, by_office text)
returns void language plpgsql set search_path = pg_catalog, public as $$
declare
  person uuid;
  own_course uuid;
begin
  perform set_config('sesshu.municipality', town, true),
          set_config('sesshu.purpose', 'recordDose', true),
          set_config('sesshu.actor', by_actor, true);
  select t.resident_id into person from ticket t
    where t.municipality_code = town and t.number_index = sheet;
  if not found then return; end if;
  perform from resident r where r.municipality_code = town and r.id = person for no key update;
  perform set_config('sesshu.municipality', scan_scope(town, person), true);
  select c.id into own_course from course c
    where c.id = any (array(select l.course_id from course_link l
                             where l.municipality_code = town and l.resident_id = person))
      and c.closed_because is distinct from 'merged'
      for update;
  insert into ledger_inbox (id, actor, actor_role, office, purpose, municipality_code, resident_id,
                            course_id, fields)
  values (gen_random_uuid(), by_actor, by_role, by_office, 'recordDose', town, person, own_course,
          '{course,doses,notices,registerEvents,tasks,ticket}');
end $$;
revoke all on function begin_scan(text, bytea, text, text, text) from public;
grant execute on function begin_scan(text, bytea, text, text, text) to sesshu_api;

-- All towns in which a person may have a register row: those that move-ins name, forth and back, and
-- those that share a course. Too many rather than too few: who is one person is judged by whoever
-- reads these towns then, by birth date and name.
create function person_towns(town text, person uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
  with recursive register_row (municipality_code, id) as (
    select town, person
     where scope_has(town) and purpose_is('recordDose', 'manageRegister', 'settleMove', 'openWave')
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
        select l.municipality_code, l.resident_id
          from course_link own join course_link l on l.course_id = own.course_id
         where (own.municipality_code, own.resident_id) = (r.municipality_code, r.id)) other
  )
  select string_agg(distinct municipality_code, ',') from (select * from register_row limit 200) found
$$;

-- Of these register rows, the ones that a move-in in another town named as the former one.
create function named_elsewhere(town text, people uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.id from resident r
   where r.municipality_code = town and r.id = any (people) and scope_has(town)
     and purpose_is('manageRegister')
     and exists (select from register_event e
                  where e.previous_municipality_code = r.municipality_code
                    and e.previous_register_number = r.register_number)
$$;

-- What a course's present home knows of it, whatever town it comes from. All of these answer nothing to
-- any other town: the old one sees "moved out", not where.
create function is_at_home(of_course uuid) returns boolean
language sql stable
return purpose_is('recordDose', 'manageRegister', 'settleMove', 'openWave', 'sendNotice', 'showCourse')
   and exists (select from public.course c
                where c.id = of_course and public.scope_has(c.home_municipality_code));
revoke all on function is_at_home(uuid) from public;
grant execute on function is_at_home(uuid) to sesshu_definer;

-- The doses that count, by the links of the course alone: number, date, product, lot.
create function linked_doses(of_course uuid)
returns table (id uuid, claimed_dose_number int, given_on date, product_code text, lot_number text,
               municipality_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.id, d.claimed_dose_number, d.given_on, d.product_code, d.lot_number, d.municipality_code
    from dose d
   where d.course_id = of_course and d.voided_at is null and is_at_home(of_course)
     and exists (select from course_link l
                  where (l.municipality_code, l.resident_id, l.course_id)
                      = (d.municipality_code, d.resident_id, d.course_id))
$$;

-- What has been sent, held or left out already; why is the deciding town's business.
create function linked_notices(of_course uuid)
returns table (municipality_code text, id uuid, kind text, phase text, dose_number int, occasion uuid,
               round int, state text, due_on date, queued_on date, left_on date, channel text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select n.municipality_code, n.id, n.kind, n.phase, n.dose_number, n.occasion, n.round, n.state,
         n.due_on, n.queued_on, n.left_on, n.channel
    from notice n where n.course_id = of_course and is_at_home(of_course)
$$;

create function linked_follow_ups(of_course uuid) returns uuid[]
language sql stable security definer set search_path = pg_catalog, public as $$
  select array_agg(t.occasion) from task t
   where t.course_id = of_course and t.kind in ('followUp', 'moveInMissing') and is_at_home(of_course)
$$;

-- Moves and deaths. A protection is told to nobody but the town that grants it.
create function linked_events(of_course uuid)
returns table (municipality_code text, kind text, effective_on date, recorded_on date,
               recorded_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select e.municipality_code, e.kind, e.effective_on, e.recorded_on, e.recorded_at
    from course_link l
    join register_event e on (e.municipality_code, e.resident_id) = (l.municipality_code, l.resident_id)
   where l.course_id = of_course and is_at_home(of_course)
     and e.kind in ('moveOutNotified', 'movedIn', 'moveCancelled', 'movedAbroad', 'deceased')
$$;

-- The register row under which a course's person is protected on a day, the present home's first: no
-- notice leaves then, and that town sees to it by hand.
create function protecting_row(of_course uuid, on_day date)
returns table (municipality_code text, resident_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select p.municipality_code, p.resident_id
    from course c, protection p
   where c.id = of_course and is_at_home(of_course)
     and ((p.municipality_code, p.resident_id) = (c.home_municipality_code, c.home_resident_id)
          or (p.municipality_code, p.resident_id) in
             (select l.municipality_code, l.resident_id from course_link l where l.course_id = of_course))
     and p.from_on <= on_day and (p.to_on is null or p.to_on >= on_day)
   order by p.municipality_code = c.home_municipality_code desc, p.from_on desc
   limit 1
$$;

-- Which course a mail is about, for whoever claims it.
create function notice_course(town text, notice_id uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, public as $$
  select n.course_id from notice n
   where n.municipality_code = town and n.id = notice_id and purpose_is('claimMail')
$$;

create function towns_to_batch(batch_day date) returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct a.municipality_code
    from notice_attempt a
    join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
   where purpose_is('eveningTowns')
     and a.channel = 'letter' and a.state = 'queued' and n.queued_on <= batch_day
     and not exists (select from letter_batch b
                      where b.municipality_code = a.municipality_code and b.batch_on = batch_day)
  union
  select b.municipality_code from letter_batch b
   where purpose_is('eveningTowns') and b.batch_on = batch_day and b.state = 'sealed'
$$;

-- A campaign is not begun on them. Asked of a function, because "none" must not mean "none to be seen".
create function holds_residents() returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from resident)
$$;

create function towns_with_waiting_scans() returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct s.issuing_municipality_code from scan s
   where s.verdict = 'waiting' and s.resolved_at is null
$$;

create function outbox_health(out waiting int, out oldest_seconds int, out set_aside int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select (count(*) filter (where set_aside_at is null))::int,
         coalesce(extract(epoch from now() - min(next_try_at) filter (where set_aside_at is null)), 0)::int,
         (count(*) filter (where set_aside_at is not null))::int
    from outbox
$$;

-- The operator's page: courses that are stuck, by their random ids, and counts.
create function late_courses(before_day date, at_most int)
returns table (id uuid, stage text, municipality_code text, next_on text, total bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.id, c.stage, c.home_municipality_code, c.steps -> 0 ->> 'on', count(*) over ()
    from course c
   where purpose_is('operate') and c.stage not in ('complete', 'closed')
     and c.steps -> 0 ->> 'on' < before_day::text
   order by c.steps -> 0 ->> 'on', c.id limit at_most
$$;

create function unresolved_scans(today date)
returns table (verdict text, today_count int, week_count int, older_count int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.verdict, (count(*) filter (where s.received_on >= today))::int,
         (count(*) filter (where s.received_on < today and s.received_on >= today - 7))::int,
         (count(*) filter (where s.received_on < today - 7))::int
    from scan s
   where purpose_is('operate') and s.verdict in ('held', 'waiting') and s.resolved_at is null
   group by s.verdict
$$;

create function undelivered_attempts() returns table (channel text, state text, attempts int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.channel, a.state, count(*)::int from notice_attempt a
   where purpose_is('operate') and a.state in ('queued', 'attempting', 'unknown')
   group by a.channel, a.state
$$;

-- A town's page counts doses by the issuer of the ticket and by venue, wherever their people live: it
-- is given the counts, not the rows.
create function town_dose_groups(town text, today date)
returns table (age_band text, product_code text, dose_number int, doses int, recorded_today int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.age_band, d.product_code, d.claimed_dose_number, count(*)::int,
         (count(*) filter (where d.recorded_on = today))::int
    from dose d
   where purpose_is('showTown') and scope_has(town)
     and d.issuing_municipality_code = town and d.voided_at is null
   group by d.age_band, d.product_code, d.claimed_dose_number
$$;

create function town_doses_per_day(town text, from_day date)
returns table (given_on date, first int, second int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.given_on, (count(*) filter (where d.claimed_dose_number = 1))::int,
         (count(*) filter (where d.claimed_dose_number > 1))::int
    from dose d
   where purpose_is('showTown') and scope_has(town)
     and d.issuing_municipality_code = town and d.voided_at is null and d.given_on >= from_day
   group by d.given_on
$$;

create function town_recording_lag(town text, after_day date, late_days int)
returns table (doses int, late int, half int, four_fifths int, nearly_all int, longest int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*)::int, (count(*) filter (where lag > late_days))::int,
         percentile_disc(0.5) within group (order by lag),
         percentile_disc(0.8) within group (order by lag),
         percentile_disc(0.95) within group (order by lag), max(lag)
    from (select d.recorded_on - d.given_on as lag from dose d
           where purpose_is('showTown') and scope_has(town)
             and d.issuing_municipality_code = town and d.voided_at is null
             and d.recorded_on > after_day) recent
$$;

create function town_venue_doses(town text, at_most int)
returns table (code text, name text, doses int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select v.code, v.name, count(d.id)::int
    from venue v left join dose d on d.venue_code = v.code and d.voided_at is null
   where purpose_is('showTown') and scope_has(town) and v.municipality_code = town
   group by v.code, v.name
   order by count(d.id) desc, v.code limit at_most
$$;

-- looks -----------------------------------------------------------------------------------------

-- One row for each person, in the transaction that reads: whoever gets an answer has left the row. For
-- what is opened by a key, the look is committed before (db/ledger/record-looks.ts).
create function record_looks(looks text, by_actor text, by_role text, by_office text) returns void
language sql set search_path = pg_catalog, public as $$
  insert into ledger_inbox (id, actor, actor_role, office, purpose, municipality_code, resident_id,
                            course_id, fields, legal_basis, break_glass_id)
  select gen_random_uuid(), by_actor, by_role, by_office,
         coalesce(purpose, current_setting('sesshu.purpose', true)),
         municipality_code, resident_id, course_id, fields, legal_basis, break_glass_id
    from json_to_recordset(looks::json)
      as look (purpose text, municipality_code text, resident_id uuid, course_id uuid, fields text[],
               legal_basis text, break_glass_id uuid)
$$;
revoke all on function record_looks(text, text, text, text) from public;
grant execute on function record_looks(text, text, text, text)
  to sesshu_api, sesshu_worker, sesshu_import, sesshu_authority;

-- Those of earlier migrations go over as they are, with whom they were granted to.
revoke all on function ledger_lag_seconds() from public;
grant execute on function ledger_lag_seconds() to sesshu_api, sesshu_worker, sesshu_relay,
  sesshu_import, sesshu_statistics, sesshu_monitor, sesshu_authority, sesshu_keyd, sesshu_sealer;
do $$
declare
  one regprocedure;
begin
  for one in select p.oid from pg_proc p
              where p.pronamespace = 'public'::regnamespace and p.prosecdef
                and p.proowner = current_user::regrole
                and p.proname in ('course_home', 'ledger_lag_seconds', 'ledger_leaves', 'looks_at',
                                  'busy_readers') loop
    execute format('alter function %s owner to sesshu_definer', one);
  end loop;
end $$;
select give_to_definer(f::regprocedure, callers) from (values
  ('scan_scope(text, uuid)', 'sesshu_api'),
  ('person_towns(text, uuid)', 'sesshu_api'),
  ('named_elsewhere(text, uuid[])', 'sesshu_api'),
  ('linked_doses(uuid)', 'sesshu_api, sesshu_worker'),
  ('linked_notices(uuid)', 'sesshu_api, sesshu_worker'),
  ('linked_follow_ups(uuid)', 'sesshu_api, sesshu_worker'),
  ('linked_events(uuid)', 'sesshu_api'),
  ('protecting_row(uuid, date)', 'sesshu_worker'),
  ('notice_course(text, uuid)', 'sesshu_worker'),
  ('towns_to_batch(date)', 'sesshu_worker'),
  ('towns_with_waiting_scans()', 'sesshu_api'),
  ('outbox_health()', 'sesshu_api, sesshu_monitor, ' || current_user),
  ('holds_residents()', current_user),
  ('late_courses(date, int)', 'sesshu_api'),
  ('unresolved_scans(date)', 'sesshu_api'),
  ('undelivered_attempts()', 'sesshu_api'),
  ('town_dose_groups(text, date)', 'sesshu_api'),
  ('town_doses_per_day(text, date)', 'sesshu_api'),
  ('town_recording_lag(text, date, int)', 'sesshu_api'),
  ('town_venue_doses(text, int)', 'sesshu_api')) given (f, callers);
revoke create on schema public from sesshu_definer;
