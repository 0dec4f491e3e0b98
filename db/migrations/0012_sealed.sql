-- Names, birth dates, addresses, mail addresses, letters and ticket numbers are sealed before they reach
-- the database (vault/): AES-256-GCM under a key per resident and field, bound to table, column, row and
-- municipality. What must be found goes by keyed blind indexes (docs/blind-indexes.md). The database
-- holds no key: a whole copy of it, its log or its backup names nobody.

-- Whatever is here now was made up for development, and stands in the clear in old row versions, WAL
-- and backups too: sealing it in place would promise what is not so.
do $$
begin
  if exists (select from resident) or exists (select from person) or exists (select from scan)
     or exists (select from register_event) then
    raise exception 'This database holds people in the clear, from a version made for development alone.'
      using hint = 'Start with a new data dir (--data-dir, or an empty database): nothing here is sealed after the fact.';
  end if;
end
$$;

-- [1 format][2 version of the data key][12 IV][ciphertext][16 tag]: plain text does not pass for it.
create domain sealed as bytea
  check (octet_length(value) between 31 and 65536 and get_byte(value, 0) = 1);
-- HMAC-SHA-256, cut to 16 bytes.
create domain blind_index as bytea check (octet_length(value) = 16);

-- A resident's data key, wrapped under the municipality's key, which only keyd knows. A held or waiting
-- scan, attached to nobody, has a key of its own under its own id.
create table resident_key (
  municipality_code text not null references municipality(code),
  resident_id       uuid not null,
  key_version       int not null,
  dek_version       smallint not null check (dek_version > 0),
  wrapped           bytea not null check (octet_length(wrapped) between 40 and 200),
  primary key (municipality_code, resident_id)
);

-- What a scan, a wave and a figure need of a birth date (domain/age.ts), and two checks of what
-- somebody states. Both are bound to the resident: equal years of two people do not look alike.
alter table resident
  drop column birth_year,
  add column age_class        smallint not null check (age_class between 0 and 100 and age_class % 5 = 0),
  add column age_class_on     date not null,
  add column older_from       date check (extract(day from older_from) = 1),
  add column is_minor         boolean not null,
  add column birth_year_check blind_index not null,
  add column born_on_check    blind_index not null;
-- waves: the oldest classes first
create index resident_age_class on resident (municipality_code, age_class, id);

drop index person_born_on;
alter table person
  drop column family_name,
  drop column given_name,
  drop column kana,
  drop column born_on,
  drop column mail,
  add column name    sealed not null,
  add column kana    sealed not null,
  add column born_on sealed not null,
  add column mail    sealed,
  -- what was told last, to see that it is told again without opening it
  add column told_check     blind_index not null,
  add column desk_index     blind_index not null,
  -- whether a move-in elsewhere means this row: birth date, and birth date with each form of the name
  add column identity_born  blind_index not null,
  add column identity_names bytea[] not null check (cardinality(identity_names) between 1 and 3);
-- the caller's desk: kana and birth date
create index person_desk on person (municipality_code, desk_index);

alter table residence
  drop column postcode,
  drop column address,
  add column address    sealed not null,
  add column told_check blind_index not null;

alter table letter_content
  drop column content,
  add column content sealed not null;

-- Ten digits are guessed in seconds: a ticket is found by its index, and its number is the person's.
alter table ticket_slip drop constraint ticket_slip_municipality_code_ticket_number_fkey;
alter table ticket
  drop constraint ticket_pkey,
  drop column number,
  add column number_index blind_index not null,
  add column number       sealed not null,
  add primary key (municipality_code, number_index);
alter table ticket_slip
  drop constraint ticket_slip_pkey,
  drop column ticket_number,
  add column ticket_index blind_index not null,
  add primary key (municipality_code, ticket_index, slip_kind, dose_number),
  add foreign key (municipality_code, ticket_index) references ticket(municipality_code, number_index);
alter table dose
  drop column ticket_number,
  add column ticket_index blind_index not null;

drop index scan_unresolved;
alter table scan
  drop column body_sha256,
  drop column ticket_number,
  drop column birth_year_stated,
  add column body_digest  blind_index not null,
  add column ticket_index blind_index not null,
  -- of a scan that is attached to nobody, for whoever resolves it; then they go
  add column ticket_number     sealed,
  add column birth_year_stated sealed,
  add check (ticket_number is null or (verdict in ('held', 'waiting') and resolved_at is null)),
  add check (birth_year_stated is null or ticket_number is not null);
-- ticket arrives: the doses that waited for it; town page: what is held and waiting
create index scan_unresolved on scan (issuing_municipality_code, ticket_index)
  where verdict in ('held', 'waiting') and resolved_at is null;

alter table register_event
  drop column body_sha256,
  add column body_digest blind_index not null,
  -- who a move-in says the person was, under the former town's key: comparable with its row alone
  add column previous_born  blind_index,
  add column previous_names bytea[] check (cardinality(previous_names) between 1 and 3),
  add check ((previous_register_number is null) = (previous_born is null)
             and (previous_born is null) = (previous_names is null));

-- The locks of a scan (0006), by the ticket's index.
drop function begin_scan(text, text);
create function begin_scan(town text, sheet bytea) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  person uuid;
begin
  perform set_config('sesshu.municipality', town, true), set_config('sesshu.purpose', 'recordDose', true);
  select t.resident_id into person from ticket t
    where t.municipality_code = town and t.number_index = sheet;
  if not found then return; end if;
  perform from resident r where r.municipality_code = town and r.id = person for no key update;
  perform from course c
    where c.id = any (array(select l.course_id from course_link l
                             where l.municipality_code = town and l.resident_id = person))
      and c.closed_because is distinct from 'merged'
      for update;
end
$$;
revoke all on function begin_scan(text, bytea) from public;
grant execute on function begin_scan(text, bytea) to sesshu_api;

-- How far a wave has come: taken up again, it opens no birth date a second time.
alter table wave
  add column reached_age_class   smallint,
  add column reached_resident_id uuid,
  add check ((reached_age_class is null) = (reached_resident_id is null));

grant select, insert on resident_key to sesshu_api;
grant select on resident_key to sesshu_worker;
