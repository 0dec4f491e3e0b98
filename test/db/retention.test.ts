/** Proves: on the day after its time a row is gone and a proof is there; before it, nothing is touched. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../db/client.ts'
import { noticeIdOf } from '../../db/queries/notice-id.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { dailyClasses, type RetentionName, retentionClasses } from '../../domain/retention.ts'
import { renderRetention } from '../../tools/docs/retention.ts'
import { keepRetention, type RetentionDeps } from '../../workers/retention.ts'
import { frozenClock } from '../support/api.ts'
import { asProgram, seedStaff } from '../support/credentials.ts'
import { type Site, startSite } from '../support/pages-site.ts'
import { aDevice } from '../support/people-rows.ts'
import { otherCases } from '../support/retention-cases.ts'
import { readerCases } from '../support/retention-readers.ts'
import { returnedCases } from '../support/retention-returned.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns, town, venue } from '../support/town.ts'

let db: SealedDatabase
let site: Site
let worker: Sql
let dataDir: string
let deps: RetentionDeps
let setDay: (day: string) => void
let ada: SeededResident
let accountId: string

const day0 = '2021-07-05' as PlainDate
const day0Wall = new Date()

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  worker = connect(db.urls.sesshu_worker, { name: 'test worker', max: 2 })
  dataDir = mkdtempSync(join(tmpdir(), 'sesshu-retention-'))
  for (const folder of ['letters', 'log', 'sheets', 'exports']) mkdirSync(join(dataDir, folder))
  mkdirSync(join(dataDir, 'print', town), { recursive: true })
  const frozen = frozenClock(day0)
  setDay = frozen.setDay
  deps = { sql: worker, clock: frozen.clock, log: pino({ level: 'silent' }), dataDir }
  await seedTowns(db.sql)
  accountId = (await seedStaff(db.sql)).clerk
  ada = await aResident(db)
})
afterAll(async () => {
  await site?.close()
  await worker?.end({ timeout: 1 })
  await db?.drop()
  rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(() => db.sql`truncate retention_proof`.then(() => setDay(day0)))

async function scan(changes: object): Promise<string> {
  const body = aScan(ada, { ...changes })
  const init = { method: 'POST', headers: asProgram, body: JSON.stringify(body) }
  const answer = await site.app.request('/api/v1/scans', init)
  if (!answer.ok) throw new Error(await answer.text())
  return body.scanId
}

const ago = (days: number) => new Date(day0Wall.getTime() - days * 86_400_000)

async function attempt(settledOn: PlainDate): Promise<string> {
  const [occasion, id, course] = [randomUUID(), randomUUID(), randomUUID()]
  const notice = noticeIdOf(course, { kind: 'reminder', doseNumber: 2, occasion, round: 1 })
  const resident = await aResident(db)
  await db.sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
    values (${course}, ${town}, ${resident.residentId}, 'wave', 'replanned', 'awaitingFirstDose')`
  await db.sql`
    insert into notice (municipality_code, id, resident_id, course_id, kind, dose_number, occasion, round,
                        due_on, state)
    values (${town}, ${notice}, ${resident.residentId}, ${course}, 'reminder', 2, ${occasion}, 1,
            ${settledOn}, 'queued')`
  await db.sql`
    insert into notice_attempt (municipality_code, id, notice_id, attempt, channel, state, settled_on)
    values (${town}, ${id}, ${notice}, 1, 'letter', 'sealed', ${settledOn})`
  await db.sql`
    insert into letter_content (municipality_code, attempt_id, content)
    values (${town}, ${id}, ${Buffer.concat([Buffer.of(1), randomBytes(40)])})`
  return id
}

type Case = {
  /** Makes one that has lived for so many days, and answers how to see that it is still there. */
  make(days: number): Promise<() => Promise<boolean>>
}

const count = async (rows: PromiseLike<readonly unknown[]>) => (await rows).length > 0
const onDay = (days: number) => addDays(day0, -days)

