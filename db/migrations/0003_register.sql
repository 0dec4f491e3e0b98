-- What a register told, complete enough to derive a person's state from the events alone, whatever
-- the order in which they came: the day a notice was handed in (a later one replaces an earlier), and
-- who a move-in says the person was in the former town. The former row may be registered later, so it
-- is kept as told and looked up when needed.
alter table register_event
  add column notified_on date,
  add column previous_municipality_code text references municipality(code),
  add column previous_register_number text
    check (char_length(previous_register_number) between 1 and 40),
  add check ((previous_municipality_code is null) = (previous_register_number is null)),
  add check (previous_municipality_code is null or kind = 'movedIn');
update register_event set notified_on = recorded_on;
alter table register_event alter column notified_on set not null;

-- a register row is announced: the move-ins elsewhere that named it as the former one
create index register_event_previous on register_event (previous_municipality_code, previous_register_number)
  where previous_municipality_code is not null;

-- The same settings, venues and lots sent again with other values.
grant update on venue, lot, municipality_setting to sesshu_api;
