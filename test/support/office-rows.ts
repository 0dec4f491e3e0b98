/** Rows that days of work would leave behind, of a town's office: written by the superuser. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { addDays } from '../../domain/calendar.ts'
import { costItems } from '../../domain/cost.ts'
import { alarmKinds } from '../../i18n/monitor-words.ts'
import { on, type World } from '../db/activities/fixture.ts'
import type { Staff } from './credentials.ts'

type Sql = postgres.Sql
const digest = 'c0ffee00'.repeat(8)
const lastDay = on('2021-07-04')

/** A batch in each state that no real evening of the story has, each on a day of its own. */
export async function addBatches(
  sql: Sql,
  { town, by }: { town: string; by: Record<Staff, string> },
): Promise<void> {
  const proposed = {
    municipality_code: town,
    letters: 0,
    proposed_letters: 1234,
    proposed_by_kind: { reminder: 1180, invitation: 40, relocationNotice: 14 },
    reference_on: '2021-06-20',
    proposed_at: new Date('2021-06-20T10:00:00Z'),
  }
  const checked = { checked_by: by.clerk, checked_at: new Date('2021-06-20T10:05:00Z') }
  const released = {
    ...checked,
    released_by: by.municipalAdministrator,
    released_at: new Date('2021-06-20T10:10:00Z'),
  }
  const sealed = {
    ...released,
    letters: 1229,
    sealed_at: new Date('2021-06-20T10:11:00Z'),
    sealed_on: '2021-06-20',
    stopped: { dosed: 3, deceased: 1, movedHome: 1 },
  }
  const printed = {
    ...sealed,
    pages: 1301,
    printed_at: new Date('2021-06-20T10:12:00Z'),
    manifest_sha256: digest,
    manifest_key: `${'A'.repeat(43)}=`,
    manifest_signature: `${'A'.repeat(86)}==`,
    reconcile_by: '2021-06-22',
  }
  const posted = {
    ...{ printed_pages: 1301, posted_on: '2021-06-21', posted_by: by.printOperator },
    ...{ posted_at: new Date('2021-06-21T03:00:00Z'), explained: ['readTwice'] },
  }
  const aborted = {
    ...{ abort_asked_by: by.clerk, abort_asked_at: new Date('2021-06-20T10:20:00Z') },
    ...{ abort_reason: 'wrongText' },
  }
  const rows: [day: string, state: string, more: object][] = [
    ['2021-06-15', 'posted', { ...printed, ...posted }],
    [
      '2021-06-16',
      'aborted',
      { ...sealed, ...aborted, aborted_at: new Date(), withdrawn_letters: 1229 },
    ],
    ['2021-06-17', 'printed', printed],
    ['2021-06-18', 'sealed', sealed],
    ['2021-06-19', 'sealed', { ...sealed, ...aborted }],
    ['2021-06-20', 'released', released],
    ['2021-06-21', 'proposed', checked],
    ['2021-06-22', 'proposed', { proposed_letters: 0, proposed_by_kind: {} }],
    ['2021-06-23', 'posted', { ...printed, ...posted, ...byItself }],
  ]
  for (const [day, state, more] of rows) {
    const row = { ...proposed, batch_on: day, id: randomUUID(), state, ...more } as object
    await sql`insert into letter_batch ${sql(row as Record<string, never>)}`
  }
}
const byItself = {
  ...{ checked_by: null, checked_at: null, released_by: null, released_automatically: true },
}

/** Of every kind, each with a detail; what left day by day; and what reminders brought. */
export async function addDifferences(
  sql: Sql,
  { towns, courses }: { towns: string[]; courses: string[] },
): Promise<void> {
  const details = ['nothingKnown', 'saidSuppressed', 'tooEarly', 'betweenMunicipalities', 'dosed']
  const [first] = towns
  for (const [i, kind] of alarmKinds.entries()) {
    const course = kind === 'unknownDeparture' ? null : courses[i % courses.length]!
    await sql`
      insert into monitor_alarm (municipality_code, id, kind, course_id, notice_kind, round, detail, raised_on)
      values (${first!}, ${randomUUID()}, ${kind}, ${course}, 'reminder', 1,
              ${details[i % details.length]!}, ${addDays(lastDay, -i)})`
  }
  await sql`
    insert into monitor_alarm (municipality_code, id, kind, raised_on)
    values (${towns[1]!}, ${randomUUID()}, 'missed', ${lastDay}),
           ('system', ${randomUUID()}, 'unknownDeparture', ${lastDay})`
  for (let i = 0; i < 60; i++) {
    const day = addDays(lastDay, -i)
    const counts: Record<string, number> = {
      'left.mail': (i * 37) % 90,
      'left.letter': i % 7 < 5 ? 20 + ((i * 13) % 60) : 0,
      ...(i % 19 === 3 && { missed: 1 + (i % 3) }),
      ...(i < 3 && { waiting: 4 }),
    }
    if (i === 0) Object.assign(counts, today)
    for (const [what, count] of Object.entries(counts)) {
      await sql`
        insert into monitor_count (municipality_code, day, what, count)
        values (${first!}, ${day}, ${what}, ${count})`
    }
  }
  for (const [round, channel, sent, watched, came, hadIt] of effects) {
    await sql`
      insert into reminder_effect (municipality_code, month, round, channel, sent, watched, came, had_it)
      values (${first!}, '2021-06-01', ${round}, ${channel}, ${sent}, ${watched}, ${came}, ${hadIt})`
  }
  await sql`
    insert into monitor_run (day, began_at, ended_at, courses, mails_known_by)
    values (${lastDay}, '2021-07-04T15:05:00Z', '2021-07-04T15:05:40Z', 12345, 'sender')`
  await sql`
    insert into monitor_setting (municipality_code, alarm_mail, set_by)
    values (${first!}, 'a-rather-long-mailbox-of-the-office@city.kakuu.example.jp', 'test')`
}
const today = {
  byHandOpen: 3,
  'held.betweenMunicipalities': 12,
  'held.noAddress': 4,
  'suppressed.dosed': 1204,
  'suppressed.protected': 6,
  'suppressed.declinedLetters': 2,
}
const effects = [
  [1, 'mail', 1250, 1100, 730, 42],
  [1, 'letter', 2310, 2000, 960, 120],
  [2, 'letter', 900, 0, 0, 15],
] as const

