/**
 * A town under the watch for a test: real mails in a real SMTP server's folder, real printed batches, and
 * the mailboxes of the alarm. One database for a test file; each test is a world of its own.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { expect } from 'vitest'
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
import { type Made, round1On, World } from '../activities/fixture.ts'

const office = 'alarm@town.invalid'
const operator = 'operator@system.invalid'
const evening = 1140

export let world: World
let monitor: Sql
export let town: string
/** Where the sender's mails arrive, and where alarms do. */
export let mailDir: string
let alarmDir: string
let sink: Sink
let alarmSink: Sink
let mailer: Mailer

export async function openWatch(): Promise<void> {
  world = await World.open()
  monitor = connect(world.db.urls.sesshu_monitor, { name: 'test monitor', max: 2 })
}

export async function closeWatch(): Promise<void> {
  await monitor?.end({ timeout: 1 })
  await world?.close()
}

/** Everybody of an earlier test is out of the way: each test is a world of its own. */
export async function beginWatch(): Promise<void> {
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
}

export async function endWatch(): Promise<void> {
  mailer.close()
  await Promise.all([sink.close(), alarmSink.close()])
  for (const folder of [mailDir, alarmDir]) rmSync(folder, { recursive: true, force: true })
}

/** By the end of that day. Facts' moments are told in the clock of the story. */
export function look(day: PlainDate, marginMs = 0) {
  return watchDay(
    {
      sql: monitor,
      mails: mailJournal(mailDir, (ms) => ms),
      letters: letterJournal(join(world.dataDir, 'letters')),
      toBusinessMs: (ms) => ms,
      marginMs,
    },
    day,
  )
}

/** Each day from one to another, as the watch does. */
export async function lookFrom(first: PlainDate, last: PlainDate) {
  for (let day = first; day <= last; day = addDays(day, 1)) await look(day)
}

export async function alarms() {
  const rows = await world.sql<{ kind: string; detail: string | null; courseId: string | null }[]>`
    select kind, detail, course_id as "courseId" from monitor_alarm where closed_on is null
     order by raised_at, kind`
  return rows.map(({ kind, detail, courseId }) => ({ kind, detail, courseId }))
}

/** What arrived in the mailboxes of the alarm, by the real SMTP server that took it. */
export async function arrived(): Promise<ParsedMail[]> {
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
export async function expectExactly(
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

export async function somebody(mail?: string): Promise<Made> {
  const made = await world.personWithDose({ town, ...(mail && { mail }) })
  // Recorded on its own day, in the story's time, and not today.
  await world.sql`
    update dose set recorded_at = given_on::timestamp at time zone 'Asia/Tokyo' + interval '12 hours'
     where id = ${made.doseId}`
  return made
}
export const byMail = () => somebody(`r-${randomUUID()}@example.invalid`)

export const momentOf = (day: string, time = '10:00') => `${day}T${time}:00+09:00`

export async function send(made: Made, round = 1, day: PlainDate = round1On): Promise<void> {
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

/** Until the sender has settled every mail of this course. */
export async function drain(made: Made): Promise<void> {
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

export const laterThan = (day: PlainDate, days: number) => addDays(day, days)

/** A register's word, with the day on which it came. */
export async function event(
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

export function plantMail(noticeId: string, day: PlainDate): void {
  const lines = [
    `X-Sesshu-Accepted-At: ${day}T03:00:00.000Z`,
    `Message-ID: <${randomUUID()}@notice.sesshu.invalid>`,
    `X-Sesshu-Notice-Id: ${noticeId}`,
    `X-Sesshu-Campaign-Date: ${day}`,
  ]
  writeFileSync(join(mailDir, `20210613T03-${noticeId}.eml`), `${lines.join('\r\n')}\r\n\r\n`)
}

export function plantLetter(noticeId: string, day: PlainDate): void {
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
