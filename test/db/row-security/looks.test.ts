// No read path without a row: in random workloads, reads made = ledger rows (T12).

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { inCourse } from '../../../activities/in-course.ts'
import { connect, look, type Sql, withPurpose } from '../../../db/client.ts'
import { connectOrm, type OrmPool, readAs } from '../../../db/orm.ts'
import { DomainError } from '../../../domain/errors.ts'
import { isFieldName } from '../../../domain/sealed-fields.ts'
import { compareLogWithLedger, type LedgerRow } from '../../../keyd/compare.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { type Staff, seedStaff } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import {
  movedIn,
  openRegister,
  openVenue,
  type Person,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  told,
  towns,
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register
let site: Site
let staff: Record<Staff, string>
let worker: Sql
let pages: OrmPool
beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-07-01')
  await openVenue(register)
  for (const code of [towns.A, towns.B]) {
    await db.sql`
      insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
      values (${code}, '担当課', 'Office', '000-000-0000', '0000000', '見本町1番')`
  }
  staff = await seedStaff(db.sql)
  await db.sql`update account set office = ${towns.A} where login = 'clerk'`
  await db.sql`update account set office = ${towns.B} where login = 'clerkelsewhere'`
  site = startSite(db, { isDemo: false })
  worker = connect(db.urls.sesshu_worker, { name: 'test', max: 2 })
  pages = connectOrm(db.urls.sesshu_api, { name: 'test', max: 1 })
})
afterAll(async () => {
  await Promise.all([register.close(), site.close(), worker.end({ timeout: 1 }), pages.close()])
  await db.drop()
})
afterEach(() => db.sql`delete from ledger_inbox`)

type Row = LedgerRow & { courseId: string | null }

/** Looks at sealed fields, for the comparison with what keyd opened. */
const opened: LedgerRow[] = []

/** Takes the rows away, so that each step's are its own. Those of sealed fields are kept apart. */
async function takeLooks(): Promise<Row[]> {
  const rows = await db.sql<Row[]>`
    delete from ledger_inbox
    returning id, purpose, municipality_code as "municipalityCode", course_id as "courseId",
              resident_id as "residentId", fields`
  opened.push(...rows.filter(({ fields }) => fields.some(isFieldName)))
  return rows.filter(({ fields }) => !fields.some(isFieldName))
}

/** One person of a workload, as the test knows them. */
type Someone = Person & {
  movedTo?: 'B'
  sheet?: { municipalityCode: string; number: string }
  scans: object[]
  courseId: string | undefined
}

/** A step answers how many people it looked at, reckoned without asking what was recorded. */
type Step = (someone: Someone) => Promise<number>

const rowsOf = (someone: Someone) => (someone.movedTo ? 2 : 1)

