-- Letters that came back, addresses that a clerk found with a legal ground, and the telephone after the last
-- reminder. See docs/adr/0037-returned-post-and-the-telephone.md.

insert into task_kind values ('addressReturned');

-- The day since which no letter leaves to this person here: one came back, and nobody knows better yet. What
-- came back stands in returned_letter; this is what every plan reads.
alter table resident add column address_stopped_on date;

-- returned post ---------------------------------------------------------------------------------

-- One letter that came back. Its task bears this id as its occasion.
create table returned_letter (
  municipality_code text not null,
  id                uuid not null unique,
  resident_id       uuid not null,
  -- a letter's attempt, or a sheet of tickets
  letter_id         uuid not null,
  notice_id         uuid,
  reason            text not null check (reason ~ '^[a-zA-Z]{1,40}$'),
  -- since when the letter bore the address that was wrong: what the register told later is news
  sent_at           timestamptz not null,
  sent_on           date not null,
  returned_on       date not null,
  returned_at       timestamptz not null default clock_timestamp(),
  entered_by        text not null check (char_length(entered_by) between 1 and 80),
  -- whether letters wait for a better address
  stops             boolean not null,
  ended_on          date,
  ended_at          timestamptz,
  ended_by          text check (char_length(ended_by) between 1 and 80),
  ended_because     text check (ended_because ~ '^[a-zA-Z]{1,40}$'),
  primary key (municipality_code, id),
  -- scanned twice, it came back once
  unique (municipality_code, letter_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((ended_at is null) = (ended_on is null) and (ended_at is null) = (ended_by is null)
         and (ended_at is null) = (ended_because is null))
);
-- the page, and the keeper that looks for news of the register
create index returned_letter_open on returned_letter (municipality_code, returned_on) where ended_at is null;
-- the seal, erasure and disclosure: one person's
create index returned_letter_resident on returned_letter (municipality_code, resident_id);

-- Where letters go instead of the registered address, entered by a clerk on a legal ground. The newest that
-- has begun and not ended counts.
create table forwarding_address (
  municipality_code text not null,
  id                uuid not null,
  resident_id       uuid not null,
  from_on           date not null,
  until_on          date check (until_on >= from_on),
  ground            text not null check (ground ~ '^[a-zA-Z]{1,40}$'),
  address           sealed not null,
  entered_on        date not null,
  entered_at        timestamptz not null default clock_timestamp(),
  entered_by        text not null check (char_length(entered_by) between 1 and 80),
  ended_on          date,
  ended_by          text check (char_length(ended_by) between 1 and 80),
  primary key (municipality_code, id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id),
  check ((ended_on is null) = (ended_by is null))
);
create index forwarding_address_resident on forwarding_address (municipality_code, resident_id);

-- the telephone ---------------------------------------------------------------------------------

-- A number that the person, the family or the own papers gave; no register of residents has one. Deleted when
-- it turns out to be wrong.
create table contact_phone (
  municipality_code text not null,
  resident_id       uuid not null,
  number            sealed not null,
  source            text not null check (source ~ '^[a-zA-Z]{1,40}$'),
  entered_on        date not null,
  entered_by        text not null check (char_length(entered_by) between 1 and 80),
  primary key (municipality_code, resident_id),
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);

-- How far somebody is with a task that is done on the telephone: whose it is, and when to try again.
create table follow_up_work (
  municipality_code text not null,
  task_id           uuid not null,
  holder            uuid references account,
  held_at           timestamptz,
  next_try_on       date,
  tries             int not null default 0 check (tries >= 0),
  primary key (municipality_code, task_id),
  foreign key (municipality_code, task_id) references task(municipality_code, id) on delete cascade,
  check ((holder is null) = (held_at is null))
);

-- One call, and what came of it in a word of domain/follow-up-call.ts. No free words: a clerk who explains
-- writes a name sooner or later.
create table follow_up_call (
  municipality_code text not null,
  -- chosen by whoever asks, so that a button pressed twice is one call
  id                uuid not null,
  task_id           uuid not null,
  resident_id       uuid not null,
  outcome           text not null check (outcome ~ '^[a-zA-Z]{1,40}$'),
  called_on         date not null,
  called_at         timestamptz not null default clock_timestamp(),
  called_by         text not null check (char_length(called_by) between 1 and 80),
  next_try_on       date,
  primary key (municipality_code, id),
  foreign key (municipality_code, task_id) references task(municipality_code, id) on delete cascade,
  foreign key (municipality_code, resident_id) references resident(municipality_code, id)
);
-- a task's calls; a town's calls of a day; one person's
create index follow_up_call_task on follow_up_call (municipality_code, task_id, called_at);
create index follow_up_call_day on follow_up_call (municipality_code, called_on);
create index follow_up_call_resident on follow_up_call (municipality_code, resident_id);

-- whoever is to be called, of all towns
create index task_follow_up_open on task (municipality_code, opened_on)
  where done_at is null and kind in ('followUp', 'addressReturned');

-- Who may what ----------------------------------------------------------------------------------

select protect_table(t::regclass)
  from unnest('{returned_letter,forwarding_address,contact_phone,follow_up_work,follow_up_call}'::text[]) t;

grant select, insert on returned_letter, forwarding_address, follow_up_work, follow_up_call to sesshu_api;
grant update (stops, ended_on, ended_at, ended_by, ended_because) on returned_letter to sesshu_api;
grant update (ended_on, ended_by) on forwarding_address to sesshu_api;
grant update (holder, held_at, next_try_on, tries) on follow_up_work to sesshu_api;
grant select, insert, update, delete on contact_phone to sesshu_api;
grant select on returned_letter to sesshu_worker;
grant select on forwarding_address to sesshu_worker, sesshu_import;
-- Which letter it is that came back.
grant select (channel, batch_on, settled_on, settled_at) on notice_attempt to sesshu_api;

select let_role('sesshu_api', t::regclass, c, '{returnedPost}') from (values
  ('returned_letter', 'select, insert, update'), ('forwarding_address', 'select, insert, update'),
  ('resident', 'select, update'), ('person', 'select'), ('resident_key', 'select'), ('residence', 'select'),
  ('notice', 'select'), ('notice_attempt', 'select'), ('ticket_sheet', 'select, update'),
  ('course', 'select'), ('course_link', 'select'), ('task', 'select, insert, update')) rule (t, c);
select let_role('sesshu_api', t::regclass, c, '{phoneFollowUp}') from (values
  ('contact_phone', 'select, insert, update, delete'), ('follow_up_work', 'select, insert, update'),
  ('follow_up_call', 'select, insert'), ('resident', 'select'), ('person', 'select'),
  ('resident_key', 'select'), ('course', 'select'), ('course_link', 'select'),
  ('task', 'select, insert, update'), ('returned_letter', 'select'),
  ('resident_message', 'select, insert')) rule (t, c);
-- Counts on a town's pages.
select let_role('sesshu_api', 'returned_letter', 'select', '{showTown}');
select let_role('sesshu_api', t::regclass, 'select', '{disclose}')
  from unnest('{returned_letter,forwarding_address,contact_phone,follow_up_call}'::text[]) t;
-- A letter is addressed, or stays because the last one came back.
select let_role('sesshu_worker', 'returned_letter', 'select', '{sendNotice}');
select let_role('sesshu_worker', 'forwarding_address', 'select', '{sendNotice,printTicket,returnFiles}');
select let_role('sesshu_import', 'forwarding_address', 'select', '{returnFiles}');

-- What is due is deleted by its age alone.
grant select (municipality_code, id, returned_on, ended_on), delete on returned_letter to sesshu_worker;
grant select (municipality_code, id, until_on, ended_on), delete on forwarding_address to sesshu_worker;
grant select (municipality_code, resident_id, entered_on), delete on contact_phone to sesshu_worker;
grant select (municipality_code, id, called_on), delete on follow_up_call to sesshu_worker;
select let_role('sesshu_worker', t::regclass, 'select, delete', '{retain}', 'any')
  from unnest('{returned_letter,forwarding_address,contact_phone,follow_up_call}'::text[]) t;

-- Where somebody could be reached goes with them; that a letter came back, and a call was made, stays
-- without its person's name as every notice does. A trigger, so that every way to erase comes by here.
create function erase_contacts() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  delete from forwarding_address
   where (municipality_code, resident_id) = (new.municipality_code, new.id);
  delete from contact_phone
   where (municipality_code, resident_id) = (new.municipality_code, new.id);
  return null;
end
$$;
revoke all on function erase_contacts() from public;
create trigger resident_erased_contacts after update of erased_at on resident
  for each row when (old.erased_at is null and new.erased_at is not null)
  execute function erase_contacts();
grant execute on function erase_contacts() to sesshu_keyd;
grant select (municipality_code, resident_id), delete on forwarding_address, contact_phone to sesshu_keyd;
select let_role('sesshu_keyd', t::regclass, 'select, delete', '{erase}')
  from unnest('{forwarding_address,contact_phone}'::text[]) t;

-- Across towns ----------------------------------------------------------------------------------

grant select (municipality_code, stops, ended_at) on returned_letter to sesshu_definer;
select let_role('sesshu_definer', 'returned_letter', 'select', '{*}', 'any');

-- Where letters wait for an address: whether the register has told one since is asked town by town.
create function towns_with_stopped_letters() returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct l.municipality_code from returned_letter l
   where purpose_is('watchReturns') and l.stops and l.ended_at is null
$$;
-- People who were to be called and whose course is over by now: they came, or left. Ids alone.
create function follow_ups_answered()
returns table (municipality_code text, id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.municipality_code, t.id
    from task t join course c on c.id = t.course_id
   where purpose_is('watchReturns') and t.kind = 'followUp' and t.done_at is null
     and c.stage in ('complete', 'closed')
   limit 200
$$;
-- Whether a dose of a course stands that its person was too young or too old for: somebody else's, misread,
-- or a mistake. Until somebody has looked, no reminder of the next one leaves by itself.
create function age_in_question(of_course uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (
    select from dose d
      join finding f on (f.municipality_code, f.dose_id) = (d.municipality_code, d.id)
      join course c on c.id = d.course_id
     where d.course_id = of_course and d.voided_at is null and f.code = 'ageOutsideProduct'
       and f.state in ('ruleHit', 'wrong') and scope_has(c.home_municipality_code))
$$;
grant select (municipality_code, dose_id, code, state) on finding to sesshu_definer;
select let_role('sesshu_definer', 'finding', 'select', '{*}', 'any');
grant select (municipality_code, id, done_at) on task to sesshu_definer;
grant select (stage) on course to sesshu_definer;
grant create on schema public to sesshu_definer;
select give_to_definer(f::regprocedure, 'sesshu_api')
  from unnest('{towns_with_stopped_letters(),follow_ups_answered()}'::text[]) f;
select give_to_definer('age_in_question(uuid)', 'sesshu_worker');
revoke create on schema public from sesshu_definer;
