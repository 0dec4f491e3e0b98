-- A look stands in its transaction until that commits: a register of a million people leaves looks that are
-- minutes old when they are first seen, and nobody has kept them waiting. The sealer says when it last found
-- nothing to chain; what was committed after that has waited since then at most.
create table ledger_drained (
  only_row boolean primary key default true check (only_row),
  at       timestamptz not null
);
insert into ledger_drained (at) values ('-infinity');

grant select, update (at) on ledger_drained to sesshu_sealer;
grant select on ledger_drained to sesshu_definer;

-- The function is the definer's, and so is the right to say it anew.
grant create on schema public to sesshu_definer;
set local role sesshu_definer;
create or replace function ledger_lag_seconds() returns double precision
language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce((
    select extract(epoch from clock_timestamp() - greatest(oldest.looked_at, drained.at))
      from (select looked_at from public.ledger_inbox order by looked_at limit 1) oldest,
           public.ledger_drained drained), 0)::double precision
$$;
reset role;
revoke create on schema public from sesshu_definer;

-- After many rows at once the planner has to hear of them: it would go on reading them as if there were none.
grant maintain on resident, person, residence, resident_key, ticket, ledger_inbox, access_ledger,
  import_before, resident_group to sesshu_import;
