-- What residents' pages, disclosure and erasure have to know of households, deliveries and stays (0018).

-- A person who is protected, today or later, in whatever town; or who lives with somebody who is.
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function is_shielded(text, uuid, date);
  drop function shared_doses(text, uuid);
  execute format('set local role %I', migrating);
end $$;
create function is_shielded(town text, person uuid, on_day date) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select purpose_is('openLetterCode', 'residentPage', 'disclose') and scope_has(town)
     and (exists (
            select from rows_of_person(town, person, true) w
              join protection p
                on (p.municipality_code, p.resident_id) = (w.municipality_code, w.resident_id)
             where p.to_on is null or p.to_on >= on_day)
          or exists (
            select from household_member m
              join lateral rows_of_person(m.municipality_code, m.resident_id, false) w on true
              join protection p
                on (p.municipality_code, p.resident_id) = (w.municipality_code, w.resident_id)
             where m.municipality_code = town and m.resident_id <> person
               and m.household = household_on(town, person, on_day)
               and household_on(town, m.resident_id, on_day) = m.household
               and (p.to_on is null or p.to_on >= on_day)))
$$;

-- As in 0018, and shown to the person on their own page.
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
     and scope_has(town)
     and purpose_is('recordDose', 'manageRegister', 'settleMove', 'openWave', 'sendNotice', 'showCourse',
                    'registerStay', 'residentPage', 'disclose')
     and not exists (select from course_link own
                      where (own.municipality_code, own.resident_id, own.course_id)
                          = (town, person, d.course_id))
$$;
revoke all on function is_shielded(text, uuid, date), shared_doses(text, uuid) from public;
grant create on schema public to sesshu_definer;
select give_to_definer('is_shielded(text, uuid, date)', 'sesshu_api');
select give_to_definer('shared_doses(text, uuid)', 'sesshu_api, sesshu_worker');
revoke create on schema public from sesshu_definer;

-- With whom an erased person lived and where they could be reached goes with the rest; a consent named
-- two rows as one person, and names nobody any more.
create or replace function erase_rows(codes text[], ids uuid[]) returns void
language plpgsql volatile set search_path = pg_catalog, public as $$
begin
  delete from letter_content c
   using notice_attempt a, notice n, unnest(codes, ids) as e (town, resident)
   where (a.municipality_code, a.id) = (c.municipality_code, c.attempt_id)
     and (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     and (e.town, e.resident) = (n.municipality_code, n.resident_id);
  delete from person p using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (p.municipality_code, p.resident_id);
  delete from residence a using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (a.municipality_code, a.resident_id);
  delete from protection p using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (p.municipality_code, p.resident_id);
  delete from household_member h using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (h.municipality_code, h.resident_id);
  delete from delivery_arrangement d using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (d.municipality_code, d.resident_id);
  delete from stay_consent s using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (s.municipality_code, s.resident_id)
      or (e.town, e.resident) = (s.home_municipality_code, s.home_resident_id);
  delete from letter_refusal w using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (w.municipality_code, w.resident_id);
  delete from resident_message m using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (m.municipality_code, m.resident_id);
  delete from resident_session s using unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (s.municipality_code, s.resident_id);
  update letter_code l
     set code_index = no_index(), died_at = coalesce(died_at, clock_timestamp()),
         died_because = coalesce(died_because, 'erased')
    from unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (l.municipality_code, l.resident_id);
  update register_event v
     set body_digest = no_index(), previous_municipality_code = null, previous_register_number = null,
         previous_born = null, previous_names = null
    from unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (v.municipality_code, v.resident_id);
end
$$;
grant select (municipality_code, resident_id), delete on household_member, delivery_arrangement
  to sesshu_keyd;
grant select (municipality_code, resident_id, home_municipality_code, home_resident_id), delete
  on stay_consent to sesshu_keyd;
select let_role('sesshu_keyd', t::regclass, 'select, delete', '{erase}')
  from unnest('{household_member,delivery_arrangement}'::text[]) t;
-- a consent stands in the town of stay, and names the register's town
select let_role('sesshu_keyd', 'stay_consent', 'select, delete', '{erase}', 'any');

-- What a disclosure says of them.
select let_role('sesshu_api', t::regclass, 'select', '{disclose}')
  from unnest('{household_member,delivery_arrangement,stay_consent}'::text[]) t;
