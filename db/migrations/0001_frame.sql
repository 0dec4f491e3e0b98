-- The frame: who, what and where. When is Temporal's business.
--
-- Shape for privacy: what names a person (person, residence) stands apart from everything else and
-- is reached through db/people alone; every table that holds a row about a person starts its key
-- with the municipality. Ids are random UUIDs. Nothing about a person is ever deleted or overwritten
-- without a trace: doses are voided, tickets revoked, residences ended.

create function municipality_code_is_valid(code text) returns boolean
language sql immutable strict as $$
  select code ~ '^\d{6}$'
     and (11 - (substr(code,1,1)::int*6 + substr(code,2,1)::int*5 + substr(code,3,1)::int*4
              + substr(code,4,1)::int*3 + substr(code,5,1)::int*2) % 11) % 10
         = substr(code,6,1)::int
$$;

create table municipality (
  code       text primary key check (municipality_code_is_valid(code)),
  prefecture text not null,
  name       text not null,
  kana       text not null,
  valid_from date not null default '1900-01-01',
  valid_to   date,
  successor  text references municipality(code)
);

-- What a municipality decides for itself. One row per municipality that takes part.
create table municipality_setting (
  municipality_code        text primary key references municipality(code),
  office_ja                text not null,
  office_en                text not null,
  phone                    text not null,
  postcode                 text not null check (postcode ~ '^\d{7}$'),
  address                  text not null,
  minimum_grace_days       int not null default 21 check (minimum_grace_days between 0 and 90),
  round_gap_days           int not null default 14 check (round_gap_days between 1 and 90),
  follow_up_after_days     int not null default 14 check (follow_up_after_days between 1 and 90),
  relocation_ticket_wait_days int not null default 7 check (relocation_ticket_wait_days between 0 and 60),
  notice_minute            int not null default 540  check (notice_minute between 0 and 1439),
  evening_minute           int not null default 1140 check (evening_minute between 0 and 1439)
);

-- The 95th percentile of recording lag, once a day. A plan keeps the value of its day.
create table municipality_grace (
  municipality_code text not null references municipality(code),
  day               date not null,
  days              int  not null check (days between 0 and 365),
  doses             int  not null check (doses >= 0),
  primary key (municipality_code, day)
);

create table venue (
  code              text primary key check (code ~ '^\d{10}$'),
  municipality_code text not null references municipality(code),
  name              text not null check (char_length(name) <= 30)
);

create table product (
  code    text primary key,
  cvx     int  not null,
  name_ja text not null,
  name_en text not null
);
insert into product (code, cvx, name_ja, name_en) values
  ('pfizer', 208, 'ファイザー', 'Pfizer'),
  ('moderna', 207, '武田／モデルナ', 'Moderna'),
  ('astrazeneca', 210, 'アストラゼネカ', 'AstraZeneca'),
  ('novavax', 211, 'ノババックス', 'Novavax'),
  ('pfizer5to11', 218, 'ファイザー（5～11歳用）', 'Pfizer (5-11 years)'),
  ('pfizer6moTo4y', 219, 'ファイザー（6か月～4歳用）', 'Pfizer (6 months-4 years)');

create table lot (
  product_code text not null references product(code),
  lot_number   text not null check (char_length(lot_number) between 1 and 20),
  expires_on   date,
  recalled_on  date,
  primary key (product_code, lot_number)
);

-- One row per municipality's register and person. A move makes a second row in the new register.
create table resident (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  register_number   text not null check (char_length(register_number) between 1 and 40),
  status            text not null default 'registered'
                    check (status in ('registered', 'movedOut', 'movedAbroad', 'deceased', 'removedFromRegister')),
  status_on         date,
  birth_year        smallint check (birth_year between 1880 and 2100),
  -- The plan of a move-out (a plan may be cancelled); notices are held from this day on.
  move_out_planned_on date,
  move_out_event_id uuid,
  recorded_at       timestamptz not null default now(),
  primary key (municipality_code, id),
  unique (municipality_code, register_number),
  check ((status = 'registered') = (status_on is null)),
  check ((move_out_planned_on is null) = (move_out_event_id is null))
);