const cases: Partial<Record<RetentionName, Case>> = {
  scanAnswers: {
    async make(days) {
      const id = await scan({ givenOn: '2021-04-20' })
      await db.sql`update scan set received_on = ${onDay(days)} where id = ${id}`
      return () => count(db.sql`select 1 from scan where id = ${id} and answer ? 'doseId'`)
    },
  },
  unattachedScans: {
    async make(days) {
      const id = await scan({ readBy: 'typed', birthYear: 1900, claimedDoseNumber: 3 })
      await db.sql`update scan set received_on = ${onDay(days)} where id = ${id}`
      return () => count(db.sql`select 1 from scan where id = ${id} and ticket_number is not null`)
    },
  },
  scanConflicts: {
    async make(days) {
      const [id, device] = [randomUUID(), await aDevice(db.sql)]
      await db.sql`
        insert into scan_conflict (municipality_code, id, scan_id, venue_code, device_id, code, status,
                                   kept_at, came_back_at, reported_on, ticket_read)
        values (${town}, ${id}, ${randomUUID()}, '1310400018', ${device}, 'malformed', 422, now(), now(),
                ${onDay(days)}, ${Buffer.concat([Buffer.of(1), randomBytes(40)])})`
      return () =>
        count(db.sql`select 1 from scan_conflict where id = ${id} and ticket_read is not null`)
    },
  },
  keyedDrafts: {
    async make(days) {
      const id = randomUUID()
      await db.sql`
        insert into keying_batch (municipality_code, id, venue_code, given_on, product_code,
                                  lot_number, slips_expected, keyed_by, begun_on)
        values (${town}, ${id}, ${venue}, '2021-06-09', 'pfizer', 'TEST01', 1, 'a', ${onDay(days)})`
      await db.sql`
        insert into keying_slip (municipality_code, batch_id, slip_no, scan_id, slip)
        values (${town}, ${id}, 1, ${randomUUID()}, ${Buffer.alloc(64, 1)})`
      return () => count(db.sql`select 1 from keying_slip where batch_id = ${id}`)
    },
  },
  importCells: {
    async make(days) {
      const id = randomUUID()
      await db.sql`
        insert into import_file (municipality_code, id, file_name, mode, sha256, bytes, received_by,
                                 received_on)
        values (${town}, ${id}, 'a.csv', 'full', ${randomBytes(32).toString('hex')}, 1, 'a',
                ${onDay(days)})`
      await db.sql`
        insert into import_note (municipality_code, import_id, row_number, ordinal, outcome,
                                 column_name, code, cell)
        values (${town}, ${id}, 2, 0, 'rejected', 'A', 'dateForm', ${Buffer.alloc(64, 1)})`
      return () => count(db.sql`select 1 from import_note where import_id = ${id}`)
    },
  },
  letterContent: {
    async make(days) {
      const id = await attempt(onDay(days))
      return () => count(db.sql`select 1 from letter_content where attempt_id = ${id}`)
    },
  },
  ...readerCases(() => ({ db, ada, ago, onDay })),
  outboxErrors: {
    async make(days) {
      const course = await courseOfItsOwn()
      await db.sql`
        insert into outbox (course_id, version, set_aside_at, last_error)
        values (${course}, 1, ${ago(days)}, 'made up')`
      return () =>
        count(db.sql`select 1 from outbox where course_id = ${course} and last_error is not null`)
    },
  },
  myNumberMatches: {
    async make(days) {
      await db.sql`
        insert into my_number_matches (municipality_code, asked_on, asked) values (${town}, ${onDay(days)}, 3)`
      return () => count(db.sql`select 1 from my_number_matches where asked_on = ${onDay(days)}`)
    },
  },
  printFolder: {
    make: async (days) => aFile(join('print', town), `${town}-${days}.pdf`, days),
  },
  letterFiles: { make: async (days) => aFile('letters', `${town}-${days}.pdf`, days) },
  ticketSheetFiles: { make: async (days) => aFile('sheets', `${town}-${days}.pdf`, days) },
  officeFiles: { make: async (days) => aFile('exports', `${town}-${days}.sealed`, days) },
  officeFileKeys: {
    async make(days) {
      const id = await anOfficeFile(days)
      return () => count(db.sql`select 1 from office_file where id = ${id} and wrapped is not null`)
    },
  },
  paperForms: {
    async make(days) {
      const id = await anOfficeFile(days)
      await db.sql`
        insert into paper_form (municipality_code, file_id, page, resident_id, number_index, dose_number)
        values (${town}, ${id}, 1, ${ada.residentId}, ${randomBytes(16)}, 1)`
      return () => count(db.sql`select 1 from paper_form where file_id = ${id}`)
    },
  },
  mailBounces: {
    async make(days) {
      const id = await attempt(onDay(days))
      await db.sql`
        insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via,
                                 received_by, settled_on, outcome)
        values (${town}, ${id}, ${randomUUID()}, '5.1.1', ${onDay(days)}, 'page', 'a',
                ${onDay(days)}, 'letter')`
      return () => count(db.sql`select 1 from mail_bounce where attempt_id = ${id}`)
    },
  },
  ...returnedCases(() => ({ db, onDay })),
  ...otherCases(() => ({ db, onDay, ago, accountId, ada })),
  processLogs: { make: async (days) => aFile('log', `api-${days}.log.1`, days) },
}

/** A file of dose forms that was asked for and made so many days ago. */
async function anOfficeFile(days: number): Promise<string> {
  const id = randomUUID()
  await db.sql`
    insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as, state,
                             sha256, made_at, wrapped)
    values (${town}, ${id}, 'doseForms', '{}', ${onDay(days)}, 'a', 'clerk', 'made',
            ${'0'.repeat(64)}, ${ago(days)}, ${randomBytes(60)})`
  return id
}

