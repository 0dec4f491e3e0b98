-- A register tells My Numbers. Whether a number is news is answered without an HMAC leaving the table:
-- of each row of one town's register only the word for it, of whoever else has the number nothing but
-- that there is somebody. What the unique key would say at the insert anyway.
create function my_number_outcomes(town text, numbers text[], hmacs bytea[])
returns table (register_number text, outcome text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select told.number,
         case when mine.hmac = told.hmac then 'same'
              when exists (select from public.my_number n
                            where n.municipality_code = town and n.hmac = told.hmac) then 'taken'
              when mine.hmac is null then 'new'
              else 'changed' end
    from unnest(numbers, hmacs) as told (number, hmac)
    left join public.resident r
           on r.municipality_code = town and r.register_number = told.number
    left join public.my_number mine
           on mine.municipality_code = town and mine.resident_id = r.id
$$;
revoke execute on function my_number_outcomes from public;
grant execute on function my_number_outcomes to sesshu_api, sesshu_import;

-- Row security, where it has come (0013).
do $$
begin
  if to_regprocedure('public.protect_table(regclass)') is null then return; end if;
  grant select (municipality_code, id, register_number) on resident to sesshu_definer;
  perform let_role('sesshu_definer', 'resident', 'select', '{*}', 'any');
  grant create on schema public to sesshu_definer;
  perform give_to_definer('my_number_outcomes(text, text[], bytea[])', 'sesshu_api, sesshu_import');
  revoke create on schema public from sesshu_definer;
end $$;
