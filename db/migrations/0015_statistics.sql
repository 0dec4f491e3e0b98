-- Statistics: counts of doses, and nothing about anybody. What the state sees of a campaign is here.
--
-- No scan writes here: a worker compares doses with what has been counted, once a minute, and books the
-- difference (db/queries/statistics.ts). A dose that was voided, or a person who moved, is a difference like
-- any other, booked on the day on which it was noticed; so a day that is over never changes again, and
-- what was counted by then can be asked for at any later time with the same answer.

create table statistic (
  issuing_municipality_code text not null references municipality(code),
  -- the day on which the statistics came to know
  counted_on        date not null,
  given_on          date not null,
  recorded_on       date not null,
  -- where the person lived on the day it was counted
  home_municipality_code text not null references municipality(code),
  venue_code        text not null references venue(code),
  product_code      text not null references product(code),
  lot_number        text not null,
  age_band          text not null check (age_band in ('-64', '65-', 'UNK')),
  dose_number       int  not null check (dose_number between 1 and 9),
  -- below 0 when more was taken back than added
  doses             int  not null,
  primary key (issuing_municipality_code, counted_on, given_on, recorded_on, home_municipality_code,
               venue_code, product_code, lot_number, age_band, dose_number)
);

-- How far the counting has come; one row.
create table statistics_upkeep (
  only_one     boolean primary key default true check (only_one),
  counted_to   date not null,
  refreshed_at timestamptz not null default clock_timestamp()
);

-- What everybody may read: released once a week, of doses counted since the release before, so that
-- no dose is in two releases and no two releases can be subtracted. A release is never changed.
create table statistics_release (
  closed_on   date primary key,
  from_on     date not null,
  released_at timestamptz not null default clock_timestamp(),
  check (from_on <= closed_on)
);

-- '00' the state, two digits a prefecture, six a municipality. Where `is_exact` does not hold, figures
-- have been treated (domain/disclosure-control.ts).
create table statistics_area (
  closed_on      date not null references statistics_release(closed_on),
  area_code      text not null check (area_code ~ '^(\d{2}|\d{6})$'),
  is_exact       boolean not null,
  municipalities int not null check (municipalities >= 1),
  primary key (closed_on, area_code)
);

create table statistics_figure (
  closed_on  date not null,
  area_code  text not null,
  -- 3 stands for the third and all later ones
  dose_group int  not null check (dose_group between 1 and 3),
  age_band   text not null check (age_band in ('all', '-64', '65-', 'UNK')),
  -- null: withheld
  doses      int,
  primary key (closed_on, area_code, dose_group, age_band),
  foreign key (closed_on, area_code) references statistics_area(closed_on, area_code)
);

-- The first two digits of a municipality's code are its prefecture's.
create function prefecture_of(municipality_code text) returns text
language sql immutable strict parallel safe
return substr(municipality_code, 1, 2);

-- What the state's role reads: three axes, each by itself, none by municipality.
create view doses_by_issuing_prefecture with (security_barrier) as
  select prefecture_of(issuing_municipality_code) as prefecture_code, counted_on, given_on, recorded_on,
         product_code, age_band, dose_number, sum(doses)::int as doses
    from statistic group by 1, 2, 3, 4, 5, 6, 7 having sum(doses) <> 0;

create view doses_by_home_prefecture with (security_barrier) as
  select prefecture_of(home_municipality_code) as prefecture_code, counted_on, given_on, recorded_on,
         product_code, age_band, dose_number, sum(doses)::int as doses
    from statistic group by 1, 2, 3, 4, 5, 6, 7 having sum(doses) <> 0;

-- For distribution: where doses go. No age and no town of residence.
create view doses_by_venue with (security_barrier) as
  select venue_code, product_code, lot_number, dose_number, given_on, counted_on,
         sum(doses)::int as doses
    from statistic group by 1, 2, 3, 4, 5, 6 having sum(doses) <> 0;

-- The public series by day: of areas that were exact in a release, the doses of that release.
create view published_doses_by_day with (security_barrier) as
  select r.closed_on, a.area_code, s.given_on, s.age_band, least(s.dose_number, 3) as dose_group,
         sum(s.doses)::int as doses
    from statistics_release r
    join statistics_area a on a.closed_on = r.closed_on and a.is_exact and length(a.area_code) = 2
    join statistic s on s.counted_on between r.from_on and r.closed_on
     and a.area_code in ('00', prefecture_of(s.issuing_municipality_code))
   group by 1, 2, 3, 4, 5 having sum(s.doses) <> 0;

grant select on statistics_release, statistics_area, statistics_figure, statistics_upkeep
  to sesshu_api, sesshu_worker, sesshu_statistics, sesshu_authority;
grant select on published_doses_by_day to sesshu_api, sesshu_statistics, sesshu_authority;
grant select on doses_by_issuing_prefecture, doses_by_home_prefecture, doses_by_venue
  to sesshu_statistics;
