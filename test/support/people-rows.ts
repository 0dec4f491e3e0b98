/** For the tests of row security: a row in every table about people that workers and pages write. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { noticeIdOf } from '../../db/queries/notice-id.ts'
import { towns, venueCode } from './register.ts'

/** Where the people live whose rows are looked for. */
export const peopledTown = towns.A

/** One row at least in each table that no call over HTTP of `peopleTown` reaches. */
export async function addRowsThatOnlyWorkersWrite(sql: postgres.Sql): Promise<void> {
  const [course] = await sql<{ id: string; resident: string }[]>`
    select id, home_resident_id as resident from course
     where home_municipality_code = ${peopledTown} limit 1`
  const [occasion, attempt] = [randomUUID(), randomUUID()]
  const notice = noticeIdOf(course!.id, {
    ...{ kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion, round: 1 },
  })
  await sql`
    insert into notice (municipality_code, id, resident_id, course_id, kind, phase, dose_number,
                        occasion, round, due_on, state, queued_on)
    values (${peopledTown}, ${notice}, ${course!.resident}, ${course!.id}, 'reminder', 'overdue', 2,
            ${occasion}, 1, '2021-07-01', 'queued', '2021-07-01')`
  await sql`
    insert into notice_attempt (municipality_code, id, notice_id, attempt, channel, state)
    values (${peopledTown}, ${attempt}, ${notice}, 1, 'mail', 'queued')`
  await addMail(sql, { resident: course!.resident, course: course!.id, attempt })
  const [content] = await sql<{ isSealed: boolean }[]>`
    select data_type <> 'jsonb' as "isSealed" from information_schema.columns
     where table_name = 'letter_content' and column_name = 'content'`
  await addWatch(sql, { course: course!.id, notice })
  const letter = content!.isSealed ? Buffer.alloc(64, 1) : {}
  await sql`insert into letter_content (municipality_code, attempt_id, content)
            values (${peopledTown}, ${attempt}, ${letter as never})`
  await sql`
    insert into task (municipality_code, id, kind, course_id, resident_id, occasion, opened_on)
    values (${peopledTown}, ${randomUUID()}, 'followUp', ${course!.id}, ${course!.resident},
            ${randomUUID()}, '2021-07-01')`
  await sql`
    insert into access_ledger (seq, id, looked_at, actor, actor_role, office, purpose,
                               municipality_code, resident_id, fields, leaf_hash, chain_hash)
    values (0, ${randomUUID()}, now(), 'a', 'r', 'o', 'showCourse', ${peopledTown},
            ${course!.resident}, '{course}', ${Buffer.alloc(32)}, ${Buffer.alloc(32)})`
  await sql`
    insert into town_key (municipality_code, version) values (${peopledTown}, 1) on conflict do nothing`
  await sql`
    insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
    values (${peopledTown}, ${course!.resident}, 1, 1, ${Buffer.alloc(64)}) on conflict do nothing`
  await addRowsOfReaders(sql, course!.resident)
  await addRowsOfFindings(sql)
  await addScanConflict(sql)
  await sql`
    insert into dose_change (municipality_code, id, dose_id, resident_id, kind, revision, reason,
                             changed_on, changed_by, changed_as)
    select municipality_code, ${randomUUID()}, id, resident_id, 'confirmed', 2, 'comparedWithPaper',
           '2021-07-01', 'a', 'clerk'
      from dose where municipality_code = ${peopledTown} limit 1`
  await sql`
    insert into ticket_sheet (municipality_code, id, resident_id, number_index, reason, dose_numbers,
                              body_digest, issued_on, issued_by)
    values (${peopledTown}, ${randomUUID()}, ${course!.resident}, ${Buffer.alloc(16, 9)}, 'lost', '[1,2]',
            ${Buffer.alloc(16, 9)}, '2021-07-01', 'a')`
  await sql`
    insert into my_number (municipality_code, resident_id, sealed, hmac)
    values (${peopledTown}, ${course!.resident}, ${Buffer.alloc(64)}, ${Buffer.alloc(16)})`
  await addUnattached(sql)
  await addImport(sql, course!.resident)
  await addPaperForm(sql, course!.resident)
  await sql`
    insert into household_member (municipality_code, resident_id, from_on, household)
    values (${peopledTown}, ${course!.resident}, '2021-01-01', ${Buffer.alloc(16)})`
  await sql`
    insert into resident_group (municipality_code, resident_id, facility_code)
    values (${peopledTown}, ${course!.resident}, 'F001')`
  await sql`
    insert into delivery_arrangement (municipality_code, resident_id, arrangement, set_by)
    values (${peopledTown}, ${course!.resident}, ${Buffer.alloc(64, 1)}, 'a')`
  await sql`
    insert into stay_consent (id, municipality_code, resident_id, home_municipality_code,
                              home_resident_id, given_on, given_to)
    select ${randomUUID()}, ${peopledTown}, ${course!.resident}, r.municipality_code, r.id,
           '2021-06-01', 'a'
      from resident r where r.id <> ${course!.resident} limit 1`
  await sql`
    insert into manual_notice (municipality_code, id, resident_id, course_id, kind, told_on, told_by,
                               recorded_on, recorded_by)
    values (${peopledTown}, ${randomUUID()}, ${course!.resident}, ${course!.id}, 'reminder',
            '2021-07-01', 'phone', '2021-07-01', 'a')`
  await addReturned(sql, course!.resident)
  await addLink(sql, course!.resident)
  await addStick(sql)
}

