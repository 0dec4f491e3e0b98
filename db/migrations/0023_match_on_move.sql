-- A move-in that names the former town without the person's number there: the event is committed, then
-- keyd is asked by My Number. The event itself says how far that is, so that a crash loses no question.
alter table register_event
  drop constraint register_event_check,
  add constraint register_event_former_town
    check (previous_register_number is null or previous_municipality_code is not null),
  -- pending: still to be asked; every other word is an answer
  add column match_state text
    check (match_state in ('pending', 'found', 'nobody', 'differs', 'noConsent', 'noMyNumber')),
  add column match_consent_on date,
  add column match_consent_by text check (char_length(match_consent_by) between 1 and 80),
  add constraint register_event_match check (match_state is null or kind = 'movedIn'),
  add constraint register_event_match_consent
    check ((match_consent_on is null) = (match_consent_by is null));
-- the sweep: what a crash or a keyd that was away left to be asked
create index register_event_match_pending on register_event (municipality_code)
  where match_state = 'pending';

insert into task_kind values ('findFormerRecord');

-- What the match answered, and the former row's own words once it is known whose it is. (A name told
-- anew changes them as well: retellFormerRows.)
select let_role('sesshu_api', 'register_event', 'update', '{manageRegister}');

-- Whether a match would tell where a protected person lives: protected today or from a later day, under
-- any of the person's rows, or with a household of that town. Internal.
create function is_hidden_from_matches(town text, person uuid, on_day date) returns boolean
language sql stable set search_path = pg_catalog, public as $$
  with concerned (municipality_code, resident_id) as (
    select town, person
    union
    select m.municipality_code, m.resident_id
      from household_member m
     where m.municipality_code = town and m.household = household_on(town, person, on_day)
       and household_on(town, m.resident_id, on_day) = m.household
  )
  select exists (
    select from concerned k
      cross join lateral rows_of_person(k.municipality_code, k.resident_id, true) w
      join protection p on (p.municipality_code, p.resident_id) = (w.municipality_code, w.resident_id)
     where p.to_on is null or p.to_on >= on_day)
$$;

-- In the place of the one of 0016: whoever is protected is given away to nobody. The answer is that of
-- somebody whom the former town does not know; the look at them stays in that town's ledger.
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function looks_at(text[], uuid[], uuid, int);
  drop function match_my_number(text, uuid, uuid, text, bytea, uuid, date, int);
  execute format('set local role %I', migrating);
end $$;
create function match_my_number(
  requesting text, requester uuid, move_in uuid, former text, wanted bytea, look uuid, today date,
  most_a_day int,
  out outcome text, out resident_id uuid, out look_id uuid)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
  outcome := 'noMoveIn';
  if not exists (
    select from public.register_event e
     where e.id = move_in and e.kind = 'movedIn' and e.municipality_code = requesting
       and e.resident_id = requester and e.previous_municipality_code = former
       and e.effective_on <= today)
  then return; end if;

  outcome := 'overLimit';
  insert into public.my_number_matches as m (municipality_code, asked_on, asked)
  values (requesting, today, 1)
  on conflict on constraint my_number_matches_pkey
    do update set asked = m.asked + 1 where m.asked < most_a_day;
  if not found then return; end if;

  outcome := 'nobody';
  select n.resident_id into match_my_number.resident_id
    from public.my_number n where n.municipality_code = former and n.hmac = wanted;
  if not found then return; end if;

  look_id := gen_random_uuid();
  insert into public.ledger_inbox
    (id, actor, actor_role, office, purpose, municipality_code, resident_id, fields, legal_basis)
  select look_id, l.actor, l.actor_role, l.office, l.purpose, former, match_my_number.resident_id,
         l.fields, l.legal_basis
    from (select id, actor, actor_role, office, purpose, fields, legal_basis from public.ledger_inbox
          union all
          select id, actor, actor_role, office, purpose, fields, legal_basis from public.access_ledger) l
   where l.id = look;
  if not found then raise exception 'the look of a match is gone'; end if;

  if is_hidden_from_matches(former, match_my_number.resident_id, today) then
    resident_id := null;
    return;
  end if;
  outcome := 'found';
end $$;

-- Which move-ins still wait for their answer: random ids and the asking town, for the sweep. Any of them,
-- so that some that cannot be asked stand in nobody's way.
create function pending_matches(resting text[], at_most int)
returns table (municipality_code text, event_id uuid)
language sql volatile security definer set search_path = pg_catalog, public as $$
  select e.municipality_code, e.id from register_event e
   where e.match_state = 'pending' and e.previous_municipality_code is not null
     and e.municipality_code <> all (resting)
   order by random() limit at_most
$$;

-- In the place of the one of 0011: whose course lives here sees looks at the rows of earlier towns too, those
-- before there was a course among them. Which rows these are is told to nobody.
create function looks_at(p_municipalities text[], p_residents uuid[], p_course uuid, p_limit int)
returns table (looked_at timestamptz, actor_role text, office text, purpose text,
               municipality_code text, fields text[], legal_basis text, is_break_glass boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  with register as (
    select * from unnest(p_municipalities, p_residents) as r (municipality_code, resident_id)
    union
    select l.municipality_code, l.resident_id from public.course_link l
     where l.course_id = p_course and is_at_home(p_course)),
  seen as (
    select l.id, l.looked_at, l.actor_role, l.office, l.purpose, l.municipality_code, l.fields,
           l.legal_basis, l.break_glass_id
      from public.access_ledger l join register using (municipality_code, resident_id)
    union
    select l.id, l.looked_at, l.actor_role, l.office, l.purpose, l.municipality_code, l.fields,
           l.legal_basis, l.break_glass_id
      from public.access_ledger l where l.course_id = p_course
    union
    select i.id, i.looked_at, i.actor_role, i.office, i.purpose, i.municipality_code, i.fields,
           i.legal_basis, i.break_glass_id
      from public.ledger_inbox i
     where i.course_id = p_course
        or (i.municipality_code, i.resident_id) in (select * from register))
  select s.looked_at, s.actor_role, s.office, s.purpose, s.municipality_code, s.fields,
         s.legal_basis, s.break_glass_id is not null
    from seen s order by s.looked_at desc, s.id limit p_limit
$$;

revoke all on function looks_at(text[], uuid[], uuid, int), is_hidden_from_matches(text, uuid, date),
  match_my_number(text, uuid, uuid, text, bytea, uuid, date, int), pending_matches(text[], int) from public;
grant select (match_state) on register_event to sesshu_definer;
grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, callers) from (values
  ('is_hidden_from_matches(text, uuid, date)', 'sesshu_definer'),
  ('match_my_number(text, uuid, uuid, text, bytea, uuid, date, int)', 'sesshu_keyd'),
  ('looks_at(text[], uuid[], uuid, int)', 'sesshu_api, sesshu_authority'),
  ('pending_matches(text[], int)', 'sesshu_api')) given (f, callers);
revoke create on schema public from sesshu_definer;

-- When a tablet's last shift began: its tokens, which said so, are deleted when they are over.
alter table device add column last_shift_at timestamptz;
grant update (last_shift_at) on device to sesshu_api;
