-- People who sign in, the tablets of venues, and what two of them must agree on. No resident is in any
-- of these tables. Passwords, cookies, tokens and enrolment codes stand here as hashes alone, so that a
-- copy of the database lets nobody in. Every moment here is wall time: the campaign clock has no say.

create table account (
  id             uuid primary key,
  login          text not null unique check (login ~ '^[a-z0-9][a-z0-9._-]{2,39}$'),
  role           text not null check (role in ('venueStaff', 'clerk', 'municipalAdministrator',
                   'printOperator', 'operator', 'supervisoryAuthority', 'stateStatistician')),
  -- the municipality that employs the account, or 'system'
  office         text not null check (office = 'system' or office ~ '^\d{6}$'),
  -- scrypt with its parameters and salt; null for one that signs in by passkey or OIDC alone
  password_hash  text check (char_length(password_hash) between 40 and 400),
  failed_tries   integer not null default 0 check (failed_tries >= 0),
  locked_until   timestamptz,
  disabled_at    timestamptz,
  oidc_issuer    text check (char_length(oidc_issuer) <= 200),
  oidc_subject   text check (char_length(oidc_subject) <= 255),
  -- of the demo's own accounts, which sign in nowhere else
  is_demo        boolean not null default false,
  created_at     timestamptz not null default clock_timestamp(),
  unique (oidc_issuer, oidc_subject),
  check ((oidc_issuer is null) = (oidc_subject is null)),
  check (case when role in ('venueStaff', 'clerk', 'municipalAdministrator') then office <> 'system'
              when role = 'printOperator' then true
              else office = 'system' end)
);

create table account_session (
  token_sha256   bytea primary key check (octet_length(token_sha256) = 32),
  account_id     uuid not null references account,
  signed_in_by   text not null check (signed_in_by in ('password', 'passkey', 'oidc', 'demo')),
  started_at     timestamptz not null default clock_timestamp(),
  seen_at        timestamptz not null default clock_timestamp(),
  expires_at     timestamptz not null,
  revoked_at     timestamptz,
  break_glass_id uuid,
  check (expires_at > started_at)
);
create index account_session_account on account_session (account_id);

create table passkey (
  credential_id  text primary key check (char_length(credential_id) <= 1400),
  account_id     uuid not null references account,
  public_key     bytea not null check (octet_length(public_key) <= 2048),
  counter        bigint not null,
  transports     text not null default '' check (char_length(transports) <= 100),
  created_at     timestamptz not null default clock_timestamp(),
  used_at        timestamptz
);
create index passkey_account on passkey (account_id);

-- What a sign-in in two steps must come back with, once: a passkey's challenge, an OIDC state.
create table sign_in_challenge (
  token_sha256   bytea primary key check (octet_length(token_sha256) = 32),
  kind           text not null check (kind in ('passkeySignIn', 'passkeyAdd', 'oidc')),
  account_id     uuid references account,
  challenge      text not null check (char_length(challenge) <= 2000),
  expires_at     timestamptz not null
);

-- Programs: the command line of a data dir, a register system that imports. Named abilities, no role.
create table machine_credential (
  token_sha256        bytea primary key check (octet_length(token_sha256) = 32),
  id                  uuid not null unique,
  name                text not null check (char_length(name) between 1 and 60),
  office              text not null check (office = 'system' or office ~ '^\d{6}$'),
  may_record_scans    boolean not null,
  may_manage_register boolean not null,
  created_at          timestamptz not null default clock_timestamp(),
  disabled_at         timestamptz
);

create table device (
  id                uuid primary key,
  municipality_code text not null check (municipality_code ~ '^\d{6}$'),
  venue_code        text not null check (venue_code ~ '^\d{10}$'),
  name              text not null check (char_length(name) between 1 and 40),
  -- ES256, public half; RFC 7638 thumbprint
  public_jwk        jsonb not null,
  thumbprint        text not null unique check (thumbprint ~ '^[A-Za-z0-9_-]{43}$'),
  -- the venue's hours in Tokyo, minutes of the day
  opens_minute      smallint not null check (opens_minute between 0 and 1439),
  closes_minute     smallint not null check (closes_minute between 1 and 1440),
  enrolled_at       timestamptz not null default clock_timestamp(),
  -- account of the administrator whose code it used
  enrolled_by       uuid references account,
  revoked_at        timestamptz,
  locked_at         timestamptz,
  -- tickets that no register knew, since the hour began
  unknown_since     timestamptz,
  unknown_tickets   integer not null default 0 check (unknown_tickets >= 0),
  check (closes_minute > opens_minute)
);
create index device_municipality on device (municipality_code);

create table device_enrolment (
  code_sha256       bytea primary key check (octet_length(code_sha256) = 32),
  municipality_code text not null check (municipality_code ~ '^\d{6}$'),
  venue_code        text not null check (venue_code ~ '^\d{10}$'),
  opens_minute      smallint not null,
  closes_minute     smallint not null,
  made_by           uuid not null references account,
  made_at           timestamptz not null default clock_timestamp(),
  expires_at        timestamptz not null,
  device_id         uuid references device,
  check (closes_minute > opens_minute)
);

