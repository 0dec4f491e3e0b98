-- Waves that two people open, and what they call people up by. See docs/adr/0030-waves-by-two-people.md.

-- groups ----------------------------------------------------------------------------------------

-- What a town's file says of somebody besides the age: the code of the facility that the person lives in,
-- and that of the group that is called early. Codes of the town's own list, never words.
create table resident_group (
  municipality_code text not null,
  resident_id       uuid not null,
  facility_code     text check (facility_code ~ '^[A-Za-z0-9_-]{1,20}$'),
  priority_group    text check (priority_group ~ '^[A-Za-z0-9_-]{1,20}$'),
  told_at           timestamptz not null default now(),
  primary key (municipality_code, resident_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check (facility_code is not null or priority_group is not null)
);
-- a wave of one facility, of one group
create index resident_group_facility on resident_group (municipality_code, facility_code)
  where facility_code is not null;
create index resident_group_priority on resident_group (municipality_code, priority_group)
  where priority_group is not null;

select protect_table('resident_group');
grant select, insert, update, delete on resident_group to sesshu_api, sesshu_import;
select let_role(r, 'resident_group', 'select, insert, update, delete', '{manageRegister}')
  from unnest('{sesshu_api,sesshu_import}'::text[]) r;
select let_role('sesshu_api', 'resident_group', 'select', '{openWave,disclose}');

-- Nobody's group once its person is erased: it would say where somebody lived.
create function erase_resident_group() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  delete from resident_group
   where (municipality_code, resident_id) = (new.municipality_code, new.id);
  return null;
end
$$;
revoke all on function erase_resident_group() from public;
create trigger resident_erased_group after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_resident_group();
grant select (municipality_code, resident_id), delete on resident_group to sesshu_keyd;
select let_role('sesshu_keyd', 'resident_group', 'select, delete', '{erase}');
