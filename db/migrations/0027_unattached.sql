-- What is attached to nobody, and who settles it: held and waiting scans, doses told without a ticket, and
-- paper slips that are being keyed.

-- Who settled a scan, and why: a word of domain/unattached.ts, so that nothing about a person stands here.
alter table scan
  add column resolved_by     text check (char_length(resolved_by) between 1 and 80),
  add column resolved_reason text check (char_length(resolved_reason) between 1 and 40),
  add constraint scan_resolved_by_someone check (resolved_by is null or resolved_at is not null);

-- A dose given without a ticket: workplace, facility, health worker; or before its person is registered.
-- Who it was given to is sealed under a key of the row's own id until somebody settles it.
create table ticketless_dose (
  municipality_code   text not null references municipality(code),
  id                  uuid not null unique,
  body_digest         blind_index not null,
  source              text not null check (source in ('workplace', 'facility', 'healthWorker')),
  stated              sealed,
  -- kana and birth date as the desk finds people by; the sheet, where one was named
  desk_index          blind_index,
  ticket_index        blind_index,
  claimed_dose_number int not null check (claimed_dose_number between 1 and 9),
  given_on            date not null,
  venue_code          text not null references venue(code),
  product_code        text not null references product(code),
  lot_number          text not null check (char_length(lot_number) between 1 and 20),
  told_by             text not null check (char_length(told_by) between 1 and 80),
  received_at         timestamptz not null default now(),
  received_on         date not null,
  -- the register row that it was attached to
  resident_id         uuid,
  resolved_at         timestamptz,
  resolution          text check (char_length(resolution) between 1 and 40),
  resolved_by         text check (char_length(resolved_by) between 1 and 80),
  resolved_reason     text check (char_length(resolved_reason) between 1 and 40),
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((resolved_at is null) = (resolution is null) and (resolved_at is null) = (resolved_by is null)),
  check (resolved_at is null or (stated is null and desk_index is null and ticket_index is null)),
  check (resident_id is null or resolved_at is not null)
);
-- the worklist, and: a person or a sheet arrives
create index ticketless_dose_open on ticketless_dose (municipality_code, received_at) where resolved_at is null;
create index ticketless_dose_sheet on ticketless_dose (municipality_code, ticket_index)
  where resolved_at is null and ticket_index is not null;
-- an erasure
create index ticketless_dose_resident on ticketless_dose (municipality_code, resident_id)
  where resident_id is not null;

-- A batch of paper slips that a clerk keys. Its slips are sealed under a key of the batch's own id and are
-- emptied when the batch is recorded; what is left of each is its number on the pile and what became of it.
create table keying_batch (
  municipality_code text not null references municipality(code),
  id                uuid not null unique,
  venue_code        text not null references venue(code),
  given_on          date not null,
  product_code      text not null references product(code),
  lot_number        text not null check (char_length(lot_number) between 1 and 20),
  slips_expected    int not null check (slips_expected between 1 and 500),
  -- the sum of the numbers as it stands on the adding machine's strip; of a single slip it is the number
  control           sealed,
  keyed_by          text not null check (char_length(keyed_by) between 1 and 80),
  begun_at          timestamptz not null default now(),
  begun_on          date not null,
  finished_at       timestamptz,
  primary key (municipality_code, id)
);
create table keying_slip (
  municipality_code text not null,
  batch_id          uuid not null,
  slip_no           int not null check (slip_no between 1 and 500),
  scan_id           uuid not null,
  slip              sealed,
  verdict           text check (char_length(verdict) between 1 and 40),
  findings          text[] not null default '{}',
  primary key (municipality_code, batch_id, slip_no),
  unique (municipality_code, scan_id),
  foreign key (municipality_code, batch_id) references keying_batch(municipality_code, id) on delete cascade,
  check ((slip is null) = (verdict is not null))
);

-- Who may what ---------------------------------------------------------------------------------

select protect_table(t::regclass) from unnest('{ticketless_dose,keying_batch,keying_slip}'::text[]) t;
grant select, insert, update on ticketless_dose, keying_batch to sesshu_api;
grant select, insert, update, delete on keying_slip to sesshu_api;

-- What is attached to nobody yet: kept, and bound when its sheet arrives.
select let_role('sesshu_api', 'ticketless_dose', 'select, insert', '{bindScan}');
select let_role('sesshu_api', 'resident_key', 'insert', '{bindScan,keyPaper}');
select let_role('sesshu_api', 'ticketless_dose', 'select, update', '{recordDose}');
-- A clerk settles it: whose it is, or why it is nobody's; and what a task asked for.
select let_role('sesshu_api', t::regclass, c, '{resolve}') from (values
  ('scan', 'select, update'), ('ticketless_dose', 'select, update'), ('ticket', 'select'),
  ('resident', 'select'), ('person', 'select'), ('resident_key', 'select'), ('course', 'select'),
  ('course_link', 'select'), ('dose', 'select'), ('task', 'select, update')) rule (t, c);
-- Paper is keyed: slips that nobody has looked up.
select let_role('sesshu_api', t::regclass, c, '{keyPaper}') from (values
  ('keying_batch', 'select, insert, update'), ('keying_slip', 'select, insert, update, delete'),
  ('resident_key', 'select')) rule (t, c);

-- What is due is deleted by its age alone.
grant select (municipality_code, id, received_on, resolved_at, stated),
  update (stated, desk_index, ticket_index) on ticketless_dose to sesshu_worker;
grant select (municipality_code, id, begun_on, finished_at), delete on keying_batch to sesshu_worker;
grant select (municipality_code, batch_id), delete on keying_slip to sesshu_worker;
select let_role('sesshu_worker', t::regclass, c, '{retain}', 'any') from (values
  ('ticketless_dose', 'select, update'), ('keying_batch', 'select, delete'),
  ('keying_slip', 'select, delete')) rule (t, c);

