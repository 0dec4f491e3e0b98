-- The watch over what is owed and what left, and what it all costs.
-- See docs/adr/0036-a-watch-that-shares-nothing.md.
--
-- The watch reads facts and evidence from outside (mails that a server took, lists of printed letters),
-- and writes its own tables alone. It sees random ids, days and codes; nobody's name, number or address.

-- what left ---------------------------------------------------------------------------------------

-- One thing that left, as seen where it left: an .eml in the journal, a line of a manifest. Whose it is,
-- the watch finds out from facts; empty until then, and for good where it is nobody's.
create table notice_departure (
  -- the file's name of a mail, the id of a letter
  source            text primary key check (char_length(source) between 1 and 200),
  channel           text not null check (channel in ('mail', 'letter')),
  notice_id         uuid not null,
  -- the attempt: of a letter its own id, of a mail what stands in its Message-ID
  attempt_id        uuid,
  left_on           date not null,
  -- an instant of the clock that business lives by
  left_at           timestamptz not null,
  pages             int check (pages >= 1),
  -- whose batch a letter left with
  batch_town        text check (batch_town ~ '^\d{6}$'),
  seen_at           timestamptz not null default clock_timestamp(),
  municipality_code text,
  course_id         uuid,
  kind              text check (kind ~ '^[a-zA-Z]{1,40}$'),
  phase             text,
  dose_number       int,
  occasion          uuid,
  round             int,
  checked_at        timestamptz
);
-- watch: what left of one notice; what nobody knows; effect and cost: what left in a month
create index notice_departure_notice on notice_departure (notice_id);
create index notice_departure_unchecked on notice_departure (seen_at) where checked_at is null;
create index notice_departure_left on notice_departure (left_on);
create index notice_departure_course on notice_departure (course_id) where course_id is not null;

-- what is owed ------------------------------------------------------------------------------------

-- A notice that was owed when the watch last looked and had not left: since which day, without a break.
create table notice_debt (
  course_id         uuid not null,
  kind              text not null,
  phase             text not null default '',
  dose_number       int  not null,
  occasion          uuid not null,
  round             int  not null,
  municipality_code text not null,
  since_on          date not null,
  seen_on           date not null,
  primary key (course_id, kind, phase, dose_number, occasion, round)
);

-- A difference. It is raised once, seen as long as it lasts, and closed by what ended it or by a person.
create table monitor_alarm (
  municipality_code text not null,
  id                uuid not null,
  kind              text not null check (kind ~ '^[a-zA-Z]{1,40}$'),
  course_id         uuid,
  notice_kind       text,
  occasion          uuid,
  round             int,
  -- of what left: its source
  about             text,
  -- a code that says more: what the sender says of it, the reason that does not hold
  detail            text check (detail ~ '^[a-zA-Z]{1,40}$'),
  raised_on         date not null,
  raised_at         timestamptz not null default clock_timestamp(),
  mailed_at         timestamptz,
  closed_on         date,
  closed_because    text check (closed_because ~ '^[a-zA-Z]{1,40}$'),
  closed_by         text check (char_length(closed_by) between 1 and 80),
  primary key (municipality_code, id),
  unique nulls not distinct (kind, course_id, notice_kind, occasion, round, about),
  check ((closed_on is null) = (closed_because is null))
);
create index monitor_alarm_open on monitor_alarm (municipality_code, raised_on) where closed_on is null;
create index monitor_alarm_unmailed on monitor_alarm (raised_at) where mailed_at is null;
create index monitor_alarm_course on monitor_alarm (course_id) where course_id is not null;

-- The line of a day: how many were owed, left, held, left out and missed. Counts alone.
create table monitor_count (
  municipality_code text not null references municipality(code),
  day               date not null,
  what              text not null check (what ~ '^[a-zA-Z]{1,40}(\.[a-zA-Z]{1,40})?$'),
  count             int  not null check (count >= 0),
  primary key (municipality_code, day, what)
);

-- One look at everything.
create table monitor_run (
  day            date primary key,
  began_at       timestamptz not null,
  ended_at       timestamptz,
  courses        int not null default 0,
  departures     int not null default 0,
  alarms         int not null default 0,
  -- whether mails are known by what a server took, or by the sender's word alone
  mails_known_by text not null check (mails_known_by in ('journal', 'sender'))
);

-- How long a town waits for late records, reckoned by the watch itself.
create table monitor_grace (
  municipality_code text not null references municipality(code),
  day               date not null,
  shortest          int not null,
  longest           int not null,
  primary key (municipality_code, day)
);

-- Where alarms are mailed to: a mailbox of the office, not of a person.
create table monitor_setting (
  municipality_code text primary key references municipality(code),
  alarm_mail        text check (alarm_mail ~ '^[^@\s]{1,64}@[^@\s]{1,190}$'),
  set_by            text not null check (char_length(set_by) between 1 and 80),
  set_at            timestamptz not null default now()
);

-- What reminders brought: by month in which they left.
create table reminder_effect (
  municipality_code text not null references municipality(code),
  month             date not null,
  round             int  not null,
  channel           text not null check (channel in ('mail', 'letter')),
  sent              int  not null,
  -- those of which 28 days are over
  watched           int  not null,
  came              int  not null,
  -- reached somebody who had had it and was not recorded yet, as is known by now
  had_it            int  not null,
  primary key (municipality_code, month, round, channel)
);

-- what it costs -----------------------------------------------------------------------------------

