-- The access ledger read: by anybody as bare hashes, by a resident as the looks at them, by the
-- authority as what one account has looked at.

-- Under which name and key the heads are signed. A second row means that the ledger was restored into
-- another data dir and goes on as a log of its own: a witness of the first refuses the second.
create table ledger_log (
  origin     text primary key check (char_length(origin) between 1 and 120),
  public_key text not null check (char_length(public_key) <= 300),
  began_at   timestamptz not null default clock_timestamp()
);
grant select, insert on ledger_log to sesshu_sealer;
grant select on ledger_log to sesshu_api, sesshu_authority, sesshu_monitor;

-- Every look is a row that lives for a second: without this, the oldest one is looked for among
-- millions of dead ones.
alter table ledger_inbox set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 100000);

-- Leaf hashes for a witness: no column of a row is in the answer, and a hash over a random id cannot
-- be guessed. Nothing above the newest signed head: that is not said to anybody yet.
create function ledger_leaves(p_from bigint, p_to bigint)
returns table (seq bigint, leaf_hash bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
  select l.seq, l.leaf_hash
    from public.access_ledger l
   where l.seq >= p_from
     and l.seq < least(p_to, p_from + 8192, (select max(h.size) from public.ledger_head h))
   order by l.seq
$$;
revoke execute on function ledger_leaves(bigint, bigint) from public;
grant execute on function ledger_leaves(bigint, bigint) to sesshu_api;

-- The looks at one person, newest first, chained or not: by the rows that registers keep of them and by
-- their course. Nobody who looked is named, only their role and office.
create function looks_at(p_municipalities text[], p_residents uuid[], p_course uuid, p_limit int)
returns table (looked_at timestamptz, actor_role text, office text, purpose text,
               municipality_code text, fields text[], legal_basis text, is_break_glass boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  with register as (
    select * from unnest(p_municipalities, p_residents) as r (municipality_code, resident_id)),
  seen as (
    select l.id, l.looked_at, l.actor_role, l.office, l.purpose, l.municipality_code, l.fields,
           l.legal_basis, l.break_glass_id
      from public.access_ledger l join register using (municipality_code, resident_id)
    union
    select l.id, l.looked_at, l.actor_role, l.office, l.purpose, l.municipality_code, l.fields,
           l.legal_basis, l.break_glass_id
      from public.access_ledger l where l.course_id = p_course
    union
    select i.id, i.looked_at, i.actor_role, i.office, i.purpose, i.municipality_code, i.fields,
           i.legal_basis, i.break_glass_id
      from public.ledger_inbox i
     where i.course_id = p_course
        or (i.municipality_code, i.resident_id) in (select * from register))
  select s.looked_at, s.actor_role, s.office, s.purpose, s.municipality_code, s.fields,
         s.legal_basis, s.break_glass_id is not null
    from seen s order by s.looked_at desc, s.id limit p_limit
$$;
revoke execute on function looks_at(text[], uuid[], uuid, int) from public;
grant execute on function looks_at(text[], uuid[], uuid, int) to sesshu_api, sesshu_authority;

-- Accounts that looked at many people between two instants. Processes and tablets are left out: they
-- read by the thousand, and only what stands before them.
create function busy_readers(p_from timestamptz, p_to timestamptz, p_at_least int)
returns table (actor text, actor_role text, office text, reads int, people int, purposes text[])
language sql stable security definer set search_path = pg_catalog, public as $$
  with looked as (
    select l.actor, l.actor_role, l.office, l.purpose, l.municipality_code, l.resident_id, l.course_id
      from public.access_ledger l where l.looked_at >= p_from and l.looked_at < p_to
    union all
    select i.actor, i.actor_role, i.office, i.purpose, i.municipality_code, i.resident_id, i.course_id
      from public.ledger_inbox i where i.looked_at >= p_from and i.looked_at < p_to)
  select k.actor, k.actor_role, k.office, count(*)::int,
         count(distinct coalesce(k.municipality_code || '/' || k.resident_id, k.course_id::text))::int,
         array_agg(distinct k.purpose order by k.purpose)
    from looked k
   where k.actor_role not in ('process', 'device')
   group by k.actor, k.actor_role, k.office
  having count(*) >= p_at_least
   order by count(*) desc, k.actor
$$;
revoke execute on function busy_readers(timestamptz, timestamptz, int) from public;
grant execute on function busy_readers(timestamptz, timestamptz, int)
  to sesshu_api, sesshu_authority, sesshu_monitor;
-- what was looked at on one day, whoever looked; rows come in nearly in that order
create index access_ledger_looked_at on access_ledger using brin (looked_at);
