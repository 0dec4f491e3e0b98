// The watch over what is owed and what left: each kind of difference is planted in a real database, with
// real mails in a real SMTP server's folder and real printed batches, and exactly that alarm arrives as a
// real mail. The sender's own tables lie in half of these; the watch has to be right all the same.

import { randomUUID } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { monitorEn } from '../../../i18n/monitor-words.ts'
import { type Sink, startSink } from '../../../mail/sink.ts'
import { createMailer, type Mailer } from '../../../mail/transport.ts'
import { mailAlarms } from '../../../monitor/alarm-mail.ts'
import { letterJournal, mailJournal } from '../../../monitor/journal.ts'
import { watchDay } from '../../../monitor/watch.ts'
import { startMailSender } from '../../../workers/mail-sender.ts'
import { type Made, on, round1On, World } from '../activities/fixture.ts'

const office = 'alarm@town.invalid'
const operator = 'operator@system.invalid'
const evening = 1140

let world: World
let monitor: Sql
let town: string
/** Where the sender's mails arrive, and where alarms do. */
let mailDir: string
let alarmDir: string
let sink: Sink
let alarmSink: Sink
let mailer: Mailer

beforeAll(async () => {
  world = await World.open()
  monitor = connect(world.db.urls.sesshu_monitor, { name: 'test monitor', max: 2 })
})
afterAll(async () => {
  await monitor?.end({ timeout: 1 })
  await world?.close()
})

/** Everybody of an earlier test is out of the way: each test is a world of its own. */
beforeEach(async () => {
  await world.sql`truncate notice_departure, notice_debt, monitor_alarm, monitor_count, monitor_run,
                  monitor_grace, municipality_grace, reminder_effect`
  await world.sql`
    update course set closed_because = 'merged', stage = 'closed', series = series || '/' || id
     where closed_because is null`
  rmSync(join(world.dataDir, 'letters'), { recursive: true, force: true })
  town = await world.newTown()
  await world.sql`
    insert into monitor_setting (municipality_code, alarm_mail, set_by) values (${town}, ${office}, 'a')`
  mailDir = mkdtempSync(join(tmpdir(), 'sesshu-journal-'))
  alarmDir = mkdtempSync(join(tmpdir(), 'sesshu-alarms-'))
  const now = () => new Date(world.clock.now())
  sink = await startSink({ mailDir, port: 0, now })
  alarmSink = await startSink({ mailDir: alarmDir, port: 0 })
  mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${sink.port}`, from: 'town@sender.invalid' })
  // The watch is at work before anything is due.
  await look(addDays(round1On, -30))
})
afterEach(async () => {
  mailer.close()
  await Promise.all([sink.close(), alarmSink.close()])
  for (const folder of [mailDir, alarmDir]) rmSync(folder, { recursive: true, force: true })
})

/** By the end of that day. Facts' moments are told in the clock of the story. */
function look(day: PlainDate) {
  return watchDay(
    {
      sql: monitor,
      mails: mailJournal(mailDir, (ms) => ms),
      letters: letterJournal(join(world.dataDir, 'letters')),
      toBusinessMs: (ms) => ms,
      marginMs: 0,
    },
    day,
  )
}

/** Each day from one to another, as the watch does. */
async function lookFrom(first: PlainDate, last: PlainDate) {
  for (let day = first; day <= last; day = addDays(day, 1)) await look(day)
}

async function alarms() {
  const rows = await world.sql<{ kind: string; detail: string | null; courseId: string | null }[]>`
    select kind, detail, course_id as "courseId" from monitor_alarm where closed_on is null
     order by raised_at, kind`
  return rows.map(({ kind, detail, courseId }) => ({ kind, detail, courseId }))
}

/** What arrived in the mailboxes of the alarm, by the real SMTP server that took it. */
async function arrived(): Promise<ParsedMail[]> {
  await mailAlarms(monitor, {
    smtpUrl: `smtp://127.0.0.1:${alarmSink.port}`,
    from: 'watch@system.invalid',
    operatorMail: operator,
    origin: 'https://sesshu.invalid',
  })
  const names = readdirSync(alarmDir)
    .filter((name) => name.endsWith('.eml'))
    .sort()
  return Promise.all(names.map((name) => simpleParser(readFileSync(join(alarmDir, name)))))
}

