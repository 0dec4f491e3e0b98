-- Residents: the code on a letter and what is reached by it, what a resident says in answer, erasure,
-- and how long everything is kept.

-- The code on a letter: sixteen characters on paper, here only the keyed index of it, so that neither
-- this table nor a copy of it opens a page. A code that is dead stays for a while, to be refused like
-- one that never was.
create table letter_code (
  municipality_code text not null,
  code_index        blind_index not null,
  id                uuid not null unique,
  resident_id       uuid not null,
  -- the attempt whose page bears it
  letter_id         uuid not null,
  -- the day printed on the letter
  made_on           date not null,
  -- wrong birth dates that it still bears; counted down before the birth date is looked at
  tries_left        smallint not null default 5 check (tries_left between 0 and 5),
  died_at           timestamptz,
  died_because      text check (died_because in ('moved', 'protected', 'deceased', 'erased')),
  primary key (municipality_code, code_index),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((died_at is null) = (died_because is null))
);
-- a move, a protection, an erasure: the living codes of one register row
create index letter_code_resident on letter_code (municipality_code, resident_id) where died_at is null;

-- Every try at a code, right or wrong, known code or not: one row each, so that no try writes less than
-- another. Says of nobody that a code was theirs.
create table letter_code_try (
  id        bigint generated always as identity primary key,
  -- wall time: the campaign clock has no say in security
  tried_at  timestamptz not null default clock_timestamp(),
  was_right boolean not null
);
create index letter_code_try_tried_at on letter_code_try using brin (tried_at);

-- A quarter of an hour in which the reader of a letter need not type again. The cookie is not here.
create table resident_session (
  municipality_code text not null,
  token_sha256      bytea not null check (octet_length(token_sha256) = 32),
  resident_id       uuid not null,
  letter_code_id    uuid not null,
  started_at        timestamptz not null default clock_timestamp(),
  expires_at        timestamptz not null,
  primary key (municipality_code, token_sha256),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check (expires_at > started_at and expires_at <= started_at + interval '15 minutes')
);

-- "Stop letters", told to one municipality, with every taking back: the row without an end holds.
create table letter_refusal (
  municipality_code text not null,
  id                uuid not null,
  resident_id       uuid not null,
  refused_at        timestamptz not null default clock_timestamp(),
  refused_on        date not null,
  -- who wrote it: the reader of a letter, or an account
  refused_by        text not null check (char_length(refused_by) between 1 and 80),
  taken_back_at     timestamptz,
  taken_back_by     text check (char_length(taken_back_by) between 1 and 80),
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((taken_back_at is null) = (taken_back_by is null))
);
-- the check before a notice leaves, and: refused twice is refused once
create unique index letter_refusal_open on letter_refusal (municipality_code, resident_id)
  where taken_back_at is null;

-- What a resident says on the own page; the words are sealed under the own key. A task tells a clerk.
create table resident_message (
  municipality_code text not null,
  id                uuid not null,
  resident_id       uuid not null,
  kind              text not null check (kind in ('alreadyVaccinated', 'notMine')),
  said_at           timestamptz not null default clock_timestamp(),
  said_on           date not null,
  words             sealed,
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);
create index resident_message_resident on resident_message (municipality_code, resident_id);

alter table task drop constraint task_kind_check;
alter table task add constraint task_kind_check check (kind in ('followUp', 'noticeByHand',
  'issueTicket', 'moveInMissing', 'toldVaccinated', 'toldNotMine'));

-- Two people agree before everything about somebody is written down.
alter table approval drop constraint approval_kind_check;
alter table approval add constraint approval_kind_check
  check (kind in ('bulkExport', 'keyDestruction', 'unmasking', 'disclosure'));

-- Erasure --------------------------------------------------------------------------------------------

-- Numbers that a register gave to people who were erased here, so that its next file does not write them
-- anew. Joined to no row: which doses were theirs, this does not say.
create table erased_register_number (
  municipality_code text not null references municipality(code),
  register_number   text not null check (char_length(register_number) between 1 and 40),
  primary key (municipality_code, register_number)
);

alter table resident add column erased_at timestamptz;

alter domain course_ending drop constraint course_ending_check;
alter domain course_ending add constraint course_ending_check check (value in
  ('deceased', 'movedAbroad', 'declined', 'merged', 'removedFromRegister', 'erased'));

alter table ticket
  alter column number drop not null,
  drop constraint ticket_revoked_because_check,
  add constraint ticket_revoked_because_check
    check (revoked_because in ('moved', 'reissued', 'lost', 'merged', 'erased')),
  add constraint ticket_number_until_erased
    check ((number is null) = (revoked_because is not distinct from 'erased'));