create table device_token (
  token_sha256   bytea primary key check (octet_length(token_sha256) = 32),
  device_id      uuid not null references device,
  issued_at      timestamptz not null default clock_timestamp(),
  expires_at     timestamptz not null
);
create index device_token_device on device_token (device_id);

-- How much each may send; '*' is everyone without a line of their own. Scans in a period.
create table limit_setting (
  scope        text not null check (scope in ('device', 'venue', 'municipality', 'unknownTickets')),
  key          text not null check (char_length(key) between 1 and 40),
  points       integer not null check (points > 0),
  per_seconds  integer not null check (per_seconds > 0),
  primary key (scope, key)
);
insert into limit_setting (scope, key, points, per_seconds) values
  ('device', '*', 600, 60), ('venue', '*', 3000, 60), ('municipality', '*', 30000, 60),
  ('unknownTickets', '*', 20, 3600);

-- What needs two people. Used once; the database itself refuses the same person twice.
create table approval (
  id           uuid primary key,
  kind         text not null check (kind in ('bulkExport', 'keyDestruction', 'unmasking')),
  office       text not null check (office = 'system' or office ~ '^\d{6}$'),
  -- exactly what is asked for: ids and codes, nobody's name
  subject      jsonb not null,
  reason_code  text not null check (reason_code ~ '^[a-zA-Z]{1,40}$'),
  asked_by     uuid not null references account,
  asked_at     timestamptz not null default clock_timestamp(),
  expires_at   timestamptz not null,
  approved_by  uuid references account,
  approved_at  timestamptz,
  used_at      timestamptz,
  check (asked_by <> approved_by),
  check ((approved_by is null) = (approved_at is null)),
  check (used_at is null or approved_by is not null),
  check (expires_at > asked_at and expires_at <= asked_at + interval '7 days')
);

-- Emergency access: one municipality's register, an hour at most, and somebody who will ask why.
create table break_glass (
  id                uuid primary key,
  account_id        uuid not null references account,
  office            text not null,
  municipality_code text not null check (municipality_code ~ '^\d{6}$'),
  reason_code       text not null check (reason_code in ('lifeAtRisk', 'medicalEmergency', 'disaster',
                      'courtOrder', 'systemFailure')),
  -- of the case file, where the story is told; nobody's name
  case_reference    text not null check (case_reference ~ '^[A-Za-z0-9/_.-]{1,40}$'),
  reviewer_id       uuid not null references account,
  opened_at         timestamptz not null default clock_timestamp(),
  expires_at        timestamptz not null,
  closed_at         timestamptz,
  check (account_id <> reviewer_id),
  check (expires_at > opened_at and expires_at <= opened_at + interval '60 minutes')
);
create index break_glass_account on break_glass (account_id);
alter table account_session add foreign key (break_glass_id) references break_glass;

create table break_glass_review (
  break_glass_id uuid primary key references break_glass,
  reviewer_id    uuid not null references account,
  outcome        text not null check (outcome in ('justified', 'notJustified', 'passedOn')),
  reviewed_at    timestamptz not null default clock_timestamp()
);

-- What somebody must be told of at once; ids and codes, nobody's name.
create table security_alert (
  id           uuid primary key,
  kind         text not null check (kind in ('breakGlassOpened', 'deviceLocked', 'accountLocked')),
  office       text not null,
  about_id     uuid not null,
  -- account that has to look; null for whoever is in charge
  for_id       uuid references account,
  raised_at    timestamptz not null default clock_timestamp()
);

grant select on account, account_session, passkey, machine_credential, device, device_enrolment,
  device_token, limit_setting, approval, break_glass, break_glass_review, security_alert to sesshu_api;
grant update (failed_tries, locked_until, oidc_issuer, oidc_subject) on account to sesshu_api;
grant insert, delete, update (seen_at, revoked_at, break_glass_id) on account_session to sesshu_api;
grant insert, update (counter, used_at) on passkey to sesshu_api;
grant select, insert, delete on sign_in_challenge to sesshu_api;
grant insert, update (revoked_at, locked_at, unknown_since, unknown_tickets) on device to sesshu_api;
grant insert, delete, update (device_id) on device_enrolment to sesshu_api;
grant insert, delete on device_token to sesshu_api;
grant insert, update (approved_by, approved_at, used_at) on approval to sesshu_api;
grant insert, update (closed_at) on break_glass to sesshu_api;
grant insert on break_glass_review, security_alert to sesshu_api;

-- keyd asks whether two people agreed, and marks that it was done
grant select, update (used_at) on approval to sesshu_keyd;
-- the authority: who used emergency access and who has looked into it
grant select on break_glass, break_glass_review, security_alert, approval to sesshu_authority;
