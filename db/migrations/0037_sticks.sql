-- Sealed sticks: which keys of towns count, which sticks came, what became of them. Nothing here names a
-- resident. See docs/adr/0028-sealed-sticks.md.

-- A town's public key. It counts once a second person has compared its code with whoever packs the sticks.
create table stick_key (
  municipality_code text not null references municipality(code),
  id            uuid not null,
  -- Ed25519, raw, base64; of one town alone
  public_key    text not null unique check (public_key ~ '^[A-Za-z0-9+/]{43}=$'),
  -- the same key as people say it
  code          text not null check (code ~ '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$'),
  registered_by uuid not null references account,
  registered_at timestamptz not null default clock_timestamp(),
  confirmed_by  uuid references account,
  confirmed_at  timestamptz,
  revoked_by    uuid references account,
  revoked_at    timestamptz,
  primary key (municipality_code, id),
  check (registered_by <> confirmed_by),
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((revoked_by is null) = (revoked_at is null))
);

-- A stick that was signed by its town and fits. Its number is used from now on.
create table stick (
  municipality_code text not null references municipality(code),
  id            uuid not null unique,
  -- of manifest.json: the stick's name, wherever it is plugged in
  manifest_sha256 text not null unique check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  sequence      bigint not null check (sequence > 0),
  made_at       timestamptz not null,
  expires_on    date not null,
  -- age1… of the town, for the answers
  return_to     text,
  public_key    text not null references stick_key (public_key),
  -- taking: its files go into the spool; taken: they are imports; answered: the receipt lies on the stick
  state         text not null default 'taking' check (state in ('taking', 'taken', 'answered')),
  seen_at       timestamptz not null default clock_timestamp(),
  taken_at      timestamptz,
  answered_at   timestamptz,
  -- it went away under our hands, while this was done; null once it is back
  pulled_out    text check (pulled_out in ('reading', 'writing')),
  -- the receipt could not be written on it, and why
  trouble       text check (trouble ~ '^[a-zA-Z]{1,60}$'),
  receipt       jsonb,
  primary key (municipality_code, id),
  unique (municipality_code, sequence),
  check ((state = 'taking') = (taken_at is null)),
  check ((state = 'answered') = (answered_at is not null)),
  check (answered_at is null or receipt is not null)
);

create table stick_file (
  municipality_code text not null,
  stick_id      uuid not null,
  position      smallint not null check (position >= 0),
  file_name     text not null check (char_length(file_name) between 1 and 200),
  layout        text check (layout in ('residentRegister', 'ticketNumbers', 'myNumberLinks', 'moves', 'deaths',
                                       'protections', 'doses')),
  mode          text not null check (mode in ('full', 'difference')),
  -- as the town counted: lines, the header included; null of a workbook
  lines         bigint check (lines >= 0),
  bytes         bigint not null check (bytes >= 0),
  sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- its bytes lie in the spool under this id, whole
  import_id     uuid,
  primary key (municipality_code, stick_id, position),
  foreign key (municipality_code, stick_id) references stick(municipality_code, id) on delete cascade
);
create index stick_file_import on stick_file (import_id) where import_id is not null;

-- A stick that was not read, and why. What it claims to be is proven by nothing, so that the town is no
-- reference; it is shown to whom it names, and to everybody who may see sticks when it names nobody.
create table stick_refusal (
  id            uuid primary key,
  claimed_town  text check (claimed_town ~ '^\d{6}$'),
  manifest_sha256 text not null default '' check (manifest_sha256 ~ '^([0-9a-f]{64})?$'),
  code          text not null check (code ~ '^stick[A-Za-z]{1,50}$'),
  file_name     text check (char_length(file_name) between 1 and 200),
  sequence      bigint,
  public_key    text check (public_key ~ '^[A-Za-z0-9+/]{43}=$'),
  key_code      text,
  first_seen_at timestamptz not null default clock_timestamp(),
  seen_at       timestamptz not null default clock_timestamp(),
  -- it was put right, or was read after all
  over_at       timestamptz,
  unique (manifest_sha256, code)
);
create index stick_refusal_seen on stick_refusal (seen_at desc) where over_at is null;

select protect_table(t::regclass) from unnest('{stick_key,stick,stick_file,stick_refusal}'::text[]) t;

grant select, insert, update (confirmed_by, confirmed_at, revoked_by, revoked_at) on stick_key to sesshu_api;
grant select on stick_key to sesshu_import;
grant select on stick, stick_file, stick_refusal to sesshu_api;
grant select, insert, update, delete on stick to sesshu_import;
grant select, insert, update on stick_file, stick_refusal to sesshu_import;

select let_role('sesshu_api', 'stick_key', 'select, insert, update', '{runImport}');
select let_role('sesshu_api', t::regclass, 'select', '{runImport}') from unnest('{stick,stick_file}'::text[]) t;
select let_role('sesshu_import', t::regclass, 'select, insert, update', '{runImport}')
  from unnest('{stick,stick_file}'::text[]) t;
select let_role('sesshu_import', 'stick', 'delete', '{runImport}');
-- Whose a stick is, is what its key says: the key is looked for in all towns.
select let_role('sesshu_import', 'stick_key', 'select', '{runImport}', 'any');
select let_role('sesshu_api', 'stick_refusal', 'select', '{runImport}', 'any');
select let_role('sesshu_import', 'stick_refusal', 'select, insert, update', '{runImport}', 'any');