/** Exactly one difference of that kind: a row, and the same sentence in both mailboxes and no other. */
async function expectExactly(
  kind: keyof typeof monitorEn.kinds,
  made: Made | null,
  detail?: string,
) {
  expect(await alarms()).toEqual([
    {
      kind,
      courseId: made?.courseId ?? null,
      detail: detail === undefined ? expect.anything() : detail,
    },
  ])
  const mails = await arrived()
  const to = mails.map((mail) => [mail.to ?? []].flat().flatMap((field) => field.value)[0]?.address)
  expect(to.sort()).toEqual(made ? [office, operator] : [operator])
  for (const mail of mails) {
    const said = Object.entries(monitorEn.kinds).filter(([, { name }]) =>
      mail.text?.includes(`- ${name}: `),
    )
    expect(said.map(([word]) => word)).toEqual([kind])
    expect(mail.text).toContain(`- ${monitorEn.kinds[kind].name}: 1\n`)
    // It names nobody and no course, and leads to the page.
    expect(mail.text).not.toMatch(/見本|花子|[0-9a-f]{8}-/)
    expect(mail.text).toContain('https://sesshu.invalid/monitor')
  }
  // Told once.
  expect(await arrived()).toHaveLength(mails.length)
}

async function somebody(mail?: string): Promise<Made> {
  const made = await world.personWithDose({ town, ...(mail && { mail }) })
  // Recorded on its own day, in the story's time, and not today.
  await world.sql`
    update dose set recorded_at = given_on::timestamp at time zone 'Asia/Tokyo' + interval '12 hours'
     where id = ${made.doseId}`
  return made
}
const byMail = () => somebody(`r-${randomUUID()}@example.invalid`)

const momentOf = (day: string, time = '10:00') => `${day}T${time}:00+09:00`

async function send(made: Made, round = 1, day: PlainDate = round1On): Promise<void> {
  world.setDay(day)
  await world.sendNotice(made, world.reminder(made, round, day))
  const [attempt] = (await world.attempts(made.courseId)).slice(-1)
  if (attempt?.channel === 'mail' && attempt.state === 'queued') await drain(made)
  else {
    world.setDay(day, evening)
    await world.seal(town, day)
    await world.print(town, day)
  }
}

async function drain(made: Made): Promise<void> {
  const { worker: sql, vault, clock } = world
  const sender = startMailSender({ sql, vault, clock, log: world.deps.log, mailer, concurrency: 1 })
  for (;;) {
    const rows = await world.sql`
      select 1 from notice_attempt a join notice n on n.id = a.notice_id
       where n.course_id = ${made.courseId} and a.settled_at is null`
    if (rows.length === 0) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await sender.stop()
}

const laterThan = (day: PlainDate, days: number) => addDays(day, days)

describe('when all is well', () => {
  test('a mail and a letter, a second round, and no alarm', async () => {
    const [mailed, lettered] = [await byMail(), await somebody()]
    await send(mailed)
    await send(lettered)
    await lookFrom(laterThan(round1On, -1), laterThan(round1On, 14))
    for (const made of [mailed, lettered]) await send(made, 2, laterThan(round1On, 14))
    await lookFrom(laterThan(round1On, 14), laterThan(round1On, 20))
    expect(await alarms()).toEqual([])
    expect(await arrived()).toEqual([])
    const lines = await world.sql`
      select day::text, what, count from monitor_count where municipality_code = ${town} order by 1, 2`
    expect(lines.map((line) => ({ ...line }))).toEqual([
      { day: round1On, what: 'left.letter', count: 1 },
      { day: round1On, what: 'left.mail', count: 1 },
      { day: laterThan(round1On, 14), what: 'left.letter', count: 1 },
      { day: laterThan(round1On, 14), what: 'left.mail', count: 1 },
    ])
  })

  test('what is left out for a reason that facts bear out is no difference', async () => {
    const [dead, safe, unwilling, gone] = [
      await somebody(),
      await somebody(),
      await somebody(),
      await somebody(),
    ]
    await world.die(dead, on('2021-06-01'))
    await world.protect(safe, on('2021-05-20'))
    await world.sql`
      insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
      values (${town}, ${randomUUID()}, ${unwilling.residentId}, '2021-06-01', 'a')`
    await world.planToMoveOut(gone, on('2021-06-10'), on('2021-06-05'))
    for (const made of [safe, unwilling, gone]) {
      world.setDay(round1On)
      await world.sendNotice(made)
    }
    await lookFrom(laterThan(round1On, -1), laterThan(round1On, 5))
    expect(await alarms()).toEqual([])
    const [line] = await world.sql`
      select json_object_agg(what, count) as counts from monitor_count
       where municipality_code = ${town} and day = ${round1On}`
    expect(line!.counts).toEqual({
      'suppressed.protected': 1,
      'suppressed.declinedLetters': 1,
      'held.betweenMunicipalities': 1,
      byHandOpen: 1,
    })
  })
})

describe('a notice that was lost', () => {
  test('never decided on: an alarm once the day after its day is over, closed when it leaves', async () => {
    const made = await byMail()
    await lookFrom(laterThan(round1On, -1), round1On)
    expect(await alarms()).toEqual([])
    await look(laterThan(round1On, 1))
    await expectExactly('missed', made, 'nothingKnown')
    await send(made, 1, laterThan(round1On, 2))
    await look(laterThan(round1On, 2))
    expect(await alarms()).toEqual([{ kind: 'late', detail: null, courseId: made.courseId }])
  })

  test('the sender says that it left: the journal knows of none', async () => {
    const made = await byMail()
    await send(made)
    for (const name of readdirSync(mailDir)) rmSync(join(mailDir, name))
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('missed', made, 'saidLeft')
  })

  test('the plan lies that all is complete, and the grace that there is time: owed all the same', async () => {
    const made = await byMail()
    await world.sql`
      update course set stage = 'complete', doses_given = 2, steps = '[]', overdue_on = null
       where id = ${made.courseId}`
    await world.sql`
      insert into municipality_grace (municipality_code, day, days, doses)
      select ${town}, d, 300, 60 from generate_series('2021-05-01'::date, '2021-07-01', '1 day') d`
    await lookFrom(round1On, laterThan(round1On, 1))
    const kinds = (await alarms()).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind !== 'graceDiffers')).toEqual(['missed'])
    expect(kinds.filter((kind) => kind === 'graceDiffers').length).toBeGreaterThan(0)
  })

  test('a letter that was taken out of a printed batch', async () => {
    const made = await somebody()
    await send(made)
    const path = join(world.dataDir, 'letters', `${town}-${round1On}.manifest.json`)
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...manifest, letters: [] }))
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('missed', made, 'saidLeft')
  })
})

