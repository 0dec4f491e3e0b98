-- Mail: an address gets notices only after its owner has opened a single-use link and said yes; what a mail
-- server sends back later turns a notice into a letter. See docs/adr/0034-mail-that-was-agreed-to.md.

-- Mails that came back after they had been accepted. Whatever states other parts have added stay.
do $$
declare
  states constant text := (select pg_get_constraintdef(oid) from pg_constraint
                            where conrelid = 'notice_attempt'::regclass
                              and conname = 'notice_attempt_state_check');
begin
  if position('ARRAY[' in states) = 0 then
    raise exception 'the states of an attempt are not a list any more: %', states;
  end if;
  alter table notice_attempt drop constraint notice_attempt_state_check;
  execute 'alter table notice_attempt add constraint notice_attempt_state_check '
       || replace(states, 'ARRAY[', 'ARRAY[''bounced''::text, ');
end $$;

-- What nobody can guess who has not had the mail: it stands in the return path and in the link that ends
-- mails, and whatever comes back must bear it.
alter table notice_attempt
  add column mail_token uuid not null default gen_random_uuid(),
  -- the mail provider that must not be hurried; null for a letter
  add column mail_provider text check (mail_provider ~ '^(\*|[a-z0-9.-]{3,80})$');
create unique index notice_attempt_mail_token on notice_attempt (municipality_code, mail_token);

-- Whether somebody's mail address may be written to. The address itself is the register's (`person.mail`),
-- or the one that the resident gave on the own page, which comes first.
create table mail_address (
  municipality_code text not null,
  resident_id       uuid not null,
  id                uuid not null unique default gen_random_uuid(),
  own_address       sealed,
  -- asking: the question is at the mail server, or its sender died
  state             text not null default 'toAsk'
                    check (state in ('toAsk', 'asking', 'asked', 'verified', 'stopped')),
  -- told or sealed anew since: nothing leaves before it has been compared with address_check
  is_retold         boolean not null default false,
  -- of the address that was asked; carries the resident id
  address_check     blind_index,
  provider          text check (provider ~ '^(\*|[a-z0-9.-]{3,80})$'),
  language          text not null default 'ja' check (language in ('ja', 'en')),
  tries             smallint not null default 0 check (tries >= 0),
  leased_until      timestamptz,
  queued_at         timestamptz not null default clock_timestamp(),
  asked_on          date,
  -- the resident's own wishes to be asked, against a stranger's mailbox being filled
  wishes            smallint not null default 0,
  wished_on         date,
  verified_on       date,
  stopped_on        date,
  stopped_because   text check (stopped_because in ('unsubscribed', 'takenBack', 'refused', 'bounced',
                                                    'removed')),
  -- mails in a row that came back without saying that the address is none
  failures          smallint not null default 0 check (failures >= 0),
  primary key (municipality_code, resident_id),
  -- whoever is erased, or was never there, leaves nothing here
  foreign key (municipality_code, resident_id) references person(municipality_code, resident_id)
    on delete cascade,
  check ((state = 'stopped') = (stopped_because is not null)),
  check (state <> 'verified' or (verified_on is not null and address_check is not null))
);
-- asker: whom to ask, and whose address to compare
create index mail_address_to_ask on mail_address (queued_at)
  where state in ('toAsk', 'asking') or is_retold;

-- A link that confirms an address: once. Only its hash is here; it names nobody.
create table mail_link (
  municipality_code text not null,
  token_sha256      bytea not null check (octet_length(token_sha256) = 32),
  resident_id       uuid not null,
  made_at           timestamptz not null default clock_timestamp(),
  -- wall time: the campaign clock has no say in security
  usable_until      timestamptz not null,
  primary key (municipality_code, token_sha256),
  foreign key (municipality_code, resident_id) references mail_address(municipality_code, resident_id)
    on delete cascade
);
create index mail_link_resident on mail_link (municipality_code, resident_id);

-- A mail that came back: what its report says, without the report. One row per mail.
create table mail_bounce (
  municipality_code text not null,
  attempt_id        uuid not null,
  course_id         uuid not null,
  -- the enhanced status code of RFC 3463
  status            text not null check (status ~ '^[245]\.\d{1,3}\.\d{1,3}$'),
  received_on       date not null,
  received_at       timestamptz not null default clock_timestamp(),
  via               text not null check (via in ('page', 'http', 'folder')),
  received_by       text not null check (char_length(received_by) between 1 and 80),
  leased_until      timestamptz,
  settled_on        date,
  -- letter: the notice goes on by post; tooLate: a later notice has followed, or another try had arrived
  outcome           text check (outcome in ('letter', 'tooLate')),
  primary key (municipality_code, attempt_id),
  foreign key (municipality_code, attempt_id) references notice_attempt(municipality_code, id)
    on update cascade,
  check ((settled_on is null) = (outcome is null))
);
create index mail_bounce_waiting on mail_bounce (received_at) where settled_on is null;

