/**
 * What is due, deleted: one statement per class, of all towns, by age alone. `before` is the first day
 * that is still kept; wall classes take it as midnight in Tokyo.
 */
import { tokyoInstant } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { DailyClass, RetentionName } from '../../domain/retention.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'

/** Large enough for a day, small enough that no lock is held for long: what is left waits a day. */
const rowsAtOnce = 50_000

type Delete = (tx: Tx, before: PlainDate) => Promise<number>

/** By the class's name; those that are files are the worker's. */
const deletes: Partial<Record<RetentionName, Delete>> = {
  scanAnswers: async (tx, before) => {
    const done = await tx`
      update scan
         set answer = jsonb_build_object('scanId', id, 'verdict', verdict, 'findings', '[]'::jsonb,
                                         'undoUntil', answer -> 'undoUntil')
       where id in (select id from scan
                     where received_on < ${before} and answer ?| array['doseId', 'next']
                     limit ${rowsAtOnce})`
    return done.count
  },
  unattachedScans: async (tx, before) => {
    const done = await tx`
      update scan set ticket_number = null, birth_year_stated = null
       where id in (select id from scan
                     where received_on < ${before} and ticket_number is not null
                     limit ${rowsAtOnce})`
    const told = await tx`
      update ticketless_dose set stated = null, desk_index = null, ticket_index = null
       where id in (select id from ticketless_dose
                     where received_on < ${before} and stated is not null
                     limit ${rowsAtOnce})`
    return done.count + told.count
  },
  scanConflicts: async (tx, before) =>
    countOf(
      await tx`
      update scan_conflict set ticket_read = null, birth_stated = null, ticket_town = null,
                               ticket_index = null
       where reported_on < ${before} and (ticket_read is not null or birth_stated is not null)`,
    ),
  unattachedKeys: async (tx) => {
    const scans = await tx`
      delete from resident_key k using scan s
       where (k.municipality_code, k.resident_id) = (s.issuing_municipality_code, s.id)
         and s.ticket_number is null`
    const conflicts = await tx`
      delete from resident_key k using scan_conflict c
       where (k.municipality_code, k.resident_id) = (c.municipality_code, c.id)
         and c.ticket_read is null and c.birth_stated is null`
    const told = await tx`
      delete from resident_key k using ticketless_dose d
       where (k.municipality_code, k.resident_id) = (d.municipality_code, d.id)
         and d.stated is null`
    const keyed = await tx`
      delete from resident_key k using keying_batch b
       where (k.municipality_code, k.resident_id) = (b.municipality_code, b.id)
         and b.finished_at is not null`
    return scans.count + conflicts.count + told.count + keyed.count
  },
  keyedDrafts: async (tx, before) => {
    await tx`
      delete from resident_key k using keying_batch b
       where (k.municipality_code, k.resident_id) = (b.municipality_code, b.id)
         and b.begun_on < ${before}`
    return countOf(await tx`delete from keying_batch where begun_on < ${before}`)
  },
  importCells: async (tx, before) => {
    await tx`
      delete from resident_key k using import_file f
       where (k.municipality_code, k.resident_id) = (f.municipality_code, f.id)
         and f.received_on < ${before}`
    const notes = await tx`
      delete from import_note n using import_file f
       where (n.municipality_code, n.import_id) = (f.municipality_code, f.id)
         and f.received_on < ${before}`
    const replaced = await tx`
      delete from import_before b using import_file f
       where (b.municipality_code, b.import_id) = (f.municipality_code, f.id)
         and f.received_on < ${before}`
    return notes.count + replaced.count
  },
  letterContent: async (tx, before) => {
    const done = await tx`
      delete from letter_content c using notice_attempt a
       where (a.municipality_code, a.id) = (c.municipality_code, c.attempt_id)
         and a.settled_on < ${before}
         -- a batch that waits for its printer, however long, can still be printed
         and not exists (select from letter_batch b
                          where (b.municipality_code, b.batch_on) = (a.municipality_code, a.batch_on)
                            and b.state in ('released', 'sealed'))`
    return done.count
  },
  officeFileKeys: async (tx, before) =>
    countOf(
      await tx`
      update office_file set state = 'gone', wrapped = null
       where state = 'made' and made_at < ${startOf(before)}`,
    ),
  paperForms: async (tx, before) =>
    countOf(
      await tx`
      delete from paper_form f using office_file o
       where (o.municipality_code, o.id) = (f.municipality_code, f.file_id)
         and o.asked_on < ${before}`,
    ),
  returnedLetters: async (tx, before) =>
    countOf(await tx`delete from returned_letter where ended_on < ${before}`),
  forwardingAddresses: async (tx, before) =>
    countOf(
      await tx`
      delete from forwarding_address where least(ended_on, until_on) < ${before}`,
    ),
  contactPhones: async (tx, before) =>
    countOf(await tx`delete from contact_phone where entered_on < ${before}`),
  followUpCalls: async (tx, before) =>
    countOf(await tx`delete from follow_up_call where called_on < ${before}`),
  letterCodes: async (tx, before) =>
    countOf(await tx`delete from letter_code where made_on < ${before}`),
  letterCodeTries: async (tx, before) =>
    countOf(await tx`delete from letter_code_try where tried_at < ${startOf(before)}`),
  residentSessions: async (tx, before) =>
    countOf(await tx`delete from resident_session where expires_at < ${startOf(before)}`),
  residentMessages: async (tx, before) =>
    countOf(await tx`delete from resident_message where said_on < ${before}`),
  letterRefusals: async (tx, before) =>
    countOf(
      await tx`
      delete from letter_refusal where refused_on < ${before} and taken_back_at is not null`,
    ),
  mailLinks: async (tx, before) =>
    countOf(await tx`delete from mail_link where made_at < ${startOf(before)}`),
  mailBounces: async (tx, before) =>
    countOf(
      await tx`delete from mail_bounce where received_on < ${before} and settled_on is not null`,
    ),
  watchedNotices: async (tx, before) => {
    const left = await tx`delete from notice_departure where left_on < ${before}`
    const debts = await tx`delete from notice_debt where seen_on < ${before}`
    const alarms = await tx`delete from monitor_alarm where closed_on < ${before}`
    return left.count + debts.count + alarms.count
  },
  printMarks: async (tx, before) => {
    const marks = await tx`delete from batch_mark where batch_on < ${before}`
    const reprints = await tx`delete from letter_reprint where batch_on < ${before}`
    return marks.count + reprints.count
  },
  staffSessions: async (tx, before) =>
    countOf(
      await tx`
      delete from account_session
       where least(expires_at, coalesce(revoked_at, expires_at)) < ${startOf(before)}`,
    ),
  signInChallenges: async (tx, before) => {
    const at = startOf(before)
    const challenges = await tx`delete from sign_in_challenge where expires_at < ${at}`
    const tokens = await tx`delete from device_token where expires_at < ${at}`
    const codes = await tx`delete from device_enrolment where expires_at < ${at}`
    return challenges.count + tokens.count + codes.count
  },
  outboxErrors: async (tx, before) =>
    countOf(
      await tx`
      update outbox set last_error = null
       where set_aside_at < ${startOf(before)} and last_error is not null`,
    ),
  myNumberMatches: async (tx, before) =>
    countOf(await tx`delete from my_number_matches where asked_on < ${before}`),
}