const steps: Record<string, Step> = {
  async toldAgain(someone) {
    await register.post('/residents', { residents: [residentOf(someone, 'A')] })
    return 1
  },
  async ticket(someone) {
    if (someone.sheet || someone.movedTo) return 0
    const sheet = sheetOf(someone, 'A', '2021-04-01')
    someone.sheet = sheet
    await register.post('/tickets', { tickets: [sheet] })
    return 1
  },
  async scan(someone) {
    if (!someone.sheet) return 0
    const scan = scanOf(someone.sheet, 1 + (someone.scans.length % 2), '2021-06-09')
    someone.scans.push(scan)
    expect((await register.post('/scans', scan)).status).toBe(201)
    return 1
  },
  async sameScanAgain(someone) {
    const [scan] = someone.scans
    if (!scan) return 0
    expect((await register.post('/scans', scan)).status).toBe(200)
    return 1
  },
  async refusedScan(someone) {
    if (!someone.sheet) return 0
    const scan = { ...scanOf(someone.sheet, 1, '2021-06-09'), venueCode: '0000000009' }
    expect((await register.post('/scans', scan)).status).toBe(422)
    return 1
  },
  async scanOfNobodysTicket() {
    const nobody = { municipalityCode: towns.A, number: '9999999999' }
    expect((await register.post('/scans', scanOf(nobody, 1, '2021-06-09'))).status).toBe(201)
    return 0
  },
  async plansToLeave(someone) {
    const plan = told(someone, 'A', { kind: 'moveOutNotified', plannedOn: '2021-08-01' })
    expect((await register.post('/moves', plan)).status).toBe(200)
    return 1 + rowsOf(someone)
  },
  async refusedReport(someone) {
    const death = told(someone, 'A', { on: '1900-01-01' })
    expect((await register.post('/deaths', death)).status).toBe(422)
    return 1
  },
  async moves(someone) {
    if (someone.movedTo) return 0
    const answer = await register.post('/moves', movedIn(someone, 'B', 'A', '2021-06-20'))
    expect(answer.status).toBe(200)
    someone.movedTo = 'B'
    // The former town's row is asked whether it is the same person; then both are settled.
    return 1 + rowsOf(someone)
  },
  async asksForSomebodyElse(someone) {
    const other = { ...someone, bornOn: '1950-02-02', number: `x${randomUUID().slice(0, 8)}` }
    const claim = movedIn(other, 'B', undefined, '2021-06-20')
    const previous = { municipalityCode: towns.A, registerNumber: `A${someone.number}` }
    const answer = await register.post('/moves', { ...claim, previous })
    expect(answer.body.code).toBe('previousBirthDateDiffers')
    return 1
  },
  async page(someone) {
    if (!someone.courseId) return 0
    expect((await site.get(`/courses/${someone.courseId}`)).status).toBe(200)
    return 1
  },
  async activity(someone) {
    if (!someone.courseId) return 0
    await inCourse(worker, someone.courseId, async () => {})
    return 1
  },
  async countsOnly() {
    for (const path of [`/towns/${towns.A}`, '/towns', '/operator', '/health']) {
      expect((await site.get(path)).status).toBe(200)
    }
    return 0
  },
  async list() {
    const { text } = await site.get('/courses')
    return new Set(text.match(/\/courses\/[0-9a-f-]{36}/g)).size
  },
}

async function meet(): Promise<Someone> {
  const someone: Someone = { ...somebody(), scans: [], courseId: undefined }
  await register.post('/residents', { residents: [residentOf(someone, 'A')] })
  return someone
}

async function courseOf(someone: Someone): Promise<string | undefined> {
  const [row] = await db.sql<{ id: string }[]>`
    select l.course_id as id from course_link l
      join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
     where r.register_number = ${`A${someone.number}`}`
  return row?.id
}

describe('T12: whatever is done, in whatever order', () => {
  test('reads made = ledger rows', async () => {
    let looks = 0
    const one = fc.record({ step: fc.constantFrom(...Object.keys(steps)), who: fc.nat(1) })
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 8, maxLength: 16 }), async (done) => {
        const people = [await meet(), await meet()]
        // A new resident is written, not looked at.
        expect(await takeLooks()).toHaveLength(0)
        for (const { step, who } of done) {
          const someone = people[who]!
          someone.courseId = await courseOf(someone)
          const expected = await steps[step]!(someone)
          const rows = await takeLooks()
          expect([step, rows.length]).toEqual([step, expected])
          looks += rows.length
        }
      }),
      {
        numRuns: 8,
        // At least two tickets are sealed, whatever chance brings.
        examples: [[[0, 1].map((who) => ({ step: 'ticket', who }))]],
      },
    )
    expect(looks).toBeGreaterThan(20)
    // What was opened besides, keyd tells, who is asked for every key.
    const log = readKeydLog(`${db.keyd.folder}/log`)
    expect(log.fault).toBeUndefined()
    expect(opened.length).toBeGreaterThanOrEqual(2)
    expect(compareLogWithLedger(log.lines, opened)).toEqual({ withoutLedgerRow: [], neverSeen: [] })
  })
})

