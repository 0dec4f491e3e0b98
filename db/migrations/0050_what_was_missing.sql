-- The watch sees by facts of its own why no reminder left: a dose outside the ages of its product, which
-- somebody has to look at, and a record that was corrected.
grant select (municipality_code, dose_id, code, state) on finding to sesshu_monitor;
grant select (municipality_code, resident_id, kind) on dose_change to sesshu_monitor;
select let_role('sesshu_monitor', t::regclass, 'select', '{watchNotices}', 'any')
  from unnest('{finding,dose_change}'::text[]) t;
