-- Mends around files that come in and go out. See docs/adr/0039-files-that-are-overtaken.md.

-- files that are overtaken ------------------------------------------------------------------------------

-- Somebody erased or protected while a file is being made may have been read already: the file is made
-- anew. Counted, so that whoever makes it sees that it happened since the file was taken in hand.
alter table office_file
  add column overtaken int not null default 0 check (overtaken >= 0),
  -- cells cut because the layout gives them no more room
  add column shortened int not null default 0 check (shortened >= 0),
  -- nobody binds pages that nobody fetched
  add constraint office_file_bound_was_fetched
    check (kind <> 'registerPrint' or done_at is null or fetched_at is not null) not valid;

create or replace function erase_paper_forms() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update paper_form set number_index = no_index()
   where municipality_code = new.municipality_code and resident_id = new.id;
  return null;
end
$$;

-- One statement for files in both states: a file that becomes `made` meanwhile is waited for, and closed.
create or replace function close_office_files() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update office_file
     set overtaken = overtaken + 1, wrapped = null,
         state = case state when 'made' then 'gone' else state end
   where municipality_code = new.municipality_code and state in ('asked', 'made')
     and kind <> 'statistics';
  return null;
end
$$;
create trigger resident_erased_files after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function close_office_files();
grant select (municipality_code, kind, state, overtaken), update (overtaken, state, wrapped) on office_file
  to sesshu_definer;
grant create on schema public to sesshu_definer;
select give_to_definer('close_office_files()', 'sesshu_api, sesshu_import, sesshu_keyd');
revoke create on schema public from sesshu_definer;

-- No role that only meets such files keeps a right to them, and whoever makes them changes what is made.
revoke select (municipality_code, state, kind), update (state, wrapped) on office_file from sesshu_import;
revoke select (municipality_code, state), update (state, wrapped) on office_file from sesshu_keyd;
revoke update on office_file from sesshu_worker;
grant update (state, refused_because, name, rows, pages, bytes, sha256, lacking, left_out, shortened, made_at,
              key_version, dek_version, wrapped) on office_file to sesshu_worker;

-- What leaves with a stick names nobody: register numbers, doses, tickets. The importer reads for it no
-- names, no addresses and no scans.
delete from purpose_rule
 where role_name = 'sesshu_import' and command = 'select' and purpose = 'returnFiles'
   and table_name in ('person', 'residence', 'scan');
select make_policy(t::regclass, 'sesshu_import', 'select') from unnest('{person,residence,scan}'::text[]) t;

-- waves -------------------------------------------------------------------------------------------------

-- In the place of the one of 0039: the figures that the second person released by stay, too.
create or replace function keep_wave() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  opens boolean;
begin
  if tg_op = 'UPDATE' then
    if (new.id, new.municipality_code, new.born_on_or_before, new.facility_code, new.priority_group)
         is distinct from
       (old.id, old.municipality_code, old.born_on_or_before, old.facility_code, old.priority_group)
       or (old.made_by is not null and new.made_by is distinct from old.made_by)
       or (old.released_at is not null
           and (new.released_by, new.released_at, new.counted_at, new.counted_at_least,
                new.counted_at_most, new.counted_already)
               is distinct from
               (old.released_by, old.released_at, old.counted_at, old.counted_at_least,
                old.counted_at_most, old.counted_already)) then
      raise exception 'waveIsAsMade' using errcode = 'SE002';
    end if;
    opens := (new.courses, new.reached_age_class, new.reached_resident_id, new.completed_at)
               is distinct from
             (old.courses, old.reached_age_class, old.reached_resident_id, old.completed_at);
  else
    opens := new.opened_at is not null;
  end if;
  if opens and (new.paused_at is not null or new.withdrawn_at is not null
                or (new.released_at is null
                    and not exists (select from wave_setting where one_opens))) then
    raise exception 'waveNotReleased' using errcode = 'SE003';
  end if;
  return new;
end $$;

-- Of whoever is linked to another row, the plan says more than "waits".
select let_role('sesshu_api', 'person_link_side', 'select', '{openWave}');

-- files -------------------------------------------------------------------------------------------------

-- Registers on old Unix systems write EUC-JP.
alter table import_file
  drop constraint import_file_encoding_check,
  add constraint import_file_encoding_check
    check (encoding in ('utf-8', 'utf-8-bom', 'cp932', 'euc-jp'));
