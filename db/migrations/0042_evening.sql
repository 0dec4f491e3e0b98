-- The evening batch as people handle it: proposed, released by two, sealed, printed, reconciled by the marks
-- on its sheets. See docs/adr/0033-the-evening-batch.md.

alter table municipality_setting
  -- letters that may leave without two people; 0: never any
  add column release_automatically_up_to int not null default 0
    check (release_automatically_up_to between 0 and 100000),
  -- the next batch is not sealed before the last one's sheets are accounted for
  add column waits_for_reconciliation boolean not null default true,
  -- after so many days a batch that is not accounted for is somebody's task
  add column reconcile_within_days int not null default 2 check (reconcile_within_days between 1 and 30);

insert into task_kind values ('releaseBatch'), ('reconcileBatch');

-- batches ---------------------------------------------------------------------------------------

alter table letter_batch drop constraint letter_batch_state_check;
alter table letter_batch
  alter column sealed_at drop not null,
  -- the dry run: what was counted, as of which day, and ten letters to look at
  add column reference_on      date,
  add column proposed_letters  int check (proposed_letters >= 0),
  add column proposed_by_kind  jsonb check (jsonb_typeof(proposed_by_kind) = 'object'),
  add column proposed_at       timestamptz,
  add column sample            uuid[] not null default '{}',
  -- one person has checked it, another releases it
  add column checked_by        uuid references account,
  add column checked_at        timestamptz,
  add column released_by       uuid references account,
  add column released_at       timestamptz,
  add column released_automatically boolean not null default false,
  add column seal_began_at     timestamptz,
  add column sealed_on         date,
  -- letters that stayed, by reason: a look at the seal, or between seal and print
  add column stopped           jsonb not null default '{}' check (jsonb_typeof(stopped) = 'object'),
  add column abort_asked_by    uuid references account,
  add column abort_asked_at    timestamptz,
  add column abort_reason      text check (abort_reason in ('wrongPeople', 'wrongText', 'wrongDay', 'other')),
  add column aborted_at        timestamptz,
  add column withdrawn_letters int,
  add column manifest_sha256   text check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  -- Ed25519 of keyd over the manifest's digest, base64; and its public key
  add column manifest_signature text check (manifest_signature ~ '^[A-Za-z0-9+/]{86}==$'),
  add column manifest_key      text check (manifest_key ~ '^[A-Za-z0-9+/]{43}=$'),
  add column reconcile_by      date,
  -- as the printing house counted them
  add column printed_pages     int check (printed_pages >= 0),
  add column posted_on         date,
  add column posted_at         timestamptz,
  add column posted_by         uuid references account,
  -- differences that a person explained: codes
  add column explained         text[] not null default '{}',
  -- its workflow has something to hear, and heard it
  add column news_at           timestamptz,
  add column told_at           timestamptz;

-- What was printed before anybody counted is taken as posted: no mark of it can be read any more.
update letter_batch
   set state = case when state = 'printed' then 'posted' else state end,
       proposed_letters = letters, proposed_at = sealed_at, reference_on = batch_on,
       released_automatically = true, released_at = sealed_at, sealed_on = batch_on,
       posted_at = case when state = 'printed' then printed_at end,
       posted_on = case when state = 'printed' then batch_on end;

alter table letter_batch
  alter column letters set default 0,
  add constraint letter_batch_state_check
    check (state in ('proposed', 'released', 'sealed', 'printed', 'posted', 'aborted')),
  -- two people, or a limit that the municipality set
  add constraint letter_batch_takes_two
    check (released_at is null or released_automatically
           or (checked_by is not null and released_by is not null and checked_by <> released_by)),
  add constraint letter_batch_released
    check (released_at is not null or state in ('proposed', 'aborted')),
  add check ((checked_by is null) = (checked_at is null)),
  add check (not (released_automatically and released_by is not null)),
  add check (state not in ('sealed', 'printed', 'posted') or sealed_at is not null),
  add check (state not in ('printed', 'posted') or printed_at is not null),
  add check (state <> 'posted' or posted_at is not null),
  add check ((state = 'aborted') = (aborted_at is not null));
-- page: the newest of a town; what its workflow has not heard
create index letter_batch_news on letter_batch (news_at)
  where news_at is not null and (told_at is null or told_at < news_at);

-- What was agreed on stays as it was, and what is over stays over.
create function keep_batch() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if old.state in ('posted', 'aborted') and new.state <> old.state then
    raise exception 'batchIsOver' using errcode = 'SE004';
  end if;
  if old.released_at is not null
     and (new.proposed_letters, new.proposed_by_kind, new.reference_on, new.checked_by, new.released_by,
          new.released_at, new.released_automatically)
         is distinct from
         (old.proposed_letters, old.proposed_by_kind, old.reference_on, old.checked_by, old.released_by,
          old.released_at, old.released_automatically) then
    raise exception 'batchIsAsReleased' using errcode = 'SE004';
  end if;
  if old.released_at is null and new.released_automatically
     and new.proposed_letters > coalesce((select s.release_automatically_up_to from municipality_setting s
                                           where s.municipality_code = new.municipality_code), 0) then
    raise exception 'batchTakesTwo' using errcode = 'SE004';
  end if;
  return new;
end $$;
revoke all on function keep_batch() from public;
create trigger batch_kept before update on letter_batch for each row execute function keep_batch();