-- An erased person's dose told without a ticket names nobody any more: whoever has the paper could ask
-- keyd for the digest of it. A trigger, so that every way to erase somebody comes by here.
create function forget_ticketless() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update ticketless_dose set body_digest = no_index()
   where (municipality_code, resident_id) = (new.municipality_code, new.id);
  return null;
end
$$;
revoke all on function forget_ticketless() from public;
create trigger resident_erased after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function forget_ticketless();
grant execute on function forget_ticketless() to sesshu_keyd;
grant select (municipality_code, resident_id), update (body_digest) on ticketless_dose to sesshu_keyd;
select let_role('sesshu_keyd', 'ticketless_dose', 'select, update', '{erase}');

-- Attaching ------------------------------------------------------------------------------------

-- As begin_scan, for what is kept already: by a sheet, or by the person whom a clerk names. The row that is
-- settled is locked first, so that nobody settles it twice; it may stand under a town that takes no part.
create function begin_attachment(kept text, kept_id uuid, kept_under text, town text, sheet bytea, named uuid,
                                 by_actor text, by_role text, by_office text)
returns void language plpgsql set search_path = pg_catalog, public as $$
declare
  person uuid := named;
  own_course uuid;
  is_open boolean;
begin
  perform set_config('sesshu.municipality', concat_ws(',', town, nullif(kept_under, town)), true),
          set_config('sesshu.purpose', 'recordDose', true),
          set_config('sesshu.actor', by_actor, true);
  if kept = 'scan' then
    select s.resolved_at is null into is_open from scan s where s.id = kept_id for no key update;
  else
    select d.resolved_at is null into is_open from ticketless_dose d
      where d.municipality_code = kept_under and d.id = kept_id for no key update;
  end if;
  if is_open is not true then
    raise exception 'alreadySettled' using errcode = 'SE001';
  end if;
  if named is null then
    select t.resident_id into person from ticket t
      where t.municipality_code = town and t.number_index = sheet;
  end if;
  perform from resident r where r.municipality_code = town and r.id = person for no key update;
  if not found then return; end if;
  perform set_config('sesshu.municipality',
                     concat_ws(',', scan_scope(town, person), nullif(kept_under, town)), true);
  select c.id into own_course
    from course_link l join course c on c.id = l.course_id
    where l.municipality_code = town and l.resident_id = person
      and c.closed_because is distinct from 'merged'
      for update of c;
  insert into ledger_inbox (id, actor, actor_role, office, purpose, municipality_code, resident_id,
                            course_id, fields)
  values (gen_random_uuid(), by_actor, by_role, by_office, 'recordDose', town, person, own_course,
          '{course,doses,notices,registerEvents,tasks,ticket}');
end $$;
revoke all on function begin_attachment(text, uuid, text, text, bytea, uuid, text, text, text) from public;
grant execute on function begin_attachment(text, uuid, text, text, bytea, uuid, text, text, text) to sesshu_api;

-- Across towns ---------------------------------------------------------------------------------

-- Whose clerks settle a scan: the issuer's; where the issuer takes no part, those of the venue's town.
create function scan_owner(issuer text, venue text) returns text
language sql stable set search_path = pg_catalog, public as $$
  select case when exists (select from municipality_setting m where m.municipality_code = issuer)
              then issuer
              else coalesce((select v.municipality_code from venue v
                               join municipality_setting m on m.municipality_code = v.municipality_code
                              where v.code = venue), issuer) end
$$;
revoke all on function scan_owner(text, text) from public;
grant execute on function scan_owner(text, text) to sesshu_api, sesshu_definer;

grant select (id, venue_code) on scan to sesshu_definer;
grant select (municipality_code) on municipality_setting to sesshu_definer;
grant select (municipality_code, received_on, resolved_at) on ticketless_dose to sesshu_definer;
select let_role('sesshu_definer', 'ticketless_dose', 'select', '{*}', 'any');

-- The issuers that take no part, of open scans which a town's clerks settle.
create function towns_of_strays(town text) returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct s.issuing_municipality_code
    from scan s
   where purpose_is('resolve') and scope_has(town)
     and s.verdict in ('held', 'waiting') and s.resolved_at is null
     and s.issuing_municipality_code <> town
     and s.venue_code in (select v.code from venue v where v.municipality_code = town)
     and scan_owner(s.issuing_municipality_code, s.venue_code) = town
$$;

-- What stands beside every total of a town, with the day of the oldest.
create function town_unattached(town text)
returns table (kind text, items int, oldest_on date)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.verdict::text, count(*)::int, min(s.received_on)
    from scan s
   where purpose_is('showTown', 'resolve') and scope_has(town)
     and s.verdict in ('held', 'waiting') and s.resolved_at is null
     and (s.issuing_municipality_code = town
          or s.venue_code in (select v.code from venue v where v.municipality_code = town))
     and scan_owner(s.issuing_municipality_code, s.venue_code) = town
   group by s.verdict
  union all
  select 'ticketless', count(*)::int, min(d.received_on)
    from ticketless_dose d
   where purpose_is('showTown', 'resolve') and scope_has(town)
     and d.municipality_code = town and d.resolved_at is null
  having count(*) > 0
$$;
-- Where doses wait that were told without a ticket.
create function towns_with_told_doses() returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct d.municipality_code from ticketless_dose d where d.resolved_at is null
$$;
grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, 'sesshu_api')
  from unnest('{towns_of_strays(text),town_unattached(text),towns_with_told_doses()}'::text[]) f;
revoke create on schema public from sesshu_definer;
