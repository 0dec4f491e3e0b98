-- What is shown to fewer: where the people of a lot live, and sheets that the register has overtaken.

-- The answer to "is this person protected on that day?" without asking who asks; for functions of ours that
-- show nothing of whom it is about. Everybody else asks protected_under, which is this within the scope.
create function protecting_anywhere(town text, person uuid, on_day date)
returns table (municipality_code text, resident_id uuid)
language plpgsql stable set search_path = pg_catalog, public as $$
declare
  shared bytea;
begin
  return query select * from own_protection(town, person, on_day, true);
  if found then return; end if;
  shared := household_on(town, person, on_day);
  if shared is null then return; end if;
  -- Whoever consents lives elsewhere: a flag of that town says nothing of those at the registered address.
  return query
    select town, person
     where exists (
       select from household_member m
        where m.municipality_code = town and m.household = shared and m.resident_id <> person
          and household_on(town, m.resident_id, on_day) = shared
          and exists (select from own_protection(town, m.resident_id, on_day, false)));
end $$;

-- How many live in the towns of the scope today who were given a lot, exactly; and all others as one sum,
-- without a town and without whoever is protected: where somebody went is nobody's to read from a number.
create function lot_towns(product text, lot text, today date)
returns table (municipality_code text, people int, doses int)
language sql stable security definer set search_path = pg_catalog, public as $$
  with given as (
    select c.id, c.home_municipality_code as home, c.home_resident_id as person, count(*)::int as doses
      from dose d join course c on c.id = d.course_id
     where purpose_is('showTown') and d.product_code = product and d.lot_number = lot
       and d.voided_at is null
     group by c.id
  )
  select case when scope_has(home) then home end, count(*)::int, sum(doses)::int
    from given
   where scope_has(home) or not exists (select from protecting_anywhere(home, person, today))
   group by 1
$$;

grant create on schema public to sesshu_definer;
select give_to_definer('protecting_anywhere(text, uuid, date)', 'sesshu_definer');
select give_to_definer('lot_towns(text, text, date)', 'sesshu_api');
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function lot_towns(text, text);
  create or replace function protected_under(town text, person uuid, on_day date)
  returns table (municipality_code text, resident_id uuid)
  language plpgsql stable security definer set search_path = pg_catalog, public as $body$
  begin
    if not town = any (string_to_array(nullif(current_setting('sesshu.municipality', true), ''), ',')) then
      raise exception 'protected_under: % is not in scope', town;
    end if;
    return query select * from protecting_anywhere(town, person, on_day);
  end $body$;
  execute format('set local role %I', migrating);
end $$;
revoke create on schema public from sesshu_definer;

-- Before a run's file is handed out: does each of its sheets still stand?
select let_role('sesshu_api', t::regclass, 'select', '{printTicket}')
  from unnest('{resident,ticket}'::text[]) t;