/** A letter that came back, where to write instead, and a call. */
async function addReturned(sql: postgres.Sql, resident: string): Promise<void> {
  const [letter, task] = [randomUUID(), randomUUID()]
  await sql`
    insert into returned_letter (municipality_code, id, resident_id, letter_id, reason, sent_at,
                                 sent_on, returned_on, entered_by, stops)
    values (${peopledTown}, ${letter}, ${resident}, ${randomUUID()}, 'addressUnknown', now(),
            '2021-06-20', '2021-07-01', 'a', true)`
  await sql`
    insert into forwarding_address (municipality_code, id, resident_id, from_on, ground, address,
                                    entered_on, entered_by)
    values (${peopledTown}, ${randomUUID()}, ${resident}, '2021-07-01', 'guardian',
            ${Buffer.alloc(64, 1)}, '2021-07-01', 'a')`
  await sql`
    insert into contact_phone (municipality_code, resident_id, number, source, entered_on, entered_by)
    values (${peopledTown}, ${resident}, ${Buffer.alloc(64, 1)}, 'person', '2021-07-01', 'a')`
  await sql`
    insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
    values (${peopledTown}, ${task}, 'addressReturned', ${resident}, ${letter}, '2021-07-01')`
  await sql`
    insert into follow_up_work (municipality_code, task_id, tries) values (${peopledTown}, ${task}, 1)`
  await sql`
    insert into follow_up_call (municipality_code, id, task_id, resident_id, outcome, called_on,
                                called_by)
    values (${peopledTown}, ${randomUUID()}, ${task}, ${resident}, 'notReached', '2021-07-01', 'a')`
}

/** What the watch saw of a notice, and what it raised. */
async function addWatch(sql: postgres.Sql, of: { course: string; notice: string }): Promise<void> {
  await sql`
    insert into notice_departure (source, channel, notice_id, left_on, left_at, municipality_code, course_id)
    values (${`${of.notice}.eml`}, 'mail', ${of.notice}, '2021-07-01', now(), ${peopledTown}, ${of.course})`
  await sql`
    insert into notice_debt (course_id, kind, dose_number, occasion, round, municipality_code, since_on,
                             seen_on)
    values (${of.course}, 'reminder', 2, ${randomUUID()}, 1, ${peopledTown}, '2021-07-01', '2021-07-01')`
  await sql`
    insert into monitor_alarm (municipality_code, id, kind, course_id, raised_on)
    values (${peopledTown}, ${randomUUID()}, 'missed', ${of.course}, '2021-07-01')`
}

/** Two people of the town linked one of its rows with another. */
async function addLink(sql: postgres.Sql, resident: string): Promise<void> {
  const [asks, agrees, link] = [randomUUID(), randomUUID(), randomUUID()]
  for (const id of [asks, agrees]) {
    await sql`
      insert into account (id, login, role, office)
      values (${id}, ${`links-${id.slice(0, 8)}`}, 'municipalAdministrator', ${peopledTown})`
  }
  await sql`
    insert into person_link (municipality_code, id, now_municipality_code, now_resident_id,
                             former_municipality_code, former_resident_id, since_on, names_agree,
                             reason, asked_by, approved_by, linked_on, undo)
    select ${peopledTown}, ${link}, ${peopledTown}, ${resident}, r.municipality_code, r.id,
           '2021-06-01', true, 'certificate', ${asks}, ${agrees}, '2021-06-30', '[]'
      from resident r where r.id <> ${resident} limit 1`
  await sql`
    insert into person_link_side (municipality_code, resident_id, link_id, side, since_on, linked_on,
                                  is_standing)
    values (${peopledTown}, ${resident}, ${link}, 'now', '2021-06-01', '2021-06-30', false)`
}

