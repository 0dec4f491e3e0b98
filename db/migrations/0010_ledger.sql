-- The access ledger: who looked at whom, why, and at which fields. A look commits its row in the inbox,
-- unchained; one sealer moves committed rows into the ledger, in one order, and chains them. Chaining
-- inside each look's own transaction would make all looks wait for each other.
--
-- A row names nobody: ids are random, and `detail` (the reason of a break-glass, a case note) is sealed,
-- so that the chain, which is made over these bytes, still verifies when a person's key is destroyed.

grant usage on schema public to sesshu_keyd, sesshu_sealer;

create table ledger_inbox (
  id                uuid primary key,
  -- wall time: the campaign clock has no say in security
  looked_at         timestamptz not null default clock_timestamp(),
  actor             text not null check (char_length(actor) between 1 and 80),
  actor_role        text not null check (char_length(actor_role) between 1 and 40),
  office            text not null check (char_length(office) between 1 and 40),
  purpose           text not null check (char_length(purpose) between 1 and 40),
  -- whose register was looked at
  municipality_code text not null check (municipality_code ~ '^\d{6}$'),
  resident_id       uuid,
  course_id         uuid,
  fields            text[] not null check (cardinality(fields) between 1 and 20),
  legal_basis       text check (char_length(legal_basis) <= 80),
  break_glass_id    uuid,
  detail            bytea check (octet_length(detail) <= 4096)
);
-- readiness: how old is the oldest look that is not chained yet
create index ledger_inbox_looked_at on ledger_inbox (looked_at);

create table access_ledger (
  seq               bigint primary key check (seq >= 0),
  id                uuid not null unique,
  looked_at         timestamptz not null,
  actor             text not null,
  actor_role        text not null,
  office            text not null,
  purpose           text not null,
  municipality_code text not null,
  resident_id       uuid,
  course_id         uuid,
  fields            text[] not null,
  legal_basis       text,
  break_glass_id    uuid,
  detail            bytea,
  -- RFC 6962 leaf hash of the row's canonical bytes, and the link to the row before
  leaf_hash         bytea not null check (octet_length(leaf_hash) = 32),
  chain_hash        bytea not null check (octet_length(chain_hash) = 32)
);
-- "who looked at my record": by register row, and by course
create index access_ledger_resident on access_ledger (municipality_code, resident_id) where resident_id is not null;
create index access_ledger_course on access_ledger (course_id) where course_id is not null;
-- the authority's page: what one account looked at on a day
create index access_ledger_actor on access_ledger (actor, looked_at);

-- A signed head a minute: C2SP checkpoint text, as the witness fetches it.
create table ledger_head (
  size       bigint primary key check (size >= 0),
  root_hash  bytea not null check (octet_length(root_hash) = 32),
  signed_at  timestamptz not null,
  checkpoint text not null
);

grant insert on ledger_inbox to sesshu_api, sesshu_worker, sesshu_relay, sesshu_import,
  sesshu_statistics, sesshu_monitor, sesshu_authority;
grant select on ledger_inbox, access_ledger to sesshu_keyd;
grant select, delete on ledger_inbox to sesshu_sealer;
grant select, insert on access_ledger, ledger_head to sesshu_sealer;
grant select on access_ledger, ledger_head to sesshu_authority;
grant select on ledger_head to sesshu_api, sesshu_monitor;

-- How old the oldest unchained look is, in seconds; tells nothing else, so that everybody may ask.
create function ledger_lag_seconds() returns double precision
language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(extract(epoch from clock_timestamp() - min(looked_at)), 0)::double precision
    from public.ledger_inbox
$$;
