-- The caller's desk: what somebody says on the telephone, at the desk or on their own page, and what
-- follows from it. What is said changes no dose: a dose is what a venue recorded.

-- Somebody says that the dose was given. Until this day the rounds of reminding are held; then they go on,
-- unless the dose is found, or a clerk decides, before. It travels with the course.
alter table course add column reminders_wait_until date;

alter table resident_message
  drop constraint resident_message_kind_check,
  add constraint resident_message_kind_check check (kind in ('alreadyVaccinated', 'notMine', 'declines')),
  add column via text not null default 'ownPage' check (via in ('ownPage', 'desk')),
  -- the account that heard it
  add column said_to text check (char_length(said_to) between 1 and 80),
  -- a refusal of the vaccination that was taken back
  add column ended_on date,
  add column ended_by text check (char_length(ended_by) between 1 and 80),
  add check ((via = 'desk') = (said_to is not null)),
  add check ((ended_on is null) = (ended_by is null));
comment on column scan.birth_year_stated is 'a year, or a whole date where one was stated; sealed';

insert into task_kind values ('findDose');

-- the desk: the letter whose number is read out
create index letter_code_letter on letter_code (municipality_code, letter_id);

grant update (ended_on, ended_by) on resident_message to sesshu_api;
select let_role('sesshu_api', t::regclass, c, '{callDesk}') from (values
  ('resident', 'select'), ('person', 'select'), ('resident_key', 'select'), ('ticket', 'select'),
  ('letter_code', 'select'), ('course', 'select'), ('course_link', 'select'),
  ('resident_message', 'select, insert, update'), ('task', 'select, insert, update')) rule (t, c);
