-- What registers tell besides moves: births (出生), removals ex officio (職権消除) and their restoration
-- (職権回復); and two register rows that people, not a rule, say are one person's.
-- See docs/adr/0029-what-registers-tell.md.

alter table register_event
  drop constraint register_event_kind_check,
  add constraint register_event_kind_check check (kind in ('moveOutNotified', 'movedIn', 'moveCancelled',
    'addressChanged', 'deceased', 'movedAbroad', 'protected', 'born', 'removed', 'restored'));

insert into task_kind values ('possiblySamePerson');

grant create on schema public to sesshu_definer;

-- In the place of the one of 0013: what a course's present home is told of moves and deaths knows the
-- further kinds. A protection is told to nobody but the town that grants it.
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function linked_events(uuid);
  execute format('set local role %I', migrating);
end $$;
create function linked_events(of_course uuid)
returns table (municipality_code text, kind text, effective_on date, recorded_on date,
               recorded_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select e.municipality_code, e.kind, e.effective_on, e.recorded_on, e.recorded_at
    from course_link l
    join register_event e on (e.municipality_code, e.resident_id) = (l.municipality_code, l.resident_id)
   where l.course_id = of_course and is_at_home(of_course)
     and e.kind in ('moveOutNotified', 'movedIn', 'moveCancelled', 'movedAbroad', 'deceased', 'born',
                    'removed', 'restored')
$$;

select give_to_definer(f::regprocedure, callers) from (values
  ('linked_events(uuid)', 'sesshu_api')) given (f, callers);
revoke create on schema public from sesshu_definer;