-- How much of what there was, by month; doses by the issuer of the ticket, days by the venue's town.
create table cost_quantity (
  municipality_code text not null references municipality(code),
  month             date not null check (extract(day from month) = 1),
  item              text not null check (item in ('letters', 'pages', 'mails', 'doses', 'dosesElsewhere', 'venueDays')),
  quantity          int  not null check (quantity >= 0),
  counted_on        date not null,
  primary key (municipality_code, month, item)
);

-- A price, from a day on. Never overwritten: a later row of the same day mends it, a null takes it back.
create table unit_price (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  item              text not null check (item in ('letters', 'pages', 'mails', 'doses', 'dosesElsewhere', 'venueDays')),
  -- a price changes with a month
  from_on           date not null check (extract(day from from_on) = 1),
  yen               numeric(12, 2) check (yen >= 0),
  set_by            text not null check (char_length(set_by) between 1 and 80),
  set_at            timestamptz not null default clock_timestamp(),
  primary key (municipality_code, id)
);
create index unit_price_item on unit_price (municipality_code, item, from_on);

-- What the state sees: sums of prefectures of which none gives a single town away. Made by the watch.
create table cost_total (
  month          date not null,
  area_code      text not null check (area_code ~ '^(\d{2}|other)$'),
  item           text not null,
  municipalities int  not null,
  quantity       bigint not null,
  -- of the towns whose price is decided
  yen            numeric(16, 2) not null,
  undecided      int  not null,
  primary key (month, area_code, item)
);

-- who may do what ---------------------------------------------------------------------------------

select protect_table(t::regclass)
  from unnest('{notice_departure,notice_debt,monitor_alarm}'::text[]) t;
grant select, insert, update, delete on notice_departure, notice_debt to sesshu_monitor;
grant select, insert, update on monitor_alarm to sesshu_monitor;
grant select, insert, update, delete on monitor_count, reminder_effect, cost_quantity, cost_total to sesshu_monitor;
grant select, insert, update on monitor_run, monitor_grace to sesshu_monitor;
grant select on monitor_setting, unit_price to sesshu_monitor;
grant execute on function prefecture_of(text) to sesshu_monitor;
select let_role('sesshu_monitor', t::regclass, 'select, insert, update, delete', '{watchNotices}', 'any')
  from unnest('{notice_departure,notice_debt,monitor_alarm}'::text[]) t;

-- Facts: random ids, days, codes.
grant select (id, series, home_municipality_code, home_resident_id, closed_because, declined_from,
              reminders_wait_until, relocation_event_id, relocation_recorded_on) on course to sesshu_monitor;
grant select (municipality_code, resident_id, course_id) on course_link to sesshu_monitor;
grant select (municipality_code, id, resident_id, course_id, claimed_dose_number, given_on, product_code,
              recorded_on, recorded_at, voided_at, issuing_municipality_code, venue_code) on dose to sesshu_monitor;
grant select (municipality_code, id, status, status_on, move_out_planned_on, erased_at) on resident to sesshu_monitor;
grant select (id, municipality_code, resident_id, kind, effective_on, recorded_on, recorded_at)
  on register_event to sesshu_monitor;
grant select (municipality_code, resident_id, from_on, to_on, reported_at) on protection to sesshu_monitor;
grant select (municipality_code, resident_id, from_on, household, recorded_at) on household_member to sesshu_monitor;
grant select (municipality_code, resident_id, refused_at, refused_on, taken_back_at) on letter_refusal to sesshu_monitor;
grant select (municipality_code, resident_id, home_municipality_code, home_resident_id, given_at, withdrawn_at)
  on stay_consent to sesshu_monitor;
grant select (municipality_code, resident_id, screened_on, voided_at) on screening to sesshu_monitor;
grant select (municipality_code, resident_id, kind, said_on, said_at) on resident_message to sesshu_monitor;
grant select (municipality_code, resident_id, recorded_on, revoked_on) on ticket to sesshu_monitor;
grant select (municipality_code, id, kind, course_id, resident_id, occasion, round, opened_on, done_at)
  on task to sesshu_monitor;
grant select (municipality_code, course_id, kind, told_on, taken_back_at) on manual_notice to sesshu_monitor;
-- What the sender says of itself is compared, never believed.
grant select (municipality_code, id, course_id, kind, phase, dose_number, occasion, round, due_on, state,
              reason, queued_on, left_on) on notice to sesshu_monitor;
grant select (municipality_code, id, notice_id, attempt, channel, state, reason, settled_on, settled_at)
  on notice_attempt to sesshu_monitor;
select let_role('sesshu_monitor', t::regclass, 'select', '{watchNotices}', 'any')
  from unnest('{course,course_link,dose,resident,register_event,protection,household_member,letter_refusal,
                stay_consent,screening,resident_message,ticket,task,manual_notice,notice,notice_attempt}'::text[]) t;

-- Pages and metrics: a town sees its own alarms; counts are everybody's who may open the page.
grant select on monitor_alarm, monitor_count, monitor_run, monitor_setting, reminder_effect,
  cost_quantity, unit_price, cost_total to sesshu_api;
grant update (closed_on, closed_because, closed_by) on monitor_alarm to sesshu_api;
grant insert, update on monitor_setting to sesshu_api;
grant insert on unit_price to sesshu_api;
select let_role('sesshu_api', 'monitor_alarm', 'select, update', '{showTown}');
select let_role('sesshu_api', 'monitor_alarm', 'select', '{operate}', 'any');
grant select on cost_total to sesshu_statistics;

-- Whoever is erased stays here as a random id, as in `notice`: nothing is left that could be followed.
