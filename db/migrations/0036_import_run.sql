-- The run of an import: what is wished of it, how far it is, and what it cost the clerk. What a file is and
-- what came of its rows stands in import_file (0035). Nothing here names a resident.

-- How one register system writes one kind of file, once a clerk of the town confirmed it.
create table file_profile (
  municipality_code text not null references municipality(code),
  id            uuid not null,
  layout        text not null check (layout in ('residentRegister', 'ticketNumbers', 'myNumberLinks', 'moves',
                                                'deaths', 'protections', 'doses')),
  name          text not null check (char_length(name) between 1 and 100),
  -- as domain/municipal-file.ts has it; names of columns, never of people
  profile       jsonb not null,
  confirmed_by  text not null check (char_length(confirmed_by) between 1 and 80),
  confirmed_at  timestamptz not null default clock_timestamp(),
  primary key (municipality_code, id),
  -- the newest word of a town holds
  unique (municipality_code, layout, name)
);

create table import_run (
  municipality_code text not null,
  import_id     uuid not null,
  received_on   date not null,
  -- what the sender said that it is
  layout_asked  text check (layout_asked in ('residentRegister', 'ticketNumbers', 'myNumberLinks', 'moves', 'deaths',
                                             'protections', 'doses')),
  -- unknown: nobody looked; known: canonical or the town's; guessed: enough to be read, to be confirmed before
  -- it is applied; needed: a clerk has to say which column is which
  layout_state  text not null default 'unknown' check (layout_state in ('unknown', 'known', 'guessed', 'needed')),
  profile_id    uuid,
  -- beside what was asked, when it was something else
  wish          text check (wish in ('apply', 'discard', 'undo')),
  is_paused     boolean not null default false,
  -- what a run holds back for a clerk's hands was made for this state
  results_for   text check (results_for in ('reviewed', 'applied')),
  phase         text check (phase in ('guess', 'review', 'apply', 'undo', 'results')),
  done          bigint not null default 0 check (done >= 0),
  -- of `done`, as far as it is known: bytes of the file, or rows
  total         bigint not null default 0 check (total >= 0),
  rows_done     bigint not null default 0 check (rows_done >= 0),
  phase_began_at timestamptz,
  progress_at   timestamptz,
  -- the step failed so often, for this reason, and is tried again
  trouble       text check (trouble ~ '^[A-Za-z][A-Za-z0-9_]{0,59}$'),
  tries         int not null default 0 check (tries >= 0),
  -- raised with every wish; the importer tells the workflow of it
  news          int not null default 1 check (news > 0),
  news_told     int not null default 0,
  primary key (municipality_code, import_id),
  foreign key (municipality_code, import_id) references import_file(municipality_code, id) on delete cascade,
  foreign key (municipality_code, profile_id) references file_profile(municipality_code, id)
);
-- the importer: what its workflow has not heard
create index import_run_untold on import_run (import_id) where news_told < news;

-- What a clerk did for an import: each press, and each minute in which its page was looked at. From these
-- alone `clerkEffort` is counted. Programs do not count.
create table import_press (
  id            uuid primary key default gen_random_uuid(),
  municipality_code text not null,
  import_id     uuid not null,
  press         text not null check (press in ('upload', 'layout', 'decide', 'apply', 'discard', 'undo', 'pause',
                                               'resume')),
  -- how many questions it answered
  decisions     int not null default 0 check (decisions >= 0),
  pressed_by    uuid not null,
  pressed_at    timestamptz not null default clock_timestamp(),
  foreign key (municipality_code, import_id) references import_file(municipality_code, id) on delete cascade
);
-- a town's effort
create index import_press_town on import_press (municipality_code);

create table import_minute (
  municipality_code text not null,
  import_id     uuid not null,
  looked_by     uuid not null,
  minute        timestamptz not null,
  primary key (municipality_code, import_id, looked_by, minute),
  foreign key (municipality_code, import_id) references import_file(municipality_code, id) on delete cascade
);

select protect_table(t::regclass)
  from unnest('{file_profile,import_run,import_press,import_minute}'::text[]) t;

grant select, insert, update on file_profile to sesshu_api;
grant select on file_profile to sesshu_import;
grant select, insert, update on import_run to sesshu_api, sesshu_import;
grant select, insert on import_press, import_minute to sesshu_api;

select let_role('sesshu_api', 'file_profile', 'select, insert, update', '{runImport}');
select let_role('sesshu_import', 'file_profile', 'select', '{runImport}');
select let_role(r, 'import_run', 'select, insert, update', '{runImport}')
  from unnest('{sesshu_api,sesshu_import}'::text[]) r;
select let_role('sesshu_api', t::regclass, 'select, insert', '{runImport}')
  from unnest('{import_press,import_minute}'::text[]) t;
-- the town's page: what imports cost its clerks
select let_role('sesshu_api', t::regclass, 'select', '{showTown}')
  from unnest('{import_press,import_minute}'::text[]) t;
-- Whose import it is, and what a workflow has not heard: random ids.
select let_role('sesshu_import', 'import_run', 'select, update', '{tellImports}', 'any');
select let_role('sesshu_api', 'import_run', 'select', '{tellImports}', 'any');
-- The rest is decided the same way: rows by their number, no cell is opened.
select let_role('sesshu_api', 'import_note', 'select', '{runImport}');
