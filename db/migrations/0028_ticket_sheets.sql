-- Tickets that we make: numbers that a town delegates, sheets waiting to be printed, and their printing.
-- See docs/adr/0022-tickets-made.md.

-- Ten-digit numbers from which we may give out those that end in our check digit. Nobody else's number
-- lies among them: whoever is registered from a file is refused one, and a range is refused that holds one.
create table ticket_number_range (
  municipality_code text not null references municipality(code),
  id                uuid not null default gen_random_uuid(),
  first_number      bigint not null check (first_number between 1 and 9999999999),
  last_number       bigint not null check (last_number between 1 and 9999999999),
  -- the nine digits before the check digit of the number to give out next
  next_stem         bigint not null,
  delegated_on      date not null,
  delegated_by      text not null check (char_length(delegated_by) between 1 and 80),
  primary key (municipality_code, id),
  check (first_number <= last_number),
  -- no number lies in two ranges of one town
  exclude using gist (int8range(municipality_code::bigint * 10000000000 + first_number,
                                municipality_code::bigint * 10000000000 + last_number, '[]') with &&)
);

-- One printing of some sheets of a town. Names nobody.
create table ticket_run (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  asked_on          date not null,
  asked_by          text not null check (char_length(asked_by) between 1 and 80),
  asked_at          timestamptz not null default now(),
  by_hand           boolean not null default false,
  state             text not null default 'asked' check (state in ('asked', 'made', 'printed')),
  sheets            int not null check (sheets >= 0),
  pdf_sha256        text,
  made_at           timestamptz,
  printed_at        timestamptz,
  printed_by        text check (char_length(printed_by) between 1 and 80),
  primary key (municipality_code, id),
  check ((state = 'asked') = (made_at is null)),
  check ((state = 'printed') = (printed_at is not null))
);
-- the printer: what is asked for, oldest first
create index ticket_run_asked on ticket_run (asked_at) where state = 'asked';

-- A sheet that was issued here. What it says is not kept: name, address and number are opened when it is
-- printed, as they are that day.
create table ticket_sheet (
  municipality_code text not null,
  -- the id that whoever asked gave the issue
  id                uuid not null,
  resident_id       uuid not null,
  number_index      blind_index not null,
  reason            text not null check (reason in ('first', 'lost', 'moved', 'slipsUsedUp', 'damaged')),
  dose_numbers      jsonb not null check (jsonb_typeof(dose_numbers) = 'array' and dose_numbers <> '[]'),
  body_digest       blind_index not null,
  issued_on         date not null,
  issued_by         text not null check (char_length(issued_by) between 1 and 80),
  issued_at         timestamptz not null default now(),
  -- of a protected person: without an address, and nothing but handed over
  by_hand           boolean not null default false,
  state             text not null default 'waiting'
    check (state in ('waiting', 'asked', 'made', 'printed', 'withdrawn')),
  withdrawn_because text
    check (withdrawn_because in ('revoked', 'left', 'deceased', 'erased', 'noAddress', 'notPrintable')),
  run_id            uuid,
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  foreign key (municipality_code, run_id) references ticket_run(municipality_code, id),
  check ((state = 'withdrawn') = (withdrawn_because is not null)),
  check (state in ('waiting', 'withdrawn') or run_id is not null)
);
-- page: what waits; printer: the sheets of a run; erasure and disclosure: those of one person
create index ticket_sheet_waiting on ticket_sheet (municipality_code, issued_at) where state = 'waiting';
create index ticket_sheet_run on ticket_sheet (municipality_code, run_id) where run_id is not null;
create index ticket_sheet_resident on ticket_sheet (municipality_code, resident_id);

-- Whoever goes to a protected person brings the sheet along; `slipsUsedUp` is settled by an issue.
insert into task_kind values ('ticketByHand'), ('slipsUsedUp') on conflict do nothing;

-- An erased person's sheets name no number any more, and none of them is printed. A trigger rather than
-- a longer erase_rows: each part of the system adds its own.
create function erase_ticket_sheets() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update ticket_sheet
     set number_index = no_index(), body_digest = no_index(),
         state = case when state in ('waiting', 'asked') then 'withdrawn' else state end,
         withdrawn_because = case when state in ('waiting', 'asked') then 'erased'
                                  else withdrawn_because end
   where municipality_code = new.municipality_code and resident_id = new.id;
  return null;
end
$$;
revoke all on function erase_ticket_sheets() from public;
create trigger resident_erased_sheets after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_ticket_sheets();
grant select (municipality_code, resident_id, state, withdrawn_because),
  update (number_index, body_digest, state, withdrawn_because) on ticket_sheet to sesshu_keyd;

grant select, insert, update on ticket_number_range, ticket_run, ticket_sheet to sesshu_api;
grant select, update on ticket_run, ticket_sheet to sesshu_worker;
-- What the printer writes on a sheet.
grant select (number_index, number, issued_on) on ticket to sesshu_worker;

-- Row security as of 0013.
select protect_table('ticket_sheet');
select let_role('sesshu_api', 'ticket_sheet', 'select, insert, update', '{manageRegister}');
select let_role('sesshu_api', 'ticket_sheet', 'select, update', '{printTicket}');
select let_role('sesshu_api', 'ticket_sheet', 'select', '{disclose}');
select let_role('sesshu_api', 'task', 'select, update', '{printTicket}');
select let_role('sesshu_worker', t::regclass, c, '{printTicket}') from (values
  ('ticket_sheet', 'select, update'), ('ticket', 'select'), ('resident', 'select'), ('person', 'select'),
  ('residence', 'select'), ('resident_key', 'select'), ('course', 'select, update'),
  ('task', 'select, insert'), ('letter_code', 'insert')) rule (t, c);
select let_role('sesshu_keyd', 'ticket_sheet', 'select, update', '{erase}');