describe('a notice that left wrongly', () => {
  test('twice: a letter follows a mail of which nobody says that it failed', async () => {
    const made = await byMail()
    await send(made)
    const [notice] = await world.notices(made.courseId)
    plantLetter(notice!.id, round1On)
    await look(round1On)
    await expectExactly('sentTwice', made, 'otherAttempt')
  })

  test('the same mail once more is allowed, a third time is not', async () => {
    const made = await byMail()
    await send(made)
    const [name] = readdirSync(mailDir)
    const again = (as: string) => cpSync(join(mailDir, name!), join(mailDir, as))
    again('20210613T01-again.eml')
    await look(round1On)
    expect(await alarms()).toEqual([])
    again('20210613T02-again.eml')
    await look(laterThan(round1On, 1))
    await expectExactly('sentTwice', made, 'sameMessage')
  })

  test('to somebody whose dose was recorded the day before', async () => {
    const made = await byMail()
    await send(made)
    await world.dose(made, 2, on('2021-06-10'), 'pfizer', on('2021-06-12'))
    await world.sql`
      update dose set recorded_at = ${momentOf('2021-06-12')} where course_id = ${made.courseId}
         and claimed_dose_number = 2`
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('toDosed', made, null as never)
  })

  test('to somebody who was dosed and not recorded yet: nobody’s fault, and counted', async () => {
    const made = await byMail()
    await send(made)
    await world.dose(made, 2, on('2021-06-10'), 'pfizer', on('2021-06-20'))
    await world.sql`
      update dose set recorded_at = ${momentOf('2021-06-20')} where course_id = ${made.courseId}
         and claimed_dose_number = 2`
    await lookFrom(round1On, laterThan(round1On, 30))
    expect(await alarms()).toEqual([])
    const effect = await world.sql`
      select round, channel, sent, watched, came, had_it as "hadIt" from reminder_effect
       where municipality_code = ${town}`
    expect(effect.map((line) => ({ ...line }))).toEqual([
      { round: 1, channel: 'mail', sent: 1, watched: 1, came: 0, hadIt: 1 },
    ])
  })

  test('to somebody who had died, as was told', async () => {
    const made = await byMail()
    await send(made)
    await world.sql`
      update resident set status = 'deceased', status_on = '2021-06-08' where id = ${made.residentId}`
    await event(made, 'deceased', '2021-06-08', '2021-06-10')
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('toDead', made, null as never)
  })

  test('to somebody of whose move-out was told, and who moved in nowhere yet', async () => {
    const made = await somebody()
    await send(made)
    await world.sql`
      update resident set move_out_planned_on = '2021-06-10', move_out_event_id = ${randomUUID()}
       where id = ${made.residentId}`
    await event(made, 'moveOutNotified', '2021-06-10', '2021-06-05')
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('toMoved', made, 'betweenMunicipalities')
  })

  test('to somebody who shares a household with a protected person', async () => {
    const made = await byMail()
    await send(made)
    const other = await world.resident({ town })
    for (const residentId of [made.residentId, other]) {
      await world.sql`
        insert into household_member (municipality_code, resident_id, from_on, household, recorded_at)
        values (${town}, ${residentId}, '2021-01-01', ${Buffer.alloc(16, 5)}, '2021-01-01')`
    }
    await world.sql`
      insert into protection (municipality_code, resident_id, from_on, reported_at)
      values (${town}, ${other}, '2021-06-01', ${momentOf('2021-06-02')})`
    await look(round1On)
    await expectExactly('toProtected', made, null as never)
  })

  test('before its day', async () => {
    const made = await byMail()
    await send(made)
    const [name] = readdirSync(mailDir)
    const early = readFileSync(join(mailDir, name!), 'utf8')
      .replace(/X-Sesshu-Campaign-Date: .*/, 'X-Sesshu-Campaign-Date: 2021-06-01')
      .replace(/X-Sesshu-Accepted-At: .*/, 'X-Sesshu-Accepted-At: 2021-06-01T01:00:00.000Z')
    writeFileSync(join(mailDir, name!), early)
    await lookFrom(on('2021-06-01'), round1On)
    await expectExactly('notOwed', made, 'tooEarly')
  })

  test('to nobody that anybody knows', async () => {
    plantMail(randomUUID(), round1On)
    await look(round1On)
    await expectExactly('unknownDeparture', null, null as never)
  })
})

