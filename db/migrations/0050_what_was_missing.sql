-- The watch sees by facts of its own why no reminder left: a dose outside the ages of its product, which
-- somebody has to look at, and a record that was corrected.
grant select (municipality_code, dose_id, code, state) on finding to sesshu_monitor;
grant select (municipality_code, resident_id, kind) on dose_change to sesshu_monitor;
select let_role('sesshu_monitor', t::regclass, 'select', '{watchNotices}', 'any')
  from unnest('{finding,dose_change}'::text[]) t;

-- What is due is deleted by its age alone. Counts of days name nobody, and stay.
grant select (source, left_on), delete on notice_departure to sesshu_worker;
grant select (course_id, seen_on), delete on notice_debt to sesshu_worker;
grant select (municipality_code, id, closed_on), delete on monitor_alarm to sesshu_worker;
select let_role('sesshu_worker', t::regclass, 'select, delete', '{retain}', 'any')
  from unnest('{notice_departure,notice_debt,monitor_alarm}'::text[]) t;
grant delete on batch_mark, letter_reprint to sesshu_worker;

-- What the font lacks of an evening's letters is found at the seal, some courses at a time.
grant select (lacking), update (lacking) on letter_batch to sesshu_worker;
