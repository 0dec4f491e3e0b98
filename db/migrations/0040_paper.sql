-- Files and paper that a municipality's clerks take out: return files (CSV), dose forms, the printed
-- vaccination register. Asked for on a page, made by the worker, sealed on disk until they are fetched.
-- See docs/adr/0031-files-and-paper-handed-out.md.

-- One file that somebody asked for. Names nobody; what it holds lies sealed on disk, under a key of its
-- own, and cannot be opened any more once that key is gone.
create table office_file (
  municipality_code text not null references municipality(code),
  id                uuid not null,
  kind              text not null check (kind in ('vaccinationRegister', 'waitingList', 'overdueList',
                      'statistics', 'doseForms', 'registerPrint')),
  -- encoding, period, venue, day: codes and days alone
  asked             jsonb not null check (jsonb_typeof(asked) = 'object'),
  asked_on          date not null,
  -- whoever asked is who looked, though the worker makes it
  asked_by          text not null check (char_length(asked_by) between 1 and 80),
  asked_as          text not null check (char_length(asked_as) between 1 and 40),
  asked_at          timestamptz not null default now(),
  -- what two people agreed to, where the file opens what is sealed of many
  approval_id       uuid,
  state             text not null default 'asked' check (state in ('asked', 'made', 'refused', 'gone')),
  refused_because   text check (refused_because ~ '^[a-zA-Z]{1,40}$'),
  name              text check (name ~ '^[A-Za-z0-9._-]{1,120}$'),
  rows              int check (rows >= 0),
  pages             int check (pages >= 0),
  bytes             bigint check (bytes >= 0),
  sha256            text check (sha256 ~ '^[0-9a-f]{64}$'),
  -- characters that the encoding or the font lacks, as U+20BB7: no name can be read from them
  lacking           text[] not null default '{}',
  -- people who were left out because they are protected
  left_out          int not null default 0 check (left_out >= 0),
  made_at           timestamptz,
  fetched_at        timestamptz,
  done_at           timestamptz,
  done_by           text check (char_length(done_by) between 1 and 80),
  key_version       int,
  dek_version       smallint,
  wrapped           bytea,
  primary key (municipality_code, id),
  check ((state = 'refused') = (refused_because is not null)),
  check (state <> 'made' or (made_at is not null and sha256 is not null and wrapped is not null)),
  check (state <> 'gone' or wrapped is null)
);
-- maker: what is asked for, oldest first; page: the newest of a town
create index office_file_asked on office_file (asked_at) where state = 'asked';
create index office_file_town on office_file (municipality_code, asked_at desc);