export function isInDatabase({ name }: DailyClass): boolean {
  return deletes[name] !== undefined
}

/** Answers how many rows went. Safe to repeat on the same day: the counts add up. */
export async function deleteDue(
  sql: Sql,
  { name }: DailyClass,
  { day, before }: { day: PlainDate; before: PlainDate },
): Promise<number> {
  return withPurpose(sql, { municipalityCode: [], purpose: 'retain' }, async (tx) => {
    const rows = await deletes[name]!(tx, before)
    await noteProof(tx, name, day, rows)
    return rows
  })
}

export async function noteProof(
  tx: Sql | Tx,
  name: RetentionName,
  day: PlainDate,
  rows: number,
): Promise<void> {
  await tx`
    insert into retention_proof as p (class, day, rows) values (${name}, ${day}, ${rows})
    on conflict (class, day) do update
      set rows = p.rows + excluded.rows, done_at = clock_timestamp()`
}

/** Classes that have run on a day. */
export async function provenOn(sql: Sql, day: PlainDate): Promise<Set<string>> {
  const rows = await sql<{ class: string }[]>`select class from retention_proof where day = ${day}`
  return new Set(rows.map((row) => row.class))
}

function countOf({ count }: { count: number }): number {
  return count
}

function startOf(day: PlainDate): string {
  return tokyoInstant(day, 0)
}