alter table ticket_slip
  drop constraint ticket_slip_municipality_code_ticket_index_fkey,
  add constraint ticket_slip_municipality_code_ticket_index_fkey
    foreign key (municipality_code, ticket_index) references ticket(municipality_code, number_index)
    on update cascade;

-- Sixteen bytes that no value has as its index.
create function no_index() returns bytea
language sql volatile set search_path = pg_catalog, public as $$
  select substr(uuid_send(gen_random_uuid()), 1, 16)
$$;

-- Takes from the database everything by which somebody could be known: names, addresses, letters, the
-- wish, the words; and the keyed indexes, which whoever has the paper and keyd's help could ask for. A
-- sheet keeps a random index in the place of its own, the same in its slips, doses and scans, so that
-- they still hang together and hang on nobody. What stays is pseudonymous: doses with day, product, lot
-- and venue, findings, notices, the ledger. keyd alone calls it, after the key is gone and two people
-- agreed; and with its whole list when it starts, so that a restored backup brings nobody back.
create function erase_residents(towns text[], residents uuid[], today date) returns int
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
  codes text[];
  ids   uuid[];
begin
  perform set_config('sesshu.purpose', 'erase', true),
          set_config('sesshu.municipality', array_to_string(array(select distinct unnest(towns)), ','), true);
  select array_agg(municipality_code order by municipality_code, id),
         array_agg(id order by municipality_code, id) into codes, ids
    from (select r.municipality_code, r.id from resident r
            join unnest(towns, residents) as e (town, resident)
              on (e.town, e.resident) = (r.municipality_code, r.id)
           where r.erased_at is null
           order by r.municipality_code, r.id for no key update of r) locked;
  if ids is null then return 0; end if;

  -- the course is at home here: it ends; at home elsewhere, it is that town's
  perform from course c join unnest(codes, ids) as e (town, resident)
       on (e.town, e.resident) = (c.home_municipality_code, c.home_resident_id)
    order by c.id for update of c;
  with ended as (
    update course c
       set version = c.version + 1, cause = 'closed', stage = 'closed', closed_because = 'erased',
           earliest_on = null, due_on = null, overdue_on = null, steps = '[]', updated_at = now()
      from unnest(codes, ids) as e (town, resident)
     where (e.town, e.resident) = (c.home_municipality_code, c.home_resident_id)
       and c.closed_because is distinct from 'merged' and c.closed_because is distinct from 'erased'
    returning c.id, c.version)
  insert into outbox (course_id, version) select id, version from ended
  on conflict (course_id) do update
    set version = excluded.version, next_try_at = now(), tries = 0, set_aside_at = null, last_error = null;

  insert into erased_register_number (municipality_code, register_number)
  select r.municipality_code, r.register_number
    from resident r join unnest(codes, ids) as e (town, resident)
      on (e.town, e.resident) = (r.municipality_code, r.id)
  on conflict do nothing;
  update resident r
     set register_number = 'erased/' || replace(gen_random_uuid()::text, '-', ''),
         birth_year_check = no_index(), born_on_check = no_index(), older_from = null,
         erased_at = clock_timestamp()
    from unnest(codes, ids) as e (town, resident)
   where (e.town, e.resident) = (r.municipality_code, r.id);

  perform erase_rows(codes, ids);
  perform erase_sheets(codes, ids, today);
  return cardinality(ids);
end
$$;

-- What lies beside a register row.
create function erase_rows(codes text[], ids uuid[]) returns void
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

create function erase_sheets(codes text[], ids uuid[], today date) returns void
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
  sheet record;
begin
  for sheet in
    select t.municipality_code as town, t.number_index as index, no_index() as instead
      from ticket t join unnest(codes, ids) as e (town, resident)
        on (e.town, e.resident) = (t.municipality_code, t.resident_id)
     order by 1, 2
  loop
    update ticket set number_index = sheet.instead, number = null,
                      revoked_on = coalesce(revoked_on, today), revoked_because = 'erased'
     where municipality_code = sheet.town and number_index = sheet.index;
    update dose set ticket_index = sheet.instead
     where issuing_municipality_code = sheet.town and ticket_index = sheet.index
       and course_id in (select l.course_id from course_link l
                           join unnest(codes, ids) as e (town, resident)
                             on (e.town, e.resident) = (l.municipality_code, l.resident_id));
    update scan set ticket_index = sheet.instead, body_digest = no_index()
     where issuing_municipality_code = sheet.town and ticket_index = sheet.index;
  end loop;