-- The dose forms of a file: whose sheet stands on which page, so that a stack that comes back can be
-- compared with what was printed.
create table paper_form (
  municipality_code text not null,
  file_id           uuid not null,
  page              int not null check (page >= 1),
  resident_id       uuid not null,
  number_index      blind_index not null,
  dose_number       int not null check (dose_number between 1 and 9),
  -- the scan that the form became
  scan_id           uuid,
  read_at           timestamptz,
  primary key (municipality_code, file_id, page),
  foreign key (municipality_code, file_id) references office_file(municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((scan_id is null) = (read_at is null))
);
-- erasure and disclosure: the forms of one person
create index paper_form_resident on paper_form (municipality_code, resident_id);

-- The pages of a printed register: by a code that stays as long as the page ends with the same person, and
-- a keyed digest of what stands on it. Names nobody.
create table register_print_page (
  municipality_code text not null,
  file_id           uuid not null,
  position          int not null check (position >= 1),
  code              text not null check (code ~ '^[0-9A-Z]{6}$'),
  digest            blind_index not null,
  is_printed        boolean not null,
  primary key (municipality_code, file_id, position),
  unique (municipality_code, file_id, code),
  foreign key (municipality_code, file_id) references office_file(municipality_code, id)
);

-- An erased person's form names no ticket any more; and no file in which they may stand can be opened.
create function erase_paper_forms() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update paper_form set number_index = no_index()
   where municipality_code = new.municipality_code and resident_id = new.id;
  update office_file set state = 'gone', wrapped = null
   where municipality_code = new.municipality_code and state = 'made';
  return null;
end
$$;
revoke all on function erase_paper_forms() from public;
create trigger resident_erased_paper after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_paper_forms();

-- Whoever is protected from now on stands in no file that can still be opened: it is made anew without them.
create function close_office_files() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update office_file set state = 'gone', wrapped = null
   where municipality_code = new.municipality_code and state = 'made' and kind <> 'statistics';
  return null;
end
$$;
revoke all on function close_office_files() from public;
create trigger protection_closes_files after insert or update on protection
  for each row execute function close_office_files();
grant select (municipality_code, state, kind), update (state, wrapped) on office_file to sesshu_import;
grant select (municipality_code, resident_id), update (number_index) on paper_form to sesshu_keyd;
grant select (municipality_code, state), update (state, wrapped) on office_file to sesshu_keyd;

grant select, insert on office_file to sesshu_api;
grant update (state, wrapped, fetched_at, done_at, done_by) on office_file to sesshu_api;
grant select, update on office_file to sesshu_worker;
grant select, update (scan_id, read_at) on paper_form to sesshu_api;
grant select, insert, delete on paper_form to sesshu_worker;
grant select on register_print_page to sesshu_api;
grant select, insert, delete on register_print_page to sesshu_worker;

select protect_table('paper_form');
select let_role('sesshu_api', 'paper_form', 'select, update', '{printPaper}');
select let_role('sesshu_api', 'paper_form', 'select', '{disclose}');
select let_role('sesshu_worker', 'paper_form', 'select, insert, delete', '{printPaper}');
select let_role('sesshu_keyd', 'paper_form', 'select, update', '{erase}');
select let_role('sesshu_worker', 'paper_form', 'select, delete', '{retain}', 'any');

-- What the files are made of: the town's own rows, and of an earlier town what a course's link lets through.
-- Of the present home alone, as linked_doses does; for many people at once. `kept_under` is the row under
-- which the own town keeps a dose.
create function recorded_doses(town text, people uuid[])
returns table (resident_id uuid, id uuid, claimed_dose_number int, given_on date, product_code text,
               lot_number text, municipality_code text, kept_under uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  with linked as (
    select l.resident_id, l.course_id,
           (c.home_municipality_code, c.home_resident_id) = (l.municipality_code, l.resident_id) as is_home
      from course_link l join course c on c.id = l.course_id
     where scope_has(town) and purpose_is('returnFiles', 'printPaper')
       and l.municipality_code = town and l.resident_id = any (people)
  )
  select k.resident_id, d.id, d.claimed_dose_number, d.given_on, d.product_code, d.lot_number,
         d.municipality_code, case when d.municipality_code = town then d.resident_id end
    from linked k join dose d on d.course_id = k.course_id
   where d.voided_at is null
     and ((d.municipality_code, d.resident_id) = (town, k.resident_id)
          or (k.is_home and exists (
                select from course_link other
                 where (other.municipality_code, other.resident_id, other.course_id)
                     = (d.municipality_code, d.resident_id, d.course_id))))
$$;
revoke all on function recorded_doses(text, uuid[]) from public;
grant create on schema public to sesshu_definer;
select give_to_definer('recorded_doses(text, uuid[])', 'sesshu_worker, sesshu_import');
revoke create on schema public from sesshu_definer;
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  grant execute on function protected_under(text, uuid, date) to sesshu_import;
  execute format('set local role %I', migrating);
end $$;

-- The own doses' venue, ticket and moment of recording; scans whose ticket nobody holds yet.
grant select (id, municipality_code, resident_id, issuing_municipality_code, ticket_index, venue_code,
              claimed_dose_number, recorded_at, recorded_on, voided_at) on dose to sesshu_worker, sesshu_import;
grant select (id, issuing_municipality_code, verdict, slip_kind, claimed_dose_number, given_on,
              venue_code, product_code, lot_number, received_at, resolved_at, ticket_number,
              birth_year_stated) on scan to sesshu_worker, sesshu_import;
grant select on resident, person, residence, resident_key, ticket to sesshu_import;
grant select on course to sesshu_import;
grant select (municipality_code, course_id, state, left_on, channel) on notice to sesshu_import;
grant select on statistics_release, statistics_area, statistics_figure to sesshu_import;

select let_role(r, t::regclass, 'select', '{returnFiles}')
  from unnest('{sesshu_worker,sesshu_import}'::text[]) r,
       unnest('{resident,person,residence,resident_key,ticket,dose,scan,course,notice}'::text[]) t;
select let_role('sesshu_worker', t::regclass, 'select', '{printPaper}')
  from unnest('{resident,person,resident_key,ticket,dose,course}'::text[]) t;
-- A form that comes back: is its ticket one that was printed?
select let_role('sesshu_api', 'resident', 'select', '{printPaper}');