-- Nobody releases who only makes batches, and whoever releases makes none.
revoke update on letter_batch from sesshu_worker;
grant update (state, letters, pages, pdf_sha256, sealed_at, printed_at, reference_on, proposed_letters,
              proposed_by_kind, proposed_at, sample, checked_by, checked_at, released_at,
              released_automatically, seal_began_at, sealed_on, stopped, aborted_at, withdrawn_letters,
              manifest_sha256, manifest_signature, manifest_key, reconcile_by, posted_at, posted_on,
              news_at, told_at)
  on letter_batch to sesshu_worker;
grant update (state, checked_by, checked_at, released_by, released_at, abort_asked_by, abort_asked_at,
              abort_reason, printed_pages, posted_on, posted_at, posted_by, explained, news_at)
  on letter_batch to sesshu_api;

-- letters ---------------------------------------------------------------------------------------

-- `batch_on` of a letter that waits: the batch that proposed it. `replaces`: the letter that this one is
-- printed instead of.
alter table notice_attempt
  add column pages    int check (pages between 1 and 99),
  add column replaces uuid;

-- A letter that goes along with its person is in nobody's proposal any more: its new town counts it anew.
create function leave_proposal() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.state = 'queued' then new.batch_on := null; end if;
  return new;
end $$;
revoke all on function leave_proposal() from public;
create trigger attempt_moves before update of municipality_code on notice_attempt
  for each row when (old.municipality_code <> new.municipality_code) execute function leave_proposal();

-- The code of a letter that was taken back opens nothing.
alter table letter_code drop constraint letter_code_died_because_check;
alter table letter_code add constraint letter_code_died_because_check
  check (died_because in ('moved', 'protected', 'deceased', 'erased', 'withdrawn'));
grant select (municipality_code, letter_id), update (died_at, died_because) on letter_code to sesshu_worker;
select let_role('sesshu_worker', 'letter_code', 'select, update', '{sendNotice}');

-- marks -----------------------------------------------------------------------------------------

-- A mark as it was read at the inserter or by hand, once for each reading: random ids, nobody's name.
create table batch_mark (
  municipality_code text not null,
  batch_on          date not null,
  reading_id        uuid not null,
  ordinal           int not null check (ordinal >= 0),
  mark              text not null check (char_length(mark) between 1 and 80),
  -- null: no letter of this batch
  attempt_id        uuid,
  page              int check (page >= 1),
  read_at           timestamptz not null default clock_timestamp(),
  read_by           uuid not null references account,
  primary key (municipality_code, reading_id, ordinal),
  foreign key (municipality_code, batch_on) references letter_batch(municipality_code, batch_on),
  check ((attempt_id is null) = (page is null))
);
create index batch_mark_batch on batch_mark (municipality_code, batch_on);
grant select, insert on batch_mark to sesshu_api;
grant select on batch_mark to sesshu_worker;

-- A letter that is to be printed again, under a new id; the old one is void.
create table letter_reprint (
  municipality_code text not null,
  attempt_id        uuid not null,
  batch_on          date not null,
  reason            text not null check (reason in ('spoiled', 'lost', 'jammed', 'misprinted')),
  asked_by          uuid not null references account,
  asked_at          timestamptz not null default clock_timestamp(),
  done_at           timestamptz,
  -- null when nobody is owed that letter any more
  replaced_by       uuid,
  primary key (municipality_code, attempt_id),
  foreign key (municipality_code, batch_on) references letter_batch(municipality_code, batch_on)
);
create index letter_reprint_batch on letter_reprint (municipality_code, batch_on);
grant select, insert on letter_reprint to sesshu_api;
grant select, update (done_at, replaced_by) on letter_reprint to sesshu_worker;

-- who ------------------------------------------------------------------------------------------

-- The letters of a batch by their random ids: whose they are stands in the notice.
grant select (municipality_code, id, batch_on, channel, state, reason, pages) on notice_attempt to sesshu_api;
select let_role('sesshu_api', 'notice_attempt', 'select', '{handleBatch}');
select let_role('sesshu_api', 'task', 'select, update', '{handleBatch}');
grant update (done_at, done_by, outcome) on task to sesshu_worker;
select let_role('sesshu_worker', 'task', 'update', '{sendNotice}');
-- Ten letters that somebody looks at before a batch is released.
select let_role('sesshu_api', t::regclass, 'select', '{checkBatch}')
  from unnest('{notice_attempt,notice,resident,person,residence,resident_key,course}'::text[]) t;

-- In the place of the one of 0013: towns with letters that no batch has proposed, and those whose batch of
-- that day is under way. A town with a batch that is still to be released or sealed proposes no other.
do $$
declare
  migrating constant text := current_user;
begin
  set local role sesshu_definer;
  drop function towns_to_batch(date);
  execute format('set local role %I', migrating);
end $$;
grant select (id, notice_id, batch_on) on notice_attempt to sesshu_definer;
create function towns_to_batch(batch_day date) returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct a.municipality_code
    from notice_attempt a
    join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
   where purpose_is('eveningTowns')
     and a.channel = 'letter' and a.state = 'queued' and a.batch_on is null and n.queued_on <= batch_day
     and not exists (select from letter_batch b
                      where b.municipality_code = a.municipality_code and b.batch_on = batch_day)
  union
  select b.municipality_code from letter_batch b
   where purpose_is('eveningTowns') and b.batch_on = batch_day
     and b.state in ('proposed', 'released', 'sealed')
$$;
grant create on schema public to sesshu_definer;
select give_to_definer('towns_to_batch(date)'::regprocedure, 'sesshu_worker');
revoke create on schema public from sesshu_definer;
