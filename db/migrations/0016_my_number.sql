-- Versions of municipalities' keys, and My Number.
--
-- A row of town_key stands for a version of a key that keyd holds. Every wrapped data key refers to its
-- row, so that the database counts the references: keyd gives up a row before it destroys a key, which
-- fails while one reference is left, and no transaction that began before can write one afterwards.
-- Counting by a query would count only what row security lets keyd see.

create table town_key (
  municipality_code text not null references municipality(code),
  version           int not null check (version between 1 and 65535),
  made_at           timestamptz not null default clock_timestamp(),
  primary key (municipality_code, version)
);
grant select, insert, delete on town_key to sesshu_keyd;
grant select on town_key to sesshu_api, sesshu_monitor, sesshu_authority;
-- a municipality that is not in the table gets no keys; the clock's day decides on the legal basis
grant select on municipality, clock_segment to sesshu_keyd;

-- The wrapped data key of each person, one row per resident; of a scan that waits for its person, the
-- scan's id stands here. Worth nothing without keyd.
create table if not exists resident_key (
  municipality_code text not null,
  resident_id       uuid not null,
  key_version       int not null,
  dek_version       smallint not null check (dek_version > 0),
  wrapped           bytea not null check (octet_length(wrapped) between 40 and 200),
  primary key (municipality_code, resident_id)
);
-- rotation puts them under a newer key; it changes nothing else
grant select, update (key_version, wrapped) on resident_key to sesshu_keyd;
alter table resident_key add constraint resident_key_town_key
  foreign key (municipality_code, key_version) references town_key (municipality_code, version);
-- rotation: rows of an older version, a slice at a time; and the count behind the foreign key
create index resident_key_version on resident_key (municipality_code, key_version);

-- How far keyd's log and its list of the erased had come: whoever cuts the end off one of them, beside
-- keyd's files, does not reach this one.
create table keyd_head (
  -- whose: the fingerprint of the key that signs the list
  keyd     text not null check (keyd ~ '^[0-9a-f]{64}$'),
  name     text not null check (name in ('log', 'erasures')),
  seq      bigint not null check (seq >= 0),
  hash     text not null check (hash ~ '^[0-9a-f]{64}$'),
  noted_at timestamptz not null default clock_timestamp(),
  primary key (keyd, name)
);
grant select, insert, update on keyd_head to sesshu_keyd;
grant select on keyd_head to sesshu_monitor, sesshu_authority;

-- The number is never in clear. The HMAC, under a key of the municipality's own, is treated as the
-- number itself: nobody may read it, and no two municipalities' can be joined.
create table my_number (
  municipality_code text not null,
  resident_id       uuid not null,
  sealed            bytea not null check (octet_length(sealed) between 32 and 200),
  hmac              bytea not null check (octet_length(hmac) = 16),
  recorded_at       timestamptz not null default now(),
  primary key (municipality_code, resident_id),
  unique (municipality_code, hmac),
  foreign key (municipality_code, resident_id) references resident (municipality_code, id)
);
grant insert, delete on my_number to sesshu_api, sesshu_import;
grant select (municipality_code, resident_id, sealed, recorded_at), update (sealed, hmac)
  on my_number to sesshu_api, sesshu_import;

-- How often a municipality asked on a day: counted here, so that a new start of keyd forgets nothing.
create table my_number_matches (
  municipality_code text not null references municipality(code),
  asked_on          date not null,
  asked             int not null check (asked > 0),
  primary key (municipality_code, asked_on)
);
grant select on my_number_matches to sesshu_monitor, sesshu_authority;