grant select, insert, update, delete on statistic to sesshu_worker;
grant insert on statistics_release, statistics_area, statistics_figure to sesshu_worker;
grant insert, update on statistics_upkeep to sesshu_worker;

-- A day that is over takes nothing more, whoever writes.
create function refuse_closed_day() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if exists (select from statistics_release
              where closed_on >= least(coalesce(new.counted_on, old.counted_on),
                                       coalesce(old.counted_on, new.counted_on))) then
    raise exception 'the statistics of that day are closed';
  end if;
  return coalesce(new, old);
end $$;
revoke all on function refuse_closed_day() from public;
create trigger statistic_of_open_day before insert or update or delete on statistic
  for each row execute function refuse_closed_day();

-- functions across towns ------------------------------------------------------------------------

grant select (municipality_code) on municipality_setting to sesshu_definer;
grant select (overdue_on) on course to sesshu_definer;

-- The doses recorded by a day, of one prefecture's tickets, as counts.
create function count_doses(up_to date, of_prefecture text)
returns table (issuing_municipality_code text, given_on date, recorded_on date,
               home_municipality_code text, venue_code text, product_code text, lot_number text,
               age_band text, dose_number int, doses int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.issuing_municipality_code, d.given_on, d.recorded_on, c.home_municipality_code,
         d.venue_code, d.product_code, d.lot_number, d.age_band, d.claimed_dose_number, count(*)::int
    from dose d join course c on c.id = d.course_id
   where d.issuing_municipality_code >= of_prefecture
     and d.issuing_municipality_code < of_prefecture || ':'
     and d.voided_at is null and d.recorded_on <= up_to
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9
$$;

-- The start page: all towns together, at this moment.
create function count_live(today date)
returns table (first_doses int, second_doses int, overdue int, held int, waiting int, notices_left int,
               notices_suppressed int, notices_held int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.first, d.second, o.n, s.held, s.waiting, n.gone, n.suppressed, n.held
    from (select (count(*) filter (where claimed_dose_number = 1))::int as first,
                 (count(*) filter (where claimed_dose_number = 2))::int as second
            from dose where voided_at is null) d,
         (select count(*)::int as n from course
           where stage in ('awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp')
             and overdue_on <= today) o,
         (select (count(*) filter (where verdict = 'held'))::int as held,
                 (count(*) filter (where verdict = 'waiting'))::int as waiting
            from scan where verdict in ('held', 'waiting') and resolved_at is null) s,
         (select (count(*) filter (where state = 'left'))::int as gone,
                 (count(*) filter (where state = 'suppressed'))::int as suppressed,
                 (count(*) filter (where state = 'held'))::int as held
            from notice) n
$$;

-- Every town that takes part. Doses and scans by issuer, overdue by residence today.
create function count_towns(today date)
returns table (municipality_code text, first_doses int, second_doses int, overdue int, unresolved int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.municipality_code, coalesce(d.first, 0), coalesce(d.second, 0), coalesce(o.n, 0),
         coalesce(s.n, 0)
    from municipality_setting t
    left join (select issuing_municipality_code as code,
                      (count(*) filter (where claimed_dose_number = 1))::int as first,
                      (count(*) filter (where claimed_dose_number = 2))::int as second
                 from dose where voided_at is null group by 1) d on d.code = t.municipality_code
    left join (select home_municipality_code as code, count(*)::int as n from course
                where stage in ('awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp')
                  and overdue_on <= today group by 1) o on o.code = t.municipality_code
    left join (select issuing_municipality_code as code, count(*)::int as n from scan
                where verdict in ('held', 'waiting') and resolved_at is null
                group by 1) s on s.code = t.municipality_code
$$;

grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, callers) from (values
  ('count_doses(date, text)', 'sesshu_worker'),
  ('count_live(date)', 'sesshu_api'),
  ('count_towns(date)', 'sesshu_api')) given (f, callers);
revoke create on schema public from sesshu_definer;

-- the proof -------------------------------------------------------------------------------------

-- How many rows the CALLER sees in every table of the system; null where it may not even ask. Runs as
-- whoever calls it. A refusal is caught here, so that asking does not fill the server's log.
create function rows_seen() returns table (table_name text, rows bigint)
language plpgsql stable set search_path = pg_catalog, public as $$
begin
  for table_name in
    select c.relname from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname
  loop
    begin
      execute format('select count(*) from public.%I', table_name) into rows;
    exception when insufficient_privilege then
      rows := null;
    end;
    return next;
  end loop;
end $$;
revoke all on function rows_seen() from public;
grant execute on function rows_seen() to sesshu_statistics, sesshu_authority;

-- How many doses a town recorded in 28 days is a town's figure, and to the day; the rest is no business
-- of the state's.
revoke select on municipality_grace, municipality_setting, clock_segment from sesshu_statistics;
