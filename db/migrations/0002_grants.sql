-- Each process connects as its own role; none owns a table. What a role may not do, it cannot do.
grant usage on schema public to sesshu_api, sesshu_worker, sesshu_relay, sesshu_import,
  sesshu_statistics, sesshu_monitor, sesshu_backup, sesshu_authority;

grant select on municipality, municipality_setting, municipality_grace, venue, product, lot, clock_segment
  to sesshu_api, sesshu_worker, sesshu_relay, sesshu_import, sesshu_statistics, sesshu_monitor;

-- api: scans, moves and the pages
grant select on resident, person, residence, protection, ticket, course, course_link, scan, dose,
  ticket_slip, finding, screening, notice, notice_attempt, letter_batch, task, register_event, wave, outbox
  to sesshu_api;
grant insert, update on resident, person, residence, protection, ticket, course, course_link, scan,
  dose, ticket_slip, finding, screening, notice, notice_attempt, task, register_event, wave, outbox
  to sesshu_api;
grant insert on venue, lot, municipality_setting to sesshu_api;

-- worker: re-checks and writes notices, tasks, batches and the course's facts; never a dose
grant select on resident, person, residence, protection, ticket, course, course_link, dose, screening,
  notice, notice_attempt, letter_batch, task, register_event, outbox to sesshu_worker;
grant insert, update on notice, notice_attempt, letter_batch, task to sesshu_worker;
grant select, insert, delete on letter_content to sesshu_worker;
grant update on course to sesshu_worker;
grant insert, update on outbox to sesshu_worker;
grant insert, update on municipality_grace to sesshu_worker;
grant insert on clock_segment to sesshu_worker;

-- relay: facts of courses and its own queue; no person, no dose
grant select on course to sesshu_relay;
grant select, insert, update, delete on outbox to sesshu_relay;

-- monitor: reconcile and health; no person
grant select on course, outbox, notice, notice_attempt, task, letter_batch, dose, register_event to sesshu_monitor;
grant insert, update on outbox to sesshu_monitor;

grant execute on function course_home(uuid) to sesshu_api, sesshu_worker, sesshu_monitor;