end
$$;
revoke all on function no_index(), erase_residents(text[], uuid[], date), erase_rows(text[], uuid[]),
  erase_sheets(text[], uuid[], date) from public;
grant execute on function no_index(), erase_residents(text[], uuid[], date), erase_rows(text[], uuid[]),
  erase_sheets(text[], uuid[], date) to sesshu_keyd;

-- Retention ------------------------------------------------------------------------------------------

-- What was deleted because its time was over: domain/retention.ts says which class, and why.
create table retention_proof (
  class   text not null check (class ~ '^[a-z][A-Za-z]{1,39}$'),
  -- business day of a business class, wall day in Tokyo of a security class
  day     date not null,
  rows    bigint not null check (rows >= 0),
  done_at timestamptz not null default clock_timestamp(),
  primary key (class, day)
);

-- Who may what -----------------------------------------------------------------------------------------

select protect_table(t::regclass)
  from unnest('{letter_code,resident_session,letter_refusal,resident_message,erased_register_number}'::text[]) t;

-- A code before its birth date: a row that says no more than how many tries it bears.
grant select, insert, update on letter_code, letter_refusal to sesshu_api;
grant select, insert, delete on resident_session to sesshu_api;
grant select, insert on resident_message to sesshu_api;
grant insert on letter_code_try to sesshu_api;
select let_role('sesshu_api', t::regclass, c, '{openLetterCode}') from (values
  ('letter_code', 'select, update'), ('resident', 'select'), ('resident_session', 'select, insert, delete')) rule (t, c);
select let_role('sesshu_api', t::regclass, c, '{residentPage}') from (values
  ('letter_code', 'select'), ('resident', 'select'), ('resident_key', 'select'),
  ('resident_session', 'select, delete'), ('course', 'select'), ('course_link', 'select'),
  ('letter_refusal', 'select, insert, update'), ('resident_message', 'select, insert'),
  ('task', 'select, insert')) rule (t, c);
-- Codes die with a move and with a protection, in the transaction that tells of it.
select let_role('sesshu_api', 'letter_code', 'select, update', '{manageRegister,settleMove}');
-- Letters get codes; and whoever wants none gets none.
grant insert on letter_code to sesshu_worker;
grant select on letter_refusal to sesshu_worker;
select let_role('sesshu_worker', t::regclass, c, '{sendNotice}') from (values
  ('letter_code', 'insert'), ('letter_refusal', 'select')) rule (t, c);
grant select on erased_register_number to sesshu_api;
select let_role('sesshu_api', 'erased_register_number', 'select', '{manageRegister}');

-- A clerk reads what a resident said.
select let_role('sesshu_api', t::regclass, c, '{answerResident}') from (values
  ('resident_message', 'select'), ('resident_key', 'select'), ('task', 'select, update')) rule (t, c);

-- Disclosure: everything held about one person, for that person.
grant select on letter_content to sesshu_api;
grant select (municipality_code, id, notice_id) on notice_attempt to sesshu_api;
select let_role('sesshu_api', t::regclass, 'select', '{disclose}')
  from unnest('{resident,resident_key,person,residence,protection,ticket,ticket_slip,course,course_link,
                dose,finding,screening,notice,notice_attempt,letter_content,task,register_event,scan,
                my_number,letter_code,letter_refusal,resident_message}'::text[]) t;

-- keyd erases, and reads no more for it than whose row is whose.
grant select (municipality_code, id, register_number, erased_at),
  update (register_number, birth_year_check, born_on_check, older_from, erased_at)
  on resident to sesshu_keyd;
grant select (municipality_code, resident_id), delete
  on person, residence, protection, letter_refusal, resident_message, resident_session to sesshu_keyd;
grant select (municipality_code, resident_id, died_at, died_because),
  update (code_index, died_at, died_because) on letter_code to sesshu_keyd;
grant select (municipality_code, resident_id), update (body_digest, previous_municipality_code,
  previous_register_number, previous_born, previous_names) on register_event to sesshu_keyd;
grant select (municipality_code, attempt_id), delete on letter_content to sesshu_keyd;
grant select (municipality_code, id, notice_id) on notice_attempt to sesshu_keyd;
grant select (municipality_code, id, resident_id) on notice to sesshu_keyd;
grant select (municipality_code, resident_id, number_index, revoked_on),
  update (number_index, number, revoked_on, revoked_because) on ticket to sesshu_keyd;
grant select (issuing_municipality_code, ticket_index, course_id), update (ticket_index)
  on dose to sesshu_keyd;
grant select (issuing_municipality_code, ticket_index), update (ticket_index, body_digest)
  on scan to sesshu_keyd;
