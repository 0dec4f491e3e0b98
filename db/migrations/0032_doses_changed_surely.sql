-- A visit without a dose that was recorded in error is taken back: the row stays, counts no more, and its
-- slip is free again. See docs/adr/0020-changing-a-dose.md.

alter table screening
  add column voided_at timestamptz,
  add column voided_by text check (char_length(voided_by) between 1 and 80),
  -- a code of domain/dose-change.ts
  add column void_reason text check (char_length(void_reason) between 1 and 40),
  add check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (void_reason is null));

grant update (voided_at, voided_by, void_reason) on screening to sesshu_api;
select let_role('sesshu_api', 'screening', 'select, update', '{changeDose}');

-- Across towns ------------------------------------------------------------------------------------------

grant select (id, scan_id, voided_at) on screening to sesshu_definer;
grant select (id) on scan to sesshu_definer;
grant create on schema public to sesshu_definer;

-- Where a screening is kept, whose town issued its sheet, and where its person's course is at home: ids
-- alone, asked town by town as a dose's place is.
create function screening_place(wanted uuid)
returns table (municipality_code text, resident_id uuid, issuing_municipality_code text,
               home_municipality_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.municipality_code, k.resident_id, n.issuing_municipality_code,
         (select c.home_municipality_code from course_link l join course c on c.id = l.course_id
           where (l.municipality_code, l.resident_id) = (k.municipality_code, k.resident_id)
             and c.closed_because is distinct from 'merged' limit 1)
    from municipality m
    cross join lateral (select s.municipality_code, s.resident_id, s.scan_id from screening s
                         where s.municipality_code = m.code and s.id = wanted offset 0) k
    join scan n on n.id = k.scan_id
   where purpose_is('changeDose')
$$;
select give_to_definer('screening_place(uuid)', 'sesshu_api');

-- The last visit without a dose that counts, whatever town it was told to.
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function linked_last_screening(uuid);
  execute format('set local role %I', migrating);
end $$;
create function linked_last_screening(of_course uuid) returns date
language sql stable security definer set search_path = pg_catalog, public as $$
  select max(s.screened_on)
    from course_link l
    join screening s on (s.municipality_code, s.resident_id) = (l.municipality_code, l.resident_id)
   where l.course_id = of_course and s.voided_at is null and is_at_home(of_course)
$$;
select give_to_definer('linked_last_screening(uuid)', 'sesshu_api, sesshu_worker');

revoke create on schema public from sesshu_definer;