describe('a look', () => {
  test('says who, for which office, and at which fields of whom', async () => {
    const someone = await meet()
    const sheet = sheetOf(someone, 'A', '2021-04-01')
    await register.post('/tickets', { tickets: [sheet] })
    await register.post('/scans', scanOf(sheet, 1, '2021-06-09'))
    const courseId = await courseOf(someone)
    await takeLooks()
    await site.get(`/courses/${courseId}`)
    const [row] = await db.sql`select * from ledger_inbox`
    expect(row).toMatchObject({
      actor: staff.clerk,
      actor_role: 'clerk',
      office: towns.A,
      purpose: 'showCourse',
      municipality_code: towns.A,
      course_id: courseId,
      fields: ['course', 'doses', 'notices', 'registerEvents', 'tasks', 'ticket'],
    })
    expect(row!.resident_id).not.toBeNull()
  })

  test('that nobody left stops the transaction, on either way to the database', async () => {
    const scope = { municipalityCode: towns.A, purpose: 'showCourse' } as const
    const api = connect(db.urls.sesshu_api, { name: 'test', max: 1 })
    await expect(withPurpose(api, scope, (tx) => tx`select 1`)).rejects.toThrow(/without a look/)
    await expect(readAs(pages.orm, scope, (tx) => tx.execute('select 1'))).rejects.toThrow(
      /without a look/,
    )
    await api.end({ timeout: 1 })
  })

  test('stays when what was found is refused, and goes when the read itself failed', async () => {
    const api = connect(db.urls.sesshu_api, { name: 'test', max: 1 })
    const scope = { municipalityCode: towns.A, purpose: 'manageRegister' } as const
    const seen = { municipalityCode: towns.A, residentId: randomUUID(), fields: ['ticket'] }
    const failing = (error: Error) =>
      withPurpose(api, scope, async (tx) => {
        await look(tx, [seen])
        throw error
      })
    await expect(failing(new DomainError('unknownResident', 'told'))).rejects.toThrow('told')
    expect(await takeLooks()).toHaveLength(1)
    await expect(failing(new Error('the connection is gone'))).rejects.toThrow('gone')
    expect(await takeLooks()).toHaveLength(0)
    await api.end({ timeout: 1 })
  })

  test('cannot be read, changed or taken back by whoever left it', async () => {
    const api = connect(db.urls.sesshu_api, { name: 'test', max: 1 })
    for (const statement of ['select * from', 'delete from']) {
      await expect(api.unsafe(`${statement} ledger_inbox`)).rejects.toMatchObject({ code: '42501' })
    }
    await expect(api`update ledger_inbox set actor = 'somebody else'`).rejects.toMatchObject({
      code: '42501',
    })
    await api.end({ timeout: 1 })
  })
})

describe('while looks are not being chained', () => {
  /** Pools ask at most once a second. */
  const stalled = async () => {
    await db.sql`
      insert into ledger_inbox (id, looked_at, actor, actor_role, office, purpose, municipality_code,
                                fields)
      values (${randomUUID()}, clock_timestamp() - interval '61 seconds', 'a', 'r', 'o', 'showCourse',
              ${towns.A}, '{course}')`
    await new Promise((resolve) => setTimeout(resolve, 1_100))
  }

  test('nobody is shown anything, and venues go on scanning', async () => {
    const someone = await meet()
    const sheet = sheetOf(someone, 'A', '2021-04-01')
    await register.post('/tickets', { tickets: [sheet] })
    await register.post('/scans', scanOf(sheet, 1, '2021-06-09'))
    const courseId = (await courseOf(someone))!
    await takeLooks()
    await stalled()

    const page = await site.get(`/courses/${courseId}`)
    expect([page.status, page.text.includes('閲覧の記録が止まっています')]).toEqual([503, true])
    expect((await site.get('/courses')).status).toBe(503)
    const death = await register.post('/deaths', told(someone, 'A', { on: '2021-06-30' }))
    expect([death.status, death.body.code]).toEqual([503, 'ledgerStalled'])
    await expect(inCourse(worker, courseId, async () => {})).rejects.toMatchObject({
      code: 'ledgerStalled',
    })
    expect((await register.post('/scans', scanOf(sheet, 2, '2021-06-30'))).status).toBe(201)
    expect((await site.get(`/towns/${towns.A}`)).status).toBe(200)

    await takeLooks()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await site.get(`/courses/${courseId}`)).status).toBe(200)
  })
})