async function courseOfItsOwn(): Promise<string> {
  const resident = await aResident(db)
  const id = randomUUID()
  await db.sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
    values (${id}, ${town}, ${resident.residentId}, 'wave', 'replanned', 'awaitingFirstDose')`
  return id
}

function aFile(folder: string, name: string, days: number) {
  const path = join(dataDir, folder, name)
  writeFileSync(path, 'made up')
  utimesSync(path, ago(days), ago(days))
  return async () => readdirSync(join(dataDir, folder)).includes(name)
}

describe('a class', () => {
  const dated = dailyClasses.filter(({ name }) => name !== 'unattachedKeys')
  test.each(dated.map(({ name, days }) => [name, days] as const))(
    '%s lives %i days, and then is gone, with a proof',
    async (name, days) => {
      const { make } = cases[name]!
      const isYoungThere = await make(days)
      const isOldThere = await make(days + 1)
      const done = await keepRetention(deps)
      expect(done[name]).toBe(1)
      expect([await isYoungThere(), await isOldThere()]).toEqual([true, false])
      const [proof] = await db.sql`select rows::int from retention_proof where class = ${name}`
      expect(proof).toEqual({ rows: 1 })
    },
  )

  test('of keys of scans that are resolved goes the next time', async () => {
    const id = await scan({ readBy: 'typed', birthYear: 1901, claimedDoseNumber: 3 })
    const key = () => db.sql`select 1 from resident_key where resident_id = ${id}`
    await keepRetention(deps)
    expect(await key()).toHaveLength(1)
    await db.sql`update scan set ticket_number = null, birth_year_stated = null, resolved_at = now() where id = ${id}`
    await db.sql`truncate retention_proof`
    await keepRetention(deps)
    expect(await key()).toHaveLength(0)
  })

  test('of letters goes with the print: what a sealed batch still has to print stays', async () => {
    const content = await attempt(onDay(30))
    await db.sql`
      insert into letter_batch (municipality_code, batch_on, id, state, letters, sealed_at,
                                released_at, released_automatically)
      values (${town}, ${onDay(31)}, ${randomUUID()}, 'sealed', 1, now(), now(), true)`
    await db.sql`update notice_attempt set batch_on = ${onDay(31)} where id = ${content}`
    const isThere = () => count(db.sql`select 1 from letter_content where attempt_id = ${content}`)
    await keepRetention(deps)
    expect(await isThere()).toBe(true)
    await db.sql`update letter_batch set state = 'printed', printed_at = now() where batch_on = ${onDay(31)}`
    await db.sql`delete from retention_proof`
    await keepRetention(deps)
    expect(await isThere()).toBe(false)
  })

  test('that is kept open is never taken: a refusal that holds, a log that is written', async () => {
    const id = randomUUID()
    await db.sql`
      insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
      values (${town}, ${id}, ${ada.residentId}, '2019-01-01', 'letter/test')`
    const isLogThere = aFile('log', 'api.log', 400)
    await keepRetention(deps)
    expect(await db.sql`select 1 from letter_refusal where id = ${id}`).toHaveLength(1)
    expect(await isLogThere()).toBe(true)
  })
})

describe('the job', () => {
  test('runs each class once a day, on the day of its own clock', async () => {
    const first = await keepRetention(deps)
    expect(Object.keys(first).sort()).toEqual(dailyClasses.map(({ name }) => name).sort())
    expect(await keepRetention(deps)).toEqual({})
    setDay('2021-07-06')
    const business = dailyClasses
      .filter(({ clock }) => clock === 'business')
      .map(({ name }) => name)
    expect(Object.keys(await keepRetention(deps)).sort()).toEqual(business.sort())
  })

  test('twice at once harms nothing', async () => {
    const isThere = await cases.residentMessages!.make(400)
    const [one, other] = await Promise.all([keepRetention(deps), keepRetention(deps)])
    expect((one.residentMessages ?? 0) + (other.residentMessages ?? 0)).toBe(1)
    expect(await isThere()).toBe(false)
  })

  test('after days that passed unseen takes everything that is due', async () => {
    const gone = await Promise.all(
      [2, 50, 900].map((days) => cases.residentMessages!.make(365 + days)),
    )
    await keepRetention(deps)
    expect(await Promise.all(gone.map((isThere) => isThere()))).toEqual([false, false, false])
  })

  test('answers a scan that is repeated after its answer was cut with the same verdict', async () => {
    const body = aScan(ada, { givenOn: '2021-04-21' })
    const post = async () => {
      const init = { method: 'POST', headers: asProgram, body: JSON.stringify(body) }
      return (await (await site.app.request('/api/v1/scans', init)).json()) as { verdict: string }
    }
    const first = await post()
    await db.sql`update scan set received_on = '2020-01-01' where id = ${body.scanId}`
    await keepRetention(deps)
    expect(await post()).toMatchObject({
      scanId: body.scanId,
      verdict: first.verdict,
      findings: [],
    })
  })
})

describe('the schedule', () => {
  test('says for every class what it holds, why, on what basis, and what proves it', () => {
    for (const one of retentionClasses) {
      for (const words of [one.holds, one.purpose, one.basis, one.period, one.proof]) {
        expect(words.ja && words.en, one.name).toBeTruthy()
      }
    }
    expect(new Set(retentionClasses.map(({ name }) => name)).size).toBe(retentionClasses.length)
  })

  test('docs/retention.md is current (npx tsx tools/docs/write-retention.ts)', async () => {
    const page = await readFile(new URL('../../docs/retention.md', import.meta.url), 'utf8')
    expect(page).toBe(renderRetention())
  })
})