-- PERSONAL. Read and written by db/people alone.
create table person (
  municipality_code text not null,
  resident_id       uuid not null,
  family_name       text not null check (char_length(family_name) between 1 and 60),
  given_name        text not null check (char_length(given_name) between 0 and 60),
  kana              text not null check (char_length(kana) between 1 and 120),
  born_on           date not null,
  mail              text check (char_length(mail) <= 254),
  primary key (municipality_code, resident_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);
-- waves: select by birth date inside one municipality
create index person_born_on on person (municipality_code, born_on);

-- PERSONAL. Where mail reaches the person, over time; the open row (to_on null) is today's.
create table residence (
  municipality_code text not null,
  resident_id       uuid not null,
  from_on           date not null,
  to_on             date,
  postcode          text not null check (postcode ~ '^\d{7}$'),
  address           text not null check (char_length(address) between 1 and 200),
  recorded_at       timestamptz not null default now(),
  primary key (municipality_code, resident_id, from_on),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check (to_on is null or to_on >= from_on)
);

-- DV and similar support measures, with their period.
create table protection (
  municipality_code text not null,
  resident_id       uuid not null,
  from_on           date not null,
  to_on             date,
  reported_at       timestamptz not null default now(),
  primary key (municipality_code, resident_id, from_on),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check (to_on is null or to_on >= from_on)
);

-- One person's sheet: (municipality, ten digits). The number has no check digit of its own.
create table ticket (
  municipality_code text not null references municipality(code),
  number            text not null check (number ~ '^\d{10}$' and number <> '0000000000'),
  resident_id       uuid not null,
  issued_on         date not null,
  recorded_on       date not null,
  revoked_on        date,
  revoked_because   text check (revoked_because in ('moved', 'reissued', 'lost', 'merged')),
  primary key (municipality_code, number),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((revoked_on is null) = (revoked_because is null))
);
-- moves and reissues: the tickets of one resident
create index ticket_resident on ticket (municipality_code, resident_id);

-- One resident and one series. Names nobody; the version is raised with every change of facts.
create table course (
  id                     uuid primary key,
  series                 text not null default 'primary',
  home_municipality_code text not null,
  home_resident_id       uuid not null,
  opened_because         text not null check (opened_because in ('wave', 'scan')),
  version                int  not null default 1 check (version >= 1),
  cause                  text not null check (cause in ('doseGiven','relocated','corrected','replanned','closed')),
  stage                  text not null check (stage in ('awaitingFirstDose','awaitingSecondDose',
                                              'secondDoseOverdue','inFollowUp','complete','closed')),
  doses_given            int  not null default 0 check (doses_given >= 0),
  product_code           text references product(code),
  closed_because         text check (closed_because in ('deceased','movedAbroad','declined','merged','removedFromRegister')),
  earliest_on            date,
  due_on                 date,
  -- Overdue is derived from this day, never stored by a workflow.
  overdue_on             date,
  grace_days             int,
  steps                  jsonb not null default '[]',
  -- The move that brought the course to its present home, for the relocation notice.
  relocation_event_id    uuid,
  relocation_recorded_on date,
  opened_at              timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  unique (home_municipality_code, home_resident_id, series),
  foreign key (home_municipality_code, home_resident_id) references resident(municipality_code, id),
  check ((stage = 'closed') = (closed_because is not null)),
  check (stage <> 'complete' or doses_given > 0)
);

-- Joins a resident row to the course; the current home reads earlier doses through it alone.
create table course_link (
  municipality_code text not null,
  resident_id       uuid not null,
  course_id         uuid not null references course(id),
  effective_on      date not null,
  until_on          date,
  legal_basis       text not null,
  linked_by         text not null,
  linked_at         timestamptz not null default now(),
  primary key (municipality_code, resident_id, course_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);
create index course_link_course on course_link (course_id); -- moves: every register row of a course

-- Every scan that was acknowledged, for idempotency; held and waiting ones are attached to nobody.
create table scan (
  id                  uuid primary key,
  body_sha256         bytea not null,
  verdict             text not null check (verdict in ('recorded','recordedWithFindings','held','waiting','screenedOnly','alreadyRecorded')),
  answer              jsonb not null,
  issuing_municipality_code text not null,
  ticket_number       text not null,
  slip_kind           text not null check (slip_kind in ('vaccination','screenedOnly')),
  claimed_dose_number int not null check (claimed_dose_number between 1 and 9),
  read_by             text not null check (read_by in ('qr','nw7','ocr','typed','paper')),
  birth_year_stated   smallint,
  given_on            date not null,
  given_at_local_time text,
  venue_code          text not null references venue(code),
  product_code        text not null references product(code),
  lot_number          text not null check (char_length(lot_number) between 1 and 20),
  source              text not null check (char_length(source) <= 40),
  staff_ref           text check (char_length(staff_ref) <= 40),
  device_seq          int,
  received_at         timestamptz not null default now(),
  received_on         date not null,
  resolved_at         timestamptz,
  resolution          text
);
-- ticket arrives: the doses that waited for it; town page: what is held and waiting
create index scan_unresolved on scan (issuing_municipality_code, ticket_number)
  where verdict in ('held', 'waiting') and resolved_at is null;

-- A dose exists when its row is committed. Kept under the register that was home when recorded.
create table dose (
  municipality_code   text not null,
  id                  uuid not null,
  resident_id         uuid not null,
  course_id           uuid not null references course(id),
  claimed_dose_number int  not null check (claimed_dose_number between 1 and 9),
  issuing_municipality_code text not null,
  ticket_number       text not null,
  given_on            date not null,
  given_at_local_time text,
  venue_code          text not null references venue(code),
  product_code        text not null references product(code),
  lot_number          text not null check (char_length(lot_number) between 1 and 20),
  age_band            text not null check (age_band in ('-64', '65-', 'UNK')),
  scan_id             uuid not null,
  read_by             text not null,
  recorded_at         timestamptz not null default now(),
  recorded_on         date not null,
  confirmed_on_paper_at timestamptz,
  voided_at           timestamptz,
  voided_by           text,
  void_reason         text,
  primary key (municipality_code, id),
  unique (municipality_code, scan_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (void_reason is null)),
  check (given_on <= recorded_on)
);
create index dose_course on dose (course_id);                             -- plan of a course, timeline
create index dose_recorded on dose (municipality_code, recorded_on);      -- reporting grace, town page

-- A slip that was handed in. Printed slips are the ticket's; using one twice is a finding.
create table ticket_slip (
  municipality_code text not null,
  ticket_number     text not null,
  slip_kind         text not null check (slip_kind in ('vaccination','screenedOnly')),
  dose_number       int  not null,
  scan_id           uuid not null,
  used_on           date not null,
  primary key (municipality_code, ticket_number, slip_kind, dose_number),
  foreign key (municipality_code, ticket_number) references ticket(municipality_code, number)
);

create table finding (
  municipality_code text not null,
  dose_id           uuid not null,
  code              text not null,
  state             text not null default 'ruleHit'
                    check (state in ('ruleHit', 'checkedRight', 'wrong', 'corrected')),
  found_at          timestamptz not null default now(),
  decided_by        text,
  decided_at        timestamptz,
  primary key (municipality_code, dose_id, code),
  foreign key (municipality_code, dose_id) references dose(municipality_code, id)
);

-- A visit that ended without a dose. Never advances the course.
create table screening (
  municipality_code text not null,
  id                uuid not null,
  resident_id       uuid not null,
  course_id         uuid references course(id),
  screened_on       date not null,
  venue_code        text not null references venue(code),
  scan_id           uuid not null,
  recorded_at       timestamptz not null default now(),
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);

-- At most one per (course, kind, phase, dose number, occasion, round), for ever.
create table notice (
  municipality_code text not null,
  id                uuid not null,
  resident_id       uuid not null,
  course_id         uuid not null references course(id),
  kind              text not null check (kind in ('reminder', 'relocationNotice')),
  phase             text not null default '' check (phase in ('', 'overdue')),
  dose_number       int  not null,
  occasion          uuid not null,
  round             int  not null check (round between 1 and 9),
  due_on            date not null,
  state             text not null check (state in ('queued', 'held', 'suppressed', 'left', 'failed')),
  reason            text,
  queued_on         date,
  left_on           date,
  left_at           timestamptz,
  channel           text check (channel in ('mail', 'letter')),
  updated_at        timestamptz not null default now(),
  primary key (municipality_code, id),
  -- course ids are random, so this one may do without the municipality: it must hold across moves
  constraint notice_once unique (course_id, kind, phase, dose_number, occasion, round),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((state in ('held','suppressed','failed')) = (reason is not null)),
  check (state <> 'left' or (left_on is not null and left_at is not null and channel is not null))
);

create table letter_batch (
  municipality_code text not null references municipality(code),
  batch_on          date not null,
  id                uuid not null unique,
  state             text not null check (state in ('sealed', 'printed')),
  letters           int  not null,
  pages             int,
  pdf_sha256        text,
  sealed_at         timestamptz not null,
  printed_at        timestamptz,
  primary key (municipality_code, batch_on)
);

-- One try to bring one notice to its person. A mail turned letter or a reprint is a further attempt.
create table notice_attempt (
  municipality_code text not null,
  id                uuid not null,
  notice_id         uuid not null,
  attempt           int  not null check (attempt >= 1),
  channel           text not null check (channel in ('mail', 'letter')),
  state             text not null check (state in ('queued','attempting','accepted','refused','unknown','sealed','withdrawn')),
  batch_on          date,
  tries             int  not null default 0,
  leased_until      timestamptz,
  queued_at         timestamptz not null default now(),
  settled_at        timestamptz,
  settled_on        date,
  reason            text,
  primary key (municipality_code, id),
  unique (municipality_code, notice_id, attempt),
  foreign key (municipality_code, notice_id) references notice(municipality_code, id) on update cascade
);
-- the mail sender and the evening batch: what is waiting to leave
create index notice_attempt_waiting on notice_attempt (channel, municipality_code)
  where state in ('queued', 'attempting', 'unknown');
create index notice_attempt_batch on notice_attempt (municipality_code, batch_on) where batch_on is not null;

-- PERSONAL. What a sealed letter says, so that a crash between seal and print prints the same bytes;
-- emptied as soon as the batch lies on disk. Read and written by db/people alone.
create table letter_content (
  municipality_code text not null,
  attempt_id        uuid not null,
  content           jsonb not null,
  primary key (municipality_code, attempt_id),
  foreign key (municipality_code, attempt_id) references notice_attempt(municipality_code, id)
);

-- Something a person at the municipality must do by hand.
create table task (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  kind              text not null check (kind in ('followUp','noticeByHand','issueTicket','moveInMissing')),
  course_id         uuid references course(id),
  resident_id       uuid,
  occasion          uuid not null,
  round             int not null default 0,
  opened_on         date not null,
  opened_at         timestamptz not null default now(),
  done_at           timestamptz,
  done_by           text,
  outcome           text,
  primary key (municipality_code, id),
  unique (municipality_code, kind, occasion, round)
);

-- Moves, deaths, protections, as told by a register; the event id makes each one idempotent.
create table register_event (
  id                uuid primary key,
  municipality_code text not null references municipality(code),
  kind              text not null check (kind in ('moveOutNotified','movedIn','moveCancelled','addressChanged',
                                         'deceased','movedAbroad','protected')),
  resident_id       uuid,
  effective_on      date not null,
  body_sha256       bytea not null,
  answer            jsonb not null,
  recorded_on       date not null,
  recorded_at       timestamptz not null default now()
);
create index register_event_resident on register_event (municipality_code, resident_id); -- timeline

-- Courses open by wave, older people first.
create table wave (
  id                uuid primary key,
  municipality_code text not null references municipality(code),
  born_on_or_before date not null,
  opened_on         date not null,
  opened_at         timestamptz not null default now(),
  courses           int not null
);

-- One row per course with news for its workflow; deleted when that very version has been delivered.
create table outbox (
  course_id    uuid primary key references course(id),
  version      int not null,
  next_try_at  timestamptz not null default now(),
  leased_until timestamptz,
  tries        int not null default 0,
  set_aside_at timestamptz,
  last_error   text
);
-- upserted on every scan: keep the pages half empty so that updates stay on the page
alter table outbox set (fillfactor = 50);

-- The campaign clock: segments of (wall instant, campaign instant, pace). Empty = real time.
create table clock_segment (
  id          int generated always as identity primary key,
  wall_at     timestamptz not null,
  campaign_at timestamptz not null,
  pace        double precision not null check (pace >= 0)
);

-- The first thing every activity asks: where is this course at home now? Two ids and nothing else.
create function course_home(wanted uuid) returns table (municipality_code text, resident_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select home_municipality_code, home_resident_id from public.course where id = wanted
$$;
revoke all on function course_home(uuid) from public;