describe('a notice that was left out', () => {
  test.each(['dosed', 'protected', 'noSender', 'because'])(
    'for "%s", which no fact bears out',
    async (reason) => {
      const made = await somebody()
      world.setDay(round1On)
      await world.sendNotice(made)
      await world.sql`
        update notice set state = 'suppressed', reason = ${reason} where course_id = ${made.courseId}`
      await lookFrom(round1On, laterThan(round1On, 3))
      await expectExactly('suppressedWithoutReason', made, reason)
    },
  )

  test('protected, and nobody was asked to see to it by hand', async () => {
    const made = await somebody()
    await world.protect(made, on('2021-05-20'))
    world.setDay(round1On)
    await world.sendNotice(made)
    await world.sql`delete from task where course_id = ${made.courseId}`
    await lookFrom(round1On, laterThan(round1On, 2))
    await expectExactly('byHandMissing', made, null as never)
  })
})

describe('when the sender’s tables lie', () => {
  test('its rows are gone: what left is known by its own id', async () => {
    const [mailed, lettered] = [await byMail(), await somebody()]
    await send(mailed)
    await send(lettered)
    await world.sql`delete from notice_attempt where notice_id in
                      (select id from notice where municipality_code = ${town})`
    await world.sql`delete from notice where municipality_code = ${town}`
    await lookFrom(round1On, laterThan(round1On, 3))
    expect(await alarms()).toEqual([])
  })

  test('one person’s notice is booked on another: who got none is found', async () => {
    const [one, other] = [await byMail(), await byMail()]
    await send(one)
    await world.sql`
      update notice set course_id = ${other.courseId}, occasion = ${other.doseId}
       where course_id = ${one.courseId}`
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('missed', other)
  })
})

/** A register's word, with the day on which it came. */
async function event(
  made: Made,
  kind: string,
  effectiveOn: string,
  recordedOn: string,
): Promise<void> {
  await world.sql`
    insert into register_event (id, municipality_code, kind, resident_id, effective_on, body_digest, answer,
                                recorded_on, recorded_at, notified_on)
    values (${randomUUID()}, ${made.town}, ${kind}, ${made.residentId}, ${effectiveOn},
            ${Buffer.alloc(16, 3)}, '{}', ${recordedOn}, ${momentOf(recordedOn)}, ${recordedOn})`
}

function plantMail(noticeId: string, day: PlainDate): void {
  const lines = [
    `X-Sesshu-Accepted-At: ${day}T03:00:00.000Z`,
    `Message-ID: <${randomUUID()}@notice.sesshu.invalid>`,
    `X-Sesshu-Notice-Id: ${noticeId}`,
    `X-Sesshu-Campaign-Date: ${day}`,
  ]
  writeFileSync(join(mailDir, `20210613T03-${noticeId}.eml`), `${lines.join('\r\n')}\r\n\r\n`)
}

function plantLetter(noticeId: string, day: PlainDate): void {
  const letters = [
    { letterId: randomUUID(), noticeId, kind: 'reminder', round: 1, campaignDate: day, pages: 1 },
  ]
  const manifest = { municipalityCode: town, date: day, letters, withdrawn: [] }
  mkdirSync(join(world.dataDir, 'letters'), { recursive: true })
  writeFileSync(
    join(world.dataDir, 'letters', `${town}-${day}.manifest.json`),
    JSON.stringify(manifest),
  )
}