export async function addCosts(sql: Sql, { towns }: { towns: string[] }): Promise<void> {
  const months = Array.from({ length: 14 }, (_, i) => {
    const at = new Date(Date.UTC(2020, 5 + i, 1))
    return at.toISOString().slice(0, 10)
  })
  for (const town of towns) {
    for (const [i, month] of months.entries()) {
      for (const [j, item] of costItems.entries()) {
        await sql`
          insert into cost_quantity (municipality_code, month, item, quantity, counted_on)
          values (${town}, ${month}, ${item}, ${i * 1234 * (j + 1)}, ${lastDay})`
      }
    }
  }
  const prices = [
    ['letters', '84.00'],
    ['pages', '12.50'],
    ['doses', '2277.00'],
    ['mails', null],
  ] as const
  for (const [item, yen] of prices) {
    await sql`
      insert into unit_price (municipality_code, id, item, from_on, yen, set_by)
      values (${towns[0]!}, ${randomUUID()}, ${item}, '2021-04-01', ${yen}, 'test')`
  }
  for (const area of ['00', '13', '01', 'other']) {
    for (const [j, item] of costItems.entries()) {
      await sql`
        insert into cost_total (month, area_code, item, municipalities, quantity, yen, undecided)
        values ('2021-07-01', ${area}, ${item}, 4, ${98_765 * (j + 1)}, ${12_345_678 * j}, ${j % 3})`
    }
  }
}

/** Addresses in every state, and mails that came back; the first have had a notice by mail. */
export async function addMails(world: World, town: string): Promise<void> {
  const { sql } = world
  const states = [
    ...[['toAsk'], ['asking'], ['asked'], ['verified'], ['verified']],
    ...['unsubscribed', 'takenBack', 'refused', 'bounced', 'removed'].map((why) => [
      'stopped',
      why,
    ]),
  ] as [string, string?][]
  for (const [i, [state, because]] of states.entries()) {
    const mail = `someone-${i}@example.invalid`
    const made = await world.personWithDose({ town, mail })
    if (i < 3) await world.sendNotice(made)
    await sql`
      update mail_address set state = ${state}, stopped_because = ${because ?? null},
                              stopped_on = ${because ? '2021-06-20' : null}
       where resident_id = ${made.residentId}`
    const [attempt] = i < 3 ? await world.attempts(made.courseId) : []
    if (!attempt) continue
    const outcome = [null, 'letter', 'tooLate'][i]!
    await sql`
      insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via,
                               received_by, settled_on, outcome)
      values (${town}, ${attempt.id}, ${made.courseId}, ${['5.1.1', '4.2.2', '5.7.1'][i]!}, '2021-06-20',
              'page', 'test', ${outcome && '2021-06-20'}, ${outcome})`
  }
}

/** A full file that leaves people out. Answers the import's id. */
export async function addLeftOut(sql: Sql, town: string, residents: string[]): Promise<string> {
  const id = randomUUID()
  await sql`
    insert into import_file (municipality_code, id, file_name, layout, encoding, mode, state, sha256,
                             bytes, rows_read, rows_same, rejected, missing_from_file, received_by,
                             received_on, reviewed_at)
    values (${town}, ${id}, '住民基本台帳抽出_令和3年7月5日_全件_見本市.csv', 'residentRegister', 'cp932',
            'full', 'reviewed', ${digest}, 123456, 20, 18, 2, ${residents.length + 3}, 'test',
            '2021-07-05', now())`
  await sql`
    insert into import_run (municipality_code, import_id, received_on)
    values (${town}, ${id}, '2021-07-05')`
  await sql`
    insert into import_note (municipality_code, import_id, row_number, ordinal, outcome, column_name,
                             code, resident_id)
    select ${town}, ${id}, 0, n.at - 1, 'missing', '', 'leftOut', n.resident
      from unnest(${residents}::uuid[]) with ordinality as n(resident, at)`
  return id
}
