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

-- waves -----------------------------------------------------------------------------------------

-- How fast waves open, all towns' together, and where they wait. One row.
create table wave_setting (
  only_row                    boolean primary key default true check (only_row),
  courses_per_second          int not null default 50 check (courses_per_second between 1 and 1000),
  -- a wave waits while more news waits for Temporal, or older news
  waiting_news_at_most        int not null default 1000 check (waiting_news_at_most > 0),
  oldest_news_seconds_at_most int not null default 30 check (oldest_news_seconds_at_most > 0),
  -- true of a demo's database alone, whose people are made up: a program opens waves at once. No process
  -- may change it.
  one_opens                   boolean not null default false,
  -- whoever opens a chunk holds this row, so that two processes keep one pace
  next_chunk_at               timestamptz not null default clock_timestamp()
);
insert into wave_setting default values;
grant select, update (courses_per_second, waiting_news_at_most, oldest_news_seconds_at_most, next_chunk_at)
  on wave_setting to sesshu_api;

-- Made by one person, released by another, then opened. Of a wave that was opened at once by a program
-- nothing of that is known.
alter table wave
  alter column born_on_or_before drop not null,
  alter column opened_on drop not null,
  alter column opened_at drop not null,
  add column facility_code    text check (facility_code ~ '^[A-Za-z0-9_-]{1,20}$'),
  add column priority_group   text check (priority_group ~ '^[A-Za-z0-9_-]{1,20}$'),
  add column made_at          timestamptz not null default now(),
  -- null until a person stands for what a program told
  add column made_by          uuid references account,
  -- as last counted: surely called up; as many at most; called up, and have a course already
  add column counted_at_least int check (counted_at_least >= 0),
  add column counted_at_most  int check (counted_at_most >= counted_at_least),
  add column counted_already  int check (counted_already >= 0),
  add column counted_at       timestamptz,
  add column released_by      uuid references account,
  add column released_at      timestamptz,
  add column paused_by        uuid references account,
  add column paused_at        timestamptz,
  add column withdrawn_by     uuid references account,
  add column withdrawn_at     timestamptz,
  -- its latest chunk: waves take turns
  add column chunk_at         timestamptz,
  add check (born_on_or_before is not null or facility_code is not null or priority_group is not null),
  add check ((counted_at is null) = (counted_at_least is null)
             and (counted_at is null) = (counted_at_most is null)
             and (counted_at is null) = (counted_already is null)),
  -- two people, and neither is a program
  add constraint wave_released_by_another
    check (released_by is null or (made_by is not null and released_by <> made_by)),
  add check ((released_by is null) = (released_at is null)),
  add check ((paused_by is null) = (paused_at is null)),
  add check ((withdrawn_by is null) = (withdrawn_at is null)),
  add check (released_at is null or counted_at is not null);
-- what is to be opened
create index wave_opening on wave (released_at)
  where released_at is not null and completed_at is null and paused_at is null and withdrawn_at is null;
-- page: the waves of a town
create index wave_town on wave (municipality_code, made_at);

-- Nothing opens that two people have not agreed on, and what they agreed on stays as it was.
create function keep_wave() returns trigger
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
           and (new.released_by, new.released_at) is distinct from (old.released_by, old.released_at)) then
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
revoke all on function keep_wave() from public;
create trigger wave_kept before insert or update on wave for each row execute function keep_wave();

select let_role('sesshu_api', 'wave', 'select', '{showTown}');

-- What is to be opened now, of whatever town, the one that has waited longest first.
grant select (id, municipality_code, released_at, completed_at, paused_at, withdrawn_at, chunk_at) on wave
  to sesshu_definer;
select let_role('sesshu_definer', 'wave', 'select', '{*}', 'any');
create function waves_to_open() returns table (wave_id uuid, municipality_code text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select w.id, w.municipality_code from wave w
   where w.released_at is not null and w.completed_at is null and w.paused_at is null
     and w.withdrawn_at is null
   order by w.chunk_at nulls first, w.released_at
$$;

-- ready -----------------------------------------------------------------------------------------

-- How far a town's register is: everybody in it, and those who are called up first, by age class.
grant select (municipality_code, resident_id, revoked_on) on ticket to sesshu_definer;
grant select (age_class, age_class_on) on resident to sesshu_definer;
select let_role('sesshu_definer', 'ticket', 'select', '{*}', 'any');
create function town_readiness(town text, days date[], classes int[])
returns table (residents int, with_ticket int, with_my_number int, first_called int, first_with_ticket int)
language sql stable security definer set search_path = pg_catalog, public as $$
  with one as (
    select exists (select from ticket t where (t.municipality_code, t.resident_id) = (r.municipality_code, r.id)
                                          and t.revoked_on is null) as has_ticket,
           exists (select from my_number n
                    where (n.municipality_code, n.resident_id) = (r.municipality_code, r.id)) as has_number,
           coalesce(r.age_class >= (select w.least from unnest(days, classes) w(on_day, least)
                                     where w.on_day = r.age_class_on), false) as is_first
      from resident r
     where purpose_is('showTown') and scope_has(town)
       and r.municipality_code = town and r.status = 'registered')
  select count(*)::int, (count(*) filter (where has_ticket))::int,
         (count(*) filter (where has_number))::int, (count(*) filter (where is_first))::int,
         (count(*) filter (where is_first and has_ticket))::int
    from one
$$;
grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, 'sesshu_api')
  from unnest('{waves_to_open(),"town_readiness(text, date[], int[])"}'::text[]) f;
revoke create on schema public from sesshu_definer;