/** A cell that needs a look, and what an import replaced. */
async function addImport(sql: postgres.Sql, resident: string): Promise<void> {
  const id = randomUUID()
  await sql`
    insert into import_file (municipality_code, id, file_name, mode, sha256, bytes, received_by,
                             received_on)
    values (${peopledTown}, ${id}, 'a.csv', 'full', ${'0'.repeat(64)}, 1, 'a', '2021-07-01')`
  await sql`
    insert into import_note (municipality_code, import_id, row_number, ordinal, outcome, column_name,
                             code, cell, resident_id)
    values (${peopledTown}, ${id}, 2, 0, 'rejected', 'A', 'dateForm', ${Buffer.alloc(64, 1)}, ${resident})`
  await sql`
    insert into import_before (municipality_code, import_id, resident_id, part, was_new)
    values (${peopledTown}, ${id}, ${resident}, 'person', false)`
  await sql`
    insert into import_decision (municipality_code, import_id, row_number, decision, decided_by)
    values (${peopledTown}, ${id}, 2, 'keepOurs', 'a')`
  await sql`
    insert into file_profile (municipality_code, id, layout, name, profile, confirmed_by)
    values (${peopledTown}, ${id}, 'deaths', 'a', '{}', 'a')`
  await sql`
    insert into import_run (municipality_code, import_id, received_on)
    values (${peopledTown}, ${id}, '2021-07-01')`
  await sql`
    insert into import_press (municipality_code, import_id, press, pressed_by)
    values (${peopledTown}, ${id}, 'apply', ${id})`
  await sql`
    insert into import_minute (municipality_code, import_id, looked_by, minute)
    values (${peopledTown}, ${id}, ${id}, '2021-07-01T03:00:00Z')`
}

/** A tablet that never sent anything. Answers its id. */
export async function aDevice(sql: postgres.Sql): Promise<string> {
  const id = randomUUID()
  const thumbprint = id.replaceAll('-', '').padEnd(43, '0')
  await sql`
    insert into device (id, municipality_code, venue_code, name, public_jwk, thumbprint, opens_minute,
                        closes_minute)
    values (${id}, ${peopledTown}, '0110000018', 'tablet', '{}', ${thumbprint}, 0, 1440)`
  return id
}

