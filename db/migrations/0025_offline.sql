-- Scans that a tablet made without a connection and that came back when it had one: refused, so that
-- nothing of them was written, or held. A to-do of whoever leads the venue. Attached to nobody; what
-- names a person is sealed under a key of the row's own until somebody settles it. A held scan lies in
-- `scan` already: its row here says only that it came back late.
-- See docs/adr/0019-offline.md.

create table scan_conflict (
  -- of the venue, whose staff settles it; the ticket may be another town's, or no ticket at all
  municipality_code   text not null references municipality,
  id                  uuid not null,
  scan_id             uuid not null,
  venue_code          text not null check (venue_code ~ '^\d{10}$'),
  device_id           uuid not null references device,
  -- of the refusal, or why it is held
  code                text not null check (code ~ '^[a-zA-Z]{1,40}$'),
  status              integer not null check (status between 0 and 599),
  -- by the tablet's clock
  kept_at             timestamptz not null,
  came_back_at        timestamptz not null,
  reported_at         timestamptz not null default clock_timestamp(),
  reported_on         date not null,
  -- as it was read: a line of 18 digits, ten digits, or what was typed instead
  ticket_read         sealed,
  -- a year or a date, as it was stated
  birth_stated        sealed,
  read_by             text check (read_by in ('qr', 'nw7', 'ocr', 'typed', 'paper')),
  claimed_dose_number integer check (claimed_dose_number between 1 and 9),
  given_on            date,
  given_at_local_time text check (given_at_local_time ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  product_code        text check (char_length(product_code) between 1 and 20),
  lot_number          text check (char_length(lot_number) between 1 and 20),
  settled_at          timestamptz,
  settled_by          text check (char_length(settled_by) between 1 and 80),
  outcome             text check (outcome in ('scannedAgain', 'keyedFromPaper', 'notGiven',
                                              'recordedBefore', 'leftToOffice')),
  primary key (municipality_code, id),
  unique (municipality_code, scan_id),
  check ((settled_at is null) = (outcome is null) and (settled_at is null) = (settled_by is null)),
  -- settled, it names nobody
  check (settled_at is null or (ticket_read is null and birth_stated is null))
);
-- the list of a town's open ones, oldest first
create index scan_conflict_open on scan_conflict (municipality_code, kept_at) where settled_at is null;

grant select, insert, update (ticket_read, birth_stated, settled_at, settled_by, outcome)
  on scan_conflict to sesshu_api;
select let_role('sesshu_api', 'scan_conflict', 'select, insert, update', '{settleConflict}');
select let_role('sesshu_api', 'resident_key', 'select, insert', '{settleConflict}');

-- What nobody settles loses what it names after a year, and its key with it.
grant select (municipality_code, id, reported_on, ticket_read, birth_stated),
  update (ticket_read, birth_stated) on scan_conflict to sesshu_worker;
select let_role('sesshu_worker', 'scan_conflict', 'select, update', '{retain}', 'any');