-- How fast a provider may be written to, for all workers together: `next_at` runs ahead of the clock by what
-- was sent. '*' is everybody who has no row. Written at start from MAIL_RATES.
create table mail_pace (
  provider text primary key check (provider ~ '^(\*|[a-z0-9.-]{3,80})$'),
  every    interval not null check (every > interval '0'),
  next_at  timestamptz not null default clock_timestamp()
);

-- What registers tell -----------------------------------------------------------------------------------

-- Whoever tells of a person, by file or by HTTP, need not know of any of this.
create function mail_address_told() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    insert into mail_address as m (municipality_code, resident_id)
    select municipality_code, resident_id from told where mail is not null
    on conflict (municipality_code, resident_id) do update set is_retold = true, leased_until = null;
  else
    insert into mail_address as m (municipality_code, resident_id)
    values (new.municipality_code, new.resident_id)
    on conflict (municipality_code, resident_id) do update set is_retold = true, leased_until = null;
  end if;
  return null;
end
$$;
revoke all on function mail_address_told() from public;
create trigger person_mail_told after insert on person
  referencing new table as told for each statement execute function mail_address_told();
create trigger person_mail_retold after update of mail on person
  for each row when (old.mail is distinct from new.mail) execute function mail_address_told();

-- Those who are in the registers by now are asked like all others.
select set_config('sesshu.purpose', 'migrate', true);
select assert_saw('person', (select count(*) from person));
insert into mail_address (municipality_code, resident_id)
select municipality_code, resident_id from person where mail is not null;

-- Whose mail bears a token: for its own link, and for a report that came back.
create function mail_of_token(town text, token uuid)
returns table (attempt_id uuid, course_id uuid, resident_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.id, n.course_id, n.resident_id
    from notice_attempt a
    join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
   where a.municipality_code = town and a.mail_token = token and a.channel = 'mail'
     and scope_has(town) and purpose_is('openMailLink', 'takeBounce')
$$;

-- A mail came back: has a later notice of the course left or set out meanwhile?
create function later_notice_followed(of_course uuid, first_town text, first_notice uuid)
returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select is_at_home(of_course) and exists (
    select from notice n, notice first
     where (first.municipality_code, first.id) = (first_town, first_notice)
       and n.course_id = of_course and first.course_id = of_course and n.id <> first.id
       and n.state in ('left', 'queued') and n.queued_on >= first.queued_on
       and (n.dose_number, n.kind, n.occasion) = (first.dose_number, first.kind, first.occasion)
       and n.round > first.round)
$$;

grant select (municipality_code, id, mail_token) on notice_attempt to sesshu_definer;
grant select (resident_id, queued_on) on notice to sesshu_definer;
grant select, insert, update on mail_address to sesshu_definer;
select let_role('sesshu_definer', 'mail_address', 'select, insert, update', '{*}', 'any');
grant create on schema public to sesshu_definer;
select give_to_definer('mail_of_token(text, uuid)', 'sesshu_api, sesshu_worker');
select give_to_definer('later_notice_followed(uuid, text, uuid)', 'sesshu_worker');
alter function mail_address_told() owner to sesshu_definer;
revoke create on schema public from sesshu_definer;

-- Who may what ------------------------------------------------------------------------------------------

select protect_table(t::regclass) from unnest('{mail_address,mail_link,mail_bounce}'::text[]) t;

-- The sender, the asker, and whoever settles what came back.
grant select, update on mail_address to sesshu_worker;
grant select, insert, delete on mail_link to sesshu_worker;
grant select, insert, update, delete on mail_bounce to sesshu_worker;
grant select, insert, update, delete on mail_pace to sesshu_worker;
select let_role('sesshu_worker', t::regclass, c, '{sendNotice}') from (values
  ('mail_address', 'select, update'), ('mail_link', 'select, insert, delete'),
  ('mail_bounce', 'select, update')) rule (t, c);
select let_role('sesshu_worker', t::regclass, 'select, update', '{claimMail}', 'any')
  from unnest('{mail_address,mail_bounce}'::text[]) t;
select let_role('sesshu_worker', 'mail_bounce', 'select, insert', '{takeBounce}');
select let_role('sesshu_worker', t::regclass, 'select, delete', '{retain}', 'any')
  from unnest('{mail_link,mail_bounce}'::text[]) t;

-- The links in mails, the resident's own page, the page of a town.
grant select, insert, update on mail_address to sesshu_api;
grant select, delete on mail_link to sesshu_api;
grant select, insert on mail_bounce to sesshu_api;
select let_role('sesshu_api', t::regclass, c, '{openMailLink}') from (values
  ('mail_address', 'select, update'), ('mail_link', 'select, delete')) rule (t, c);
select let_role('sesshu_api', t::regclass, c, '{residentPage}') from (values
  ('mail_address', 'select, insert, update'), ('mail_link', 'select, delete')) rule (t, c);
select let_role('sesshu_api', 'mail_bounce', 'select, insert', '{takeBounce}');
select let_role('sesshu_api', t::regclass, 'select', '{showTown}')
  from unnest('{mail_address,mail_bounce}'::text[]) t;
select let_role('sesshu_api', t::regclass, 'select', '{disclose}')
  from unnest('{mail_address,mail_link,mail_bounce}'::text[]) t;