grant select (municipality_code, resident_id, course_id) on course_link to sesshu_keyd;
grant select (id, home_municipality_code, home_resident_id, version, closed_because),
  update (version, cause, stage, closed_because, earliest_on, due_on, overdue_on, steps, updated_at)
  on course to sesshu_keyd;
grant select (course_id, version), insert, update on outbox to sesshu_keyd;
grant select, insert on erased_register_number to sesshu_keyd;
select let_role('sesshu_keyd', t::regclass, c, '{erase}') from (values
  ('resident', 'select, update'), ('person', 'select, delete'), ('residence', 'select, delete'),
  ('protection', 'select, delete'), ('letter_refusal', 'select, delete'),
  ('resident_message', 'select, delete'), ('resident_session', 'select, delete'),
  ('letter_code', 'select, update'), ('register_event', 'select, update'),
  ('letter_content', 'select, delete'), ('notice_attempt', 'select'), ('notice', 'select'),
  ('ticket', 'select, update'), ('scan', 'select, update'), ('course_link', 'select'),
  ('course', 'select, update'), ('erased_register_number', 'select, insert')) rule (t, c);
-- A sheet's dose may have been recorded in the register of the town that its person moved to; news
-- names no town.
select let_role('sesshu_keyd', 'dose', 'select, update', '{erase}', 'any');
select let_role('sesshu_keyd', 'outbox', 'select, insert, update', '{erase}', 'any');

-- The worker deletes what is due, of all towns, and reads no more for it than how old a row is.
grant select, insert, update on retention_proof to sesshu_worker;
grant select on retention_proof to sesshu_api, sesshu_monitor, sesshu_authority;
grant select (municipality_code, code_index, made_on, died_at), delete on letter_code to sesshu_worker;
grant select (id, tried_at), delete on letter_code_try to sesshu_worker;
grant select (municipality_code, token_sha256, expires_at), delete on resident_session to sesshu_worker;
grant select (municipality_code, id, said_on), delete on resident_message to sesshu_worker;
grant select (municipality_code, id, refused_on, taken_back_at), delete on letter_refusal to sesshu_worker;
grant select (issuing_municipality_code, id, verdict, received_on, resolved_at, ticket_number, answer),
  update (answer, ticket_number, birth_year_stated) on scan to sesshu_worker;
grant delete on resident_key to sesshu_worker;
grant select (course_id, set_aside_at, last_error), update (last_error) on outbox to sesshu_worker;
select let_role('sesshu_worker', t::regclass, c, '{retain}', 'any') from (values
  ('letter_code', 'select, delete'), ('resident_session', 'select, delete'),
  ('resident_message', 'select, delete'), ('letter_refusal', 'select, delete'),
  ('letter_content', 'select, delete'), ('notice_attempt', 'select'), ('scan', 'select, update'),
  ('resident_key', 'select, delete'), ('outbox', 'select, update')) rule (t, c);
grant select (municipality_code, asked_on), delete on my_number_matches to sesshu_worker;
grant select (token_sha256, expires_at, revoked_at), delete on account_session to sesshu_worker;
grant select (token_sha256, expires_at), delete on sign_in_challenge, device_token to sesshu_worker;
grant select (code_sha256, expires_at), delete on device_enrolment to sesshu_worker;

-- Across towns ------------------------------------------------------------------------------------------

-- Whether somebody's page must look like a page that is not there: protected on that day or later, under
-- any of the person's register rows, whichever town granted it.
create function is_shielded(town text, person uuid, on_day date) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select purpose_is('openLetterCode', 'residentPage', 'disclose') and scope_has(town)
     and exists (
       select from protection p
        where (p.to_on is null or p.to_on >= on_day)
          and ((p.municipality_code, p.resident_id) = (town, person)
               or (p.municipality_code, p.resident_id) in
                  (select other.municipality_code, other.resident_id
                     from course_link own join course_link other on other.course_id = own.course_id
                    where (own.municipality_code, own.resident_id) = (town, person))))
$$;
grant create on schema public to sesshu_definer;
select give_to_definer('is_shielded(text, uuid, date)', 'sesshu_api');
revoke create on schema public from sesshu_definer;

-- The present home, also when it shows a person their own record or discloses it.
create or replace function is_at_home(of_course uuid) returns boolean
language sql stable
return purpose_is('recordDose', 'manageRegister', 'settleMove', 'openWave', 'sendNotice', 'showCourse',
                  'residentPage', 'disclose')
   and exists (select from public.course c
                where c.id = of_course and public.scope_has(c.home_municipality_code));
