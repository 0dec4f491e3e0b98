-- A municipality's own words on its letters, and what its letters lack. See
-- docs/adr/0032-letters-fit-for-the-post.md.

-- One version of a town's text for one kind of notice: parts by name, plain text with placeholders. Made by
-- one person, released by another; from then on letters that are sealed bear it. A version never changes:
-- a sealed letter names the version that it is printed with.
create table letter_text (
  municipality_code text not null references municipality(code),
  kind              text not null check (kind in ('reminder', 'relocationNotice', 'lotRecall', 'invitation')),
  version           int not null check (version >= 1),
  parts             jsonb not null check (jsonb_typeof(parts) = 'object' and length(parts::text) <= 6000),
  made_by           uuid not null references account,
  made_at           timestamptz not null default now(),
  released_by       uuid references account,
  released_at       timestamptz,
  dropped_by        uuid references account,
  dropped_at        timestamptz,
  primary key (municipality_code, kind, version),
  constraint letter_text_released_by_another check (released_by is null or released_by <> made_by),
  check ((released_by is null) = (released_at is null)),
  check ((dropped_by is null) = (dropped_at is null)),
  check (released_at is null or dropped_at is null)
);
-- one text at a time is being made of a kind
create unique index letter_text_draft on letter_text (municipality_code, kind)
  where released_at is null and dropped_at is null;

-- What was released, or dropped, stays so; and nobody rewrites a version.
create function keep_letter_text() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if (new.municipality_code, new.kind, new.version, new.parts, new.made_by, new.made_at)
       is distinct from
     (old.municipality_code, old.kind, old.version, old.parts, old.made_by, old.made_at)
     or (old.released_at is not null
         and (new.released_by, new.released_at) is distinct from (old.released_by, old.released_at))
     or (old.dropped_at is not null
         and (new.dropped_by, new.dropped_at) is distinct from (old.dropped_by, old.dropped_at)) then
    raise exception 'letterTextIsAsMade' using errcode = 'SE002';
  end if;
  return new;
end $$;
revoke all on function keep_letter_text() from public;
create trigger letter_text_kept before update on letter_text
  for each row execute function keep_letter_text();

grant select, insert, update (released_by, released_at, dropped_by, dropped_at) on letter_text to sesshu_api;
grant select on letter_text to sesshu_worker;

-- What the letters of a batch lack of the font, found before they are printed: letter, field, code points
-- such as U+E123, from which no name can be read. A name is printed in kana then, an address with 〓.
alter table letter_batch
  add column lacking jsonb not null default '[]' check (jsonb_typeof(lacking) = 'array');
