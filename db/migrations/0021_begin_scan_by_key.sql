-- The lock of a scan's course goes by the course's own key. Asked as `id = any (array(…))` beside the
-- policy's list of towns, a plan made while the table was nearly empty read every course of the town
-- (measured: 411 rows for one after 400 scans), until the next ANALYZE.
create or replace function begin_scan(town text, sheet bytea, by_actor text, by_role text, by_office text)
returns void language plpgsql set search_path = pg_catalog, public as $$
declare
  person uuid;
  own_course uuid;
begin
  perform set_config('sesshu.municipality', town, true),
          set_config('sesshu.purpose', 'recordDose', true),
          set_config('sesshu.actor', by_actor, true);
  select t.resident_id into person from ticket t
    where t.municipality_code = town and t.number_index = sheet;
  if not found then return; end if;
  perform from resident r where r.municipality_code = town and r.id = person for no key update;
  perform set_config('sesshu.municipality', scan_scope(town, person), true);
  select c.id into own_course
    from course_link l join course c on c.id = l.course_id
    where l.municipality_code = town and l.resident_id = person
      and c.closed_because is distinct from 'merged'
      for update of c;
  insert into ledger_inbox (id, actor, actor_role, office, purpose, municipality_code, resident_id,
                            course_id, fields)
  values (gen_random_uuid(), by_actor, by_role, by_office, 'recordDose', town, person, own_course,
          '{course,doses,notices,registerEvents,tasks,ticket}');
end $$;
