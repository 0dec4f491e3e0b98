-- A refusal ends with a dose, what is said twice under one id is kept once, and an erasure reaches scans
-- that came back late.

-- Since when somebody does not wish: the first day on which a dose contradicts it. It travels with the
-- course; plans are made from it, and `closed_because` follows.
alter table course add column declined_from date;
do $$
declare
  seen bigint;
begin
  select count(*) into seen from course;
  perform assert_saw('course', seen);
end $$;
-- A dose of that very day that was known when it was said does not contradict it.
update course c
   set declined_from = coalesce(
     (select case when exists (select from dose d where d.course_id = c.id and d.given_on = m.said_on
                                  and d.recorded_at < m.said_at)
             then m.said_on + 1 else m.said_on end
        from course_link l
        join resident_message m
          on (m.municipality_code, m.resident_id) = (l.municipality_code, l.resident_id)
       where l.course_id = c.id and m.kind = 'declines' and m.ended_on is null
       order by m.said_at desc limit 1),
     c.updated_at::date)
 where c.closed_because = 'declined';

-- A refusal that a dose contradicts is over on that day; the dose voided, it holds again. Whoever plans
-- the course calls it, for whatever town the person said it to.
create function settle_refusal(course uuid, ends_on date) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
  update resident_message m
     set ended_on = ends_on, ended_by = case when ends_on is not null then 'system' end
    from course_link l
   where l.course_id = course and m.kind = 'declines'
     and (m.municipality_code, m.resident_id) = (l.municipality_code, l.resident_id)
     and exists (select from course c where c.id = course and scope_has(c.home_municipality_code)
                    and (c.closed_because is not distinct from 'declined') = (ends_on is null))
     and case when ends_on is not null then m.ended_on is null
              else m.ended_by = 'system' and not exists (
                select from resident_message later
                 where (later.municipality_code, later.resident_id, later.kind)
                     = (m.municipality_code, m.resident_id, m.kind) and later.said_at > m.said_at)
         end
$$;
grant select (closed_because) on course to sesshu_definer;
grant select (municipality_code, resident_id, kind, said_at, ended_on, ended_by),
  update (ended_on, ended_by) on resident_message to sesshu_definer;
select let_role('sesshu_definer', 'resident_message', 'select, update', '{*}', 'any');
grant create on schema public to sesshu_definer;
select give_to_definer('settle_refusal(uuid, date)', 'sesshu_api, sesshu_worker');
revoke create on schema public from sesshu_definer;

-- Said again under the same id, it gets the same answer: what was said, whole, and what was answered.
alter table resident_message
  add column body_digest blind_index,
  add column reminders_wait_until date;

-- A scan that came back late names a sheet under seal; by its index an erasure finds it. What was reported
-- before has none, and loses what it names with the year.
alter table scan_conflict
  add column ticket_town  text check (ticket_town ~ '^\d{6}$'),
  add column ticket_index blind_index,
  add check ((ticket_town is null) = (ticket_index is null)),
  -- settled, it leads to nobody
  add check (settled_at is null or ticket_index is null);
create index scan_conflict_ticket on scan_conflict (ticket_town, ticket_index)
  where ticket_index is not null;

-- As the sheets and the told doses: a trigger, so that every way to erase somebody comes by here; before
-- the sheets themselves lose their index. The venue may be another town's.
create function erase_conflicts() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update scan_conflict c
     set ticket_read = null, birth_stated = null, ticket_town = null, ticket_index = null
    from ticket t
   where t.municipality_code = new.municipality_code and t.resident_id = new.id
     and c.ticket_town = t.municipality_code and c.ticket_index = t.number_index;
  return null;
end
$$;
revoke all on function erase_conflicts() from public;
create trigger resident_erased_conflicts after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_conflicts();
grant execute on function erase_conflicts() to sesshu_keyd;
grant select (ticket_town, ticket_index), update (ticket_read, birth_stated, ticket_town, ticket_index)
  on scan_conflict to sesshu_keyd;
select let_role('sesshu_keyd', 'scan_conflict', 'select, update', '{erase}', 'any');
grant update (ticket_town, ticket_index) on scan_conflict to sesshu_api, sesshu_worker;