-- The one way from an HMAC to a person, for keyd alone. It rests on a move-in of that very resident
-- which names that very municipality, counts the asking, and writes the look at the person who was
-- found in the same transaction: no match can go without its row.
create function match_my_number(
  requesting text, requester uuid, move_in uuid, former text, wanted bytea, look uuid, today date,
  most_a_day int,
  out outcome text, out resident_id uuid, out look_id uuid)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
  outcome := 'noMoveIn';
  if not exists (
    select from public.register_event e
     where e.id = move_in and e.kind = 'movedIn' and e.municipality_code = requesting
       and e.resident_id = requester and e.previous_municipality_code = former
       and e.effective_on <= today)
  then return; end if;

  outcome := 'overLimit';
  insert into public.my_number_matches as m (municipality_code, asked_on, asked)
  values (requesting, today, 1)
  on conflict on constraint my_number_matches_pkey
    do update set asked = m.asked + 1 where m.asked < most_a_day;
  if not found then return; end if;

  outcome := 'nobody';
  select n.resident_id into match_my_number.resident_id
    from public.my_number n where n.municipality_code = former and n.hmac = wanted;
  if not found then return; end if;

  outcome := 'found';
  look_id := gen_random_uuid();
  insert into public.ledger_inbox
    (id, actor, actor_role, office, purpose, municipality_code, resident_id, fields, legal_basis)
  select look_id, l.actor, l.actor_role, l.office, l.purpose, former, match_my_number.resident_id,
         l.fields, l.legal_basis
    from (select id, actor, actor_role, office, purpose, fields, legal_basis from public.ledger_inbox
          union all
          select id, actor, actor_role, office, purpose, fields, legal_basis from public.access_ledger) l
   where l.id = look;
  if not found then raise exception 'the look of a match is gone'; end if;
end $$;
revoke execute on function match_my_number from public;
grant execute on function match_my_number to sesshu_keyd;

-- Whoever was erased leaves nothing behind that a key or a number could be found by. keyd calls it when
-- it erases, and with its whole list when it starts: rows that a restored backup brought back go before
-- keyd opens anything for anybody.
create function forget_erased(towns text[], residents uuid[]) returns int
language sql volatile security definer set search_path = pg_catalog, public as $$
  with erased as (select * from unnest(towns, residents) as e (town, id)),
       numbers as (
         delete from public.my_number n using erased e
          where (n.municipality_code, n.resident_id) = (e.town, e.id)),
       keys as (
         delete from public.resident_key k using erased e
          where (k.municipality_code, k.resident_id) = (e.town, e.id)
         returning 1)
  select count(*)::int from keys
$$;
revoke execute on function forget_erased from public;
grant execute on function forget_erased to sesshu_keyd;

-- Row security, where it has come already (0013): the functions belong to the role that may cross
-- towns, which reads no key and no number but through them.
do $$
begin
  if to_regprocedure('public.protect_table(regclass)') is null then return; end if;
  perform protect_table('my_number');
  perform let_role(r, 'my_number', 'select, insert, update, delete', '{manageRegister}')
     from unnest('{sesshu_api,sesshu_import}'::text[]) r;
  perform let_role('sesshu_api', 'my_number', 'select', '{legalMatch}');
  perform let_role('sesshu_api', 'resident_key', 'select', '{legalMatch}');
  perform let_role('sesshu_keyd', 'resident_key', 'select, update', '{*}', 'any');

  grant select (municipality_code, resident_id, hmac), delete on my_number to sesshu_definer;
  grant select (municipality_code, resident_id), delete on resident_key to sesshu_definer;
  grant select (id) on register_event to sesshu_definer;
  grant select, insert, update on my_number_matches to sesshu_definer;
  grant select, insert on ledger_inbox to sesshu_definer;
  perform let_role('sesshu_definer', 'my_number', 'select, delete', '{*}', 'any');
  perform let_role('sesshu_definer', 'resident_key', 'select, delete', '{*}', 'any');
  perform let_role('sesshu_definer', 'ledger_inbox', 'insert', '{*}', 'any');

  grant create on schema public to sesshu_definer;
  perform give_to_definer('match_my_number(text, uuid, uuid, text, bytea, uuid, date, int)', 'sesshu_keyd');
  perform give_to_definer('forget_erased(text[], uuid[])', 'sesshu_keyd');
  revoke create on schema public from sesshu_definer;
end $$;
