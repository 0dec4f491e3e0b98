-- The watch sees what came back: letters that their post office returned, mails by the reports that were taken
-- in, and whether a better address is known. Ids, days and codes; no address.
grant select (municipality_code, resident_id, letter_id, stops, sent_at, returned_at, ended_at, ended_because)
  on returned_letter to sesshu_monitor;
grant select (municipality_code, resident_id, from_on, to_on, recorded_at) on residence to sesshu_monitor;
grant select (municipality_code, resident_id, from_on, until_on, entered_at, ended_on)
  on forwarding_address to sesshu_monitor;
grant select (municipality_code, attempt_id, received_on) on mail_bounce to sesshu_monitor;

-- And of whom a cohort is made: called up since when, with a ticket of when, with an address that counts.
grant select (opened_on, opened_at) on course to sesshu_monitor;
grant select (issued_on) on ticket to sesshu_monitor;
grant select (municipality_code, resident_id, state, verified_on, is_retold) on mail_address to sesshu_monitor;

select let_role('sesshu_monitor', t::regclass, 'select', '{watchNotices}', 'any')
  from unnest('{returned_letter,residence,forwarding_address,mail_bounce,mail_address}'::text[]) t;