async function addScanConflict(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into scan_conflict (municipality_code, id, scan_id, venue_code, device_id, code, status,
                               kept_at, came_back_at, reported_on, ticket_read)
    values (${peopledTown}, ${randomUUID()}, ${randomUUID()}, '0110000018', ${await aDevice(sql)},
            'malformed', 422, now(), now(), '2021-07-01', ${Buffer.alloc(64, 1)})`
}

/** A dose told without a ticket, and a pile of paper with a slip. */
async function addUnattached(sql: postgres.Sql): Promise<void> {
  const [told, pile] = [randomUUID(), randomUUID()]
  await sql`
    insert into ticketless_dose (municipality_code, id, body_digest, source, stated, desk_index,
                                 claimed_dose_number, given_on, venue_code, product_code, lot_number,
                                 told_by, received_on)
    values (${peopledTown}, ${told}, ${Buffer.alloc(16, 8)}, 'workplace', ${Buffer.alloc(64, 1)},
            ${Buffer.alloc(16, 9)}, 1, '2021-06-09', ${venueCode}, 'pfizer', 'MIHON01', 'a',
            '2021-07-01')`
  await sql`
    insert into keying_batch (municipality_code, id, venue_code, given_on, product_code, lot_number,
                              slips_expected, keyed_by, begun_on)
    values (${peopledTown}, ${pile}, ${venueCode}, '2021-06-09', 'pfizer', 'MIHON01', 1, 'a', '2021-07-01')`
  await sql`
    insert into keying_slip (municipality_code, batch_id, slip_no, scan_id, slip)
    values (${peopledTown}, ${pile}, 1, ${randomUUID()}, ${Buffer.alloc(64, 1)})`
}

/** An address that was asked about, its link, and a mail that came back. */
async function addMail(
  sql: postgres.Sql,
  { resident, course, attempt }: { resident: string; course: string; attempt: string },
): Promise<void> {
  await sql`
    insert into mail_address (municipality_code, resident_id) values (${peopledTown}, ${resident})
    on conflict do nothing`
  await sql`
    insert into mail_link (municipality_code, token_sha256, resident_id, usable_until)
    values (${peopledTown}, ${Buffer.alloc(32, 1)}, ${resident}, now() + interval '30 days')`
  await sql`
    insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via,
                             received_by)
    values (${peopledTown}, ${attempt}, ${course}, '5.1.1', '2021-07-01', 'page', 'a')`
}

/** A dose form that was printed. */
async function addPaperForm(sql: postgres.Sql, resident: string): Promise<void> {
  const file = randomUUID()
  await sql`
    insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as)
    values (${peopledTown}, ${file}, 'doseForms', '{}', '2021-07-01', 'a', 'clerk')`
  await sql`
    insert into paper_form (municipality_code, file_id, page, resident_id, number_index, dose_number)
    values (${peopledTown}, ${file}, 1, ${resident}, ${Buffer.alloc(16, 9)}, 1)`
}

/** What a clerk leaves behind who decides on a finding. */
async function addRowsOfFindings(sql: postgres.Sql): Promise<void> {
  const [hit] = await sql<{ dose: string; code: string }[]>`
    select dose_id as dose, code from finding where municipality_code = ${peopledTown} limit 1`
  await sql`
    insert into finding_event (municipality_code, dose_id, code, on_day, by_whom, what, state_to)
    values (${peopledTown}, ${hit!.dose}, ${hit!.code}, '2021-07-01', 'a', 'assigned', 'ruleHit')`
  await sql`
    insert into error_report (municipality_code, id, form, dose_id, opened_on, due_on)
    values (${peopledTown}, ${randomUUID()}, '4-10-2', ${hit!.dose}, '2021-07-01', '2021-07-01')`
}

/** What the reader of a letter leaves behind. */
async function addRowsOfReaders(sql: postgres.Sql, resident: string): Promise<void> {
  const code = randomUUID()
  await sql`
    insert into letter_code (municipality_code, code_index, id, resident_id, letter_id, made_on)
    values (${peopledTown}, ${Buffer.alloc(16, 7)}, ${code}, ${resident}, ${randomUUID()}, '2021-07-01')`
  await sql`
    insert into resident_session (municipality_code, token_sha256, resident_id, letter_code_id, started_at, expires_at)
    values (${peopledTown}, ${Buffer.alloc(32, 7)}, ${resident}, ${code}, now(), now() + interval '15 minutes')`
  await sql`
    insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
    values (${peopledTown}, ${randomUUID()}, ${resident}, '2021-07-01', 'letter/test')`
  await sql`
    insert into resident_message (municipality_code, id, resident_id, kind, said_on)
    values (${peopledTown}, ${randomUUID()}, ${resident}, 'notMine', '2021-07-01')`
  await sql`
    insert into erased_register_number (municipality_code, register_number) values (${peopledTown}, 'E1')`
}

/** A stick of the town that was taken, with its key, and one that was refused. */
async function addStick(sql: postgres.Sql): Promise<void> {
  const [by, key, stick] = [randomUUID(), randomUUID(), randomUUID()]
  const publicKey = `${'A'.repeat(43)}=`
  await sql`
    insert into account (id, login, role, office)
    values (${by}, ${`sticks-${by.slice(0, 8)}`}, 'municipalAdministrator', ${peopledTown})`
  await sql`
    insert into stick_key (municipality_code, id, public_key, code, registered_by)
    values (${peopledTown}, ${key}, ${publicKey}, 'AAAA-BBBB-CCCC-DDDD', ${by})`
  await sql`
    insert into stick (municipality_code, id, manifest_sha256, sequence, made_at, expires_on, public_key)
    values (${peopledTown}, ${stick}, ${'0'.repeat(64)}, 1, now(), '2099-12-31', ${publicKey})`
  await sql`
    insert into stick_file (municipality_code, stick_id, position, file_name, mode, bytes, sha256)
    values (${peopledTown}, ${stick}, 0, 'a.csv', 'full', 1, ${'0'.repeat(64)})`
  await sql`
    insert into stick_refusal (id, claimed_town, code)
    values (${randomUUID()}, ${peopledTown}, 'stickExpired')`
}
