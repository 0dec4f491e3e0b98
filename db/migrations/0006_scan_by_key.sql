-- A scan reads by whole keys only, so that no plan of it depends on how full a table was when the plan
-- was made.

-- Names the purpose and takes the locks of one scan: the person whom a ticket names in its town's
-- register, then that person's course. Whoever opens a course for somebody, or moves somebody, holds
-- the person's lock first, so that a course that does not exist yet is safe too. What is read under
-- the locks is a later statement's: one that waited for a lock still sees the doses as they were
-- before the wait.
create function begin_scan(town text, sheet text) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  person uuid;
begin
  perform set_config('sesshu.municipality', town, true), set_config('sesshu.purpose', 'recordDose', true);
  select t.resident_id into person from ticket t where t.municipality_code = town and t.number = sheet;
  if not found then return; end if;
  perform from resident r where r.municipality_code = town and r.id = person for no key update;
  perform from course c
    where c.id = any (array(select l.course_id from course_link l
                             where l.municipality_code = town and l.resident_id = person))
      and c.closed_because is distinct from 'merged'
      for update;
end
$$;
revoke all on function begin_scan(text, text) from public;
grant execute on function begin_scan(text, text) to sesshu_api;

create index task_course on task (course_id); -- plan of a course: the follow-ups that it was given
