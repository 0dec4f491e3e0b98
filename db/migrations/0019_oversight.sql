-- The supervisory plan as software: its versions and each municipality's answers, incidents with their
-- reports, what was tested when, and alerts for the authority. No resident is in any of these tables.
-- Every moment here is wall time: the campaign clock has no say.

-- What was said stays as it was said, whoever asks.
create function refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  raise exception 'Rows of % are added, never changed or deleted', tg_table_name
    using errcode = 'restrict_violation';
end $$;
revoke all on function refuse_change() from public;

create function only_add(target regclass) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
  execute format('create trigger only_added before update or delete or truncate on %s
                  for each statement execute function refuse_change()', target);
end $$;
revoke all on function only_add(regclass) from public;

-- A version as it was published: `data/plan/<version>/{ja,en}.md`, by their hashes.
create table plan_version (
  version      integer primary key check (version > 0),
  ja_sha256    bytea not null check (octet_length(ja_sha256) = 32),
  en_sha256    bytea not null check (octet_length(en_sha256) = 32),
  published_at timestamptz not null default clock_timestamp()
);

-- A later answer of the same municipality is a further row; the last one to a version counts.
create table plan_answer (
  id                bigint generated always as identity primary key,
  municipality_code text not null references municipality,
  version           integer not null references plan_version,
  answer            text not null check (answer in ('accepts', 'objects')),
  comment           text check (char_length(comment) between 1 and 2000),
  answered_by       uuid not null references account,
  answered_at       timestamptz not null default clock_timestamp(),
  check (answer <> 'objects' or comment is not null)
);
create index plan_answer_municipality on plan_answer (municipality_code, version, id desc);

-- The newest version that each municipality has accepted and not objected to since; none: no line.
create function plans_in_force()
returns table (municipality_code text, version integer, accepted_at timestamptz)
language sql stable set search_path = pg_catalog, public as $$
  select distinct on (last.municipality_code) last.municipality_code, last.version, last.answered_at
    from (select distinct on (a.municipality_code, a.version) a.*
            from plan_answer a order by a.municipality_code, a.version, a.id desc) last
   where last.answer = 'accepts'
   order by last.municipality_code, last.version desc
$$;

-- The same for one municipality: asked at every registration.
create function plan_in_force(of_municipality text) returns integer
language sql stable set search_path = pg_catalog, public as $$
  select max(last.version)
    from (select distinct on (a.version) a.version, a.answer
            from plan_answer a where a.municipality_code = of_municipality
           order by a.version, a.id desc) last
   where last.answer = 'accepts'
$$;

-- A leak or loss, from the day on which it became known. What and whose it was stands in the case file.
create table incident (
  id                uuid primary key,
  municipality_code text not null references municipality,
  known_on          date not null,
  is_malicious      boolean not null,
  -- what was lost was sealed, and the keys were not lost with it
  is_sealed         boolean not null,
  case_reference    text not null check (case_reference ~ '^[A-Za-z0-9/_.-]{1,40}$'),
  told_by           uuid not null references account,
  told_at           timestamptz not null default clock_timestamp()
);
create table incident_report (
  incident_id uuid not null references incident,
  kind        text not null check (kind in ('prompt', 'final')),
  reported_on date not null,
  told_by     uuid not null references account,
  told_at     timestamptz not null default clock_timestamp(),
  primary key (incident_id, kind)
);

-- What a run of the tests said of the plan's promises, as the evidence command found it.
create table control_run (
  id          uuid primary key,
  ran_at      timestamptz not null unique,
  commit_hash text check (commit_hash ~ '^[0-9a-f]{7,64}$'),
  recorded_at timestamptz not null default clock_timestamp()
);
create table control_outcome (
  run_id     uuid not null references control_run,
  control_id text not null check (control_id ~ '^[A-Z]\d{1,2}$'),
  is_proven  boolean not null,
  is_drill   boolean not null,
  passed     integer not null check (passed >= 0),
  primary key (run_id, control_id)
);

-- What the authority has to look at; once for each thing. Ids and codes, nobody's name.
create table oversight_alert (
  id        uuid primary key,
  kind      text not null check (kind in ('manyReads', 'reviewLate', 'reportLate')),
  -- the account, the emergency access or the incident
  about_id  text not null check (char_length(about_id) between 1 and 80),
  office    text not null check (char_length(office) between 1 and 40),
  on_day    date not null,
  raised_at timestamptz not null default clock_timestamp(),
  unique (kind, about_id, on_day)
);

select only_add(t::regclass) from unnest(array['plan_version', 'plan_answer', 'incident',
  'incident_report', 'control_run', 'control_outcome', 'oversight_alert']) t;

grant select on plan_version, plan_answer, incident, incident_report, control_run, control_outcome,
  oversight_alert to sesshu_api, sesshu_authority;
grant insert (municipality_code, version, answer, comment, answered_by) on plan_answer to sesshu_api;
grant insert on incident, incident_report, oversight_alert to sesshu_api;
grant insert on control_run, control_outcome to sesshu_authority;
grant select on municipality, municipality_setting, purpose_rule to sesshu_authority;

-- counts ----------------------------------------------------------------------------------------

-- Register rows of each municipality: how many, never who.
create function residents_counted()
returns table (municipality_code text, residents integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select r.municipality_code, count(*)::int from resident r group by r.municipality_code
$$;

-- Of which version of its municipality's key the residents' keys are.
create function keys_counted()
returns table (municipality_code text, key_version integer, residents integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.municipality_code, k.key_version::int, count(*)::int from resident_key k
   group by k.municipality_code, k.key_version
$$;

-- Who holds which role, in numbers.
create function role_holders()
returns table (role text, office text, accounts integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.role, a.office, count(*)::int from account a where a.disabled_at is null
   group by a.role, a.office
$$;

-- The newest signed head, and what has been chained since and is not signed yet.
create function ledger_standing()
returns table (size bigint, root_hash bytea, signed_at timestamptz, unsigned_rows bigint,
               oldest_unsigned_seconds double precision)
language sql stable security definer set search_path = pg_catalog, public as $$
  with head as (select h.size, h.root_hash, h.signed_at from ledger_head h order by h.size desc limit 1),
       since as (select count(*) as rows, min(l.looked_at) as oldest from access_ledger l
                  where l.seq >= coalesce((select head.size from head), 0))
  select head.size, head.root_hash, head.signed_at, since.rows,
         coalesce(extract(epoch from clock_timestamp() - since.oldest), 0)::double precision
    from since left join head on true
$$;

grant select on ledger_head to sesshu_definer;
grant select (seq, looked_at) on access_ledger to sesshu_definer;
grant select (municipality_code, key_version) on resident_key to sesshu_definer;
grant select (role, office, disabled_at) on account to sesshu_definer;
select let_role('sesshu_definer', 'resident_key', 'select', '{*}', 'any');
grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, 'sesshu_api, sesshu_authority')
  from unnest(array['residents_counted()', 'keys_counted()', 'role_holders()', 'ledger_standing()']) f;
revoke create on schema public from sesshu_definer;
