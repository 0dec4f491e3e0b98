/** Proves: a scan is one transaction, answered after commit, idempotent, and lands on nobody else. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../db/client.ts'
import { sweepWaitingScans } from '../../db/queries/waiting-scans.ts'
import { testApi } from '../support/api.ts'
import { seedTicket, ticketIndex } from '../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, otherTown, seedTowns, town } from '../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
const scans = '/api/v1/scans'

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

const indexOf = (number: string) => ticketIndex(db, town, number)

async function rowsOf(residentId: string) {
  const [row] = await db.sql`
    select (select count(*)::int from dose d where d.resident_id = ${residentId}) as doses,
           c.version, c.stage, c.doses_given as "dosesGiven", c.overdue_on::text as "overdueOn",
           c.steps, o.version as "outboxVersion"
      from course c left join outbox o on o.course_id = c.id where c.home_resident_id = ${residentId}`
  return row
}

describe('a first scan', () => {
  test('records the dose, opens the course, plans it and leaves news', async () => {
    const resident = await aResident(db)
    const body = aScan(resident)
    const { status, body: answer } = await api.post(scans, body)
    expect([status, answer.verdict]).toEqual([201, 'recorded'])
    expect(answer.next).toEqual({ earliest: '2021-06-28', due: '2021-06-30' })
    expect(await rowsOf(resident.residentId)).toMatchObject({
      doses: 1,
      version: 1,
      stage: 'secondDoseOverdue',
      dosesGiven: 1,
      overdueOn: '2021-07-01',
      outboxVersion: 1,
    })
  })

  test('the second dose completes the course with version 2', async () => {
    const resident = await aResident(db)
    await api.post(scans, aScan(resident))
    const second = aScan(resident, { claimedDoseNumber: 2, givenOn: '2021-06-30' })
    expect((await api.post(scans, second)).body.verdict).toBe('recorded')
    expect(await rowsOf(resident.residentId)).toMatchObject({
      doses: 2,
      version: 2,
      stage: 'complete',
      steps: [],
      outboxVersion: 2,
    })
  })

  test('dose 2 before dose 1 is recorded with a finding, reminds nobody, and completes later', async () => {
    const resident = await aResident(db)
    const second = aScan(resident, { claimedDoseNumber: 2, givenOn: '2021-06-30' })
    const answer = (await api.post(scans, second)).body
    expect(answer.verdict).toBe('recordedWithFindings')
    expect(answer.findings.map((f: { code: string }) => f.code)).toEqual(['doseOrder'])
    expect(await rowsOf(resident.residentId)).toMatchObject({
      stage: 'awaitingFirstDose',
      steps: [],
    })
    await api.post(scans, aScan(resident))
    expect(await rowsOf(resident.residentId)).toMatchObject({ stage: 'complete', doses: 2 })
  })
})

describe('idempotency', () => {
  test('the same scan again gets the same answer and writes nothing', async () => {
    const resident = await aResident(db)
    const body = aScan(resident)
    const first = await api.post(scans, body)
    const again = await api.post(scans, body)
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
    expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 1, version: 1 })
  })

  test('T2: the same id with another body is a conflict', async () => {
    const resident = await aResident(db)
    const body = aScan(resident)
    await api.post(scans, body)
    const changed = await api.post(scans, { ...body, lotNumber: 'OTHER' })
    expect([changed.status, changed.body.code]).toEqual([409, 'idUsedForAnotherBody'])
  })

  test('the same slip under another id is already recorded', async () => {
    const resident = await aResident(db)
    const { doseId } = (await api.post(scans, aScan(resident))).body
    const twice = await api.post(scans, aScan(resident))
    expect(twice.body).toMatchObject({ verdict: 'alreadyRecorded', doseId })
    expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 1, version: 1 })
  })

  test('T2: any interleaving of the same scans at once gives each dose once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 0, 0, 1, 1, 2], { minLength: 4 }), async (order) => {
        const resident = await aResident(db)
        const bodies = [
          aScan(resident),
          aScan(resident, { claimedDoseNumber: 2, givenOn: '2021-06-30' }),
          aScan(resident),
        ]
        const answers = await Promise.all(order.map((i) => api.post(scans, bodies[i]!)))
        expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true)
        const claims = new Set(order.map((i) => (i === 1 ? 2 : 1)))
        expect(await rowsOf(resident.residentId)).toMatchObject({
          doses: claims.size,
          dosesGiven: claims.size,
          version: claims.size,
        })
      }),
      { numRuns: 12 },
    )
  })
})

describe('who it is', () => {
  test.each([
    ['no birth year', {}, 'birthYearMissing'],
    ['another birth year', { birthYear: 1951 }, 'birthYearDiffers'],
  ])('a typed number with %s is held and attached to nobody', async (_, more, code) => {
    const resident = await aResident(db)
    const { status, body } = await api.post(scans, aScan(resident, { readBy: 'typed', ...more }))
    expect([status, body.verdict, body.findings[0].code]).toEqual([201, 'held', code])
    expect(await rowsOf(resident.residentId)).toBeUndefined()
    const [held] =
      await db.sql`select verdict from scan where ticket_index = ${await indexOf(resident.ticketNumber)}`
    expect(held?.verdict).toBe('held')
  })

  test('a typed number with the right birth year is recorded', async () => {
    const resident = await aResident(db)
    const body = aScan(resident, { readBy: 'typed', birthYear: resident.birthYear })
    expect((await api.post(scans, body)).body.verdict).toBe('recorded')
  })

  test('an unknown ticket waits', async () => {
    const body = aScan({ municipalityCode: town, ticketNumber: '9999999999' })
    expect((await api.post(scans, body)).body.verdict).toBe('waiting')
  })

  test.each([
    ['by QR, it is attached when the ticket is registered', {}, 'complete', 1],
    ['typed with the right birth year too', { readBy: 'typed', birthYear: 1950 }, 'complete', 1],
    [
      'typed with another birth year, it is held',
      { readBy: 'typed', birthYear: 1951 },
      undefined,
      0,
    ],
  ])('a waiting scan: %s', async (_, how, stage, doses) => {
    const resident = await aResident(db)
    const number = `5${resident.ticketNumber.slice(1)}`
    const ticket = { municipalityCode: town, ticketNumber: number }
    const scanned = [
      aScan(ticket, how),
      aScan(ticket, { ...how, claimedDoseNumber: 2, givenOn: '2021-06-30' }),
    ]
    for (const scan of scanned) expect((await api.post(scans, scan)).body.verdict).toBe('waiting')

    const registered = {
      municipalityCode: town,
      number,
      registerNumber: resident.registerNumber,
      issuedOn: '2021-06-01',
    }
    for (const _repeat of [1, 2]) await api.post('/api/v1/tickets', { tickets: [registered] })

    const row = await rowsOf(resident.residentId)
    expect([row?.stage, row?.doses ?? 0]).toEqual([stage, doses * 2])
    const kept = await db.sql`select verdict, resolved_at is not null as "isResolved" from scan
                               where ticket_index = ${await indexOf(number)}`
    expect(kept.map((scan) => [scan.verdict, scan.isResolved])).toEqual(
      scanned.map(() => (stage ? ['waiting', true] : ['held', false])),
    )
    expect((await api.post(scans, scanned[0])).body.verdict).toBe('waiting')
  })

  test('a refused registration, a typed number, an impossible neighbour: the waiting dose still arrives', async () => {
    const [good, odd] = [await aResident(db), await aResident(db, { bornOn: '2021-06-20' })]
    const sheets = [good, odd].map((resident) => ({
      municipalityCode: town,
      number: `6${resident.ticketNumber.slice(1)}`,
      registerNumber: resident.registerNumber,
      issuedOn: '2021-06-01',
    }))
    for (const { municipalityCode, number } of [sheets[1]!, sheets[0]!]) {
      const body = aScan({ municipalityCode, ticketNumber: number })
      expect((await api.post(scans, body)).body.verdict).toBe('waiting')
    }
    const refused = { ...sheets[0]!, registerNumber: 'nobody' }
    await api.post('/api/v1/tickets', { tickets: [refused] })
    expect(await rowsOf(good.residentId)).toBeUndefined()

    const typed = { ...sheets[0]!, number: sheets[0]!.number.replace(/^(.{5})/, '$1-') }
    const registered = await api.post('/api/v1/tickets', { tickets: [sheets[1], typed] })
    expect(registered.status).toBe(200)
    expect(await rowsOf(good.residentId)).toMatchObject({ doses: 1 })
    expect(await rowsOf(odd.residentId)).toBeUndefined()
    const [held] = await db.sql`
      select verdict, resolved_at from scan where ticket_index = ${await indexOf(sheets[1]!.number)}`
    expect(held).toMatchObject({ verdict: 'held', resolved_at: null })
  })

  test('a scan that waits while its ticket is being registered is attached all the same', async () => {
    const resident = await aResident(db)
    const number = `7${resident.ticketNumber.slice(1)}`
    // As after a crash between the ticket's commit and the search for what waits for it.
    const body = aScan({ municipalityCode: town, ticketNumber: number })
    expect((await api.post(scans, body)).body.verdict).toBe('waiting')
    await seedTicket(db, resident, number, '2021-06-01')
    const sql = connect(db.urls.sesshu_api, { name: 'test-sweep', max: 1 })
    const store = { sql, vault: db.vault }
    expect(await sweepWaitingScans(store, api.clock.today())).toBe(true)
    expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 1 })
    expect(await sweepWaitingScans(store, api.clock.today())).toBe(false)
    await sql.end()
  })

  test('a revoked ticket still records the dose for the person, with a finding', async () => {
    const resident = await aResident(db)
    await db.sql`update ticket set revoked_on = '2021-06-01', revoked_because = 'reissued'
                  where number_index = ${await indexOf(resident.ticketNumber)}`
    const { body } = await api.post(scans, aScan(resident))
    expect(body.findings.map((f: { code: string }) => f.code)).toEqual(['ticketRevoked'])
    expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 1 })
  })
})

test('a connection that dies in the middle of a scan: tryAgain, nothing written, and again it works', async () => {
  const resident = await aResident(db)
  await api.post(scans, aScan(resident))
  const second = aScan(resident, { claimedDoseNumber: 2, givenOn: '2021-06-30' })
  for (let times = 0; times < 4; times++) {
    const answer = await db.sql.begin(async (tx) => {
      await tx`select from course where home_resident_id = ${resident.residentId} for update`
      let isAnswered = false
      const waiting = api.post(scans, second).finally(() => {
        isAnswered = true
      })
      while (!isAnswered) {
        await db.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'test-api' and wait_event_type = 'Lock'`
      }
      return waiting
    })
    expect([answer.status, answer.body.code]).toEqual([503, 'tryAgain'])
  }
  expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 1, version: 1 })
  // The pool may still meet its dead connections; a venue sends again under the same id.
  let last = await api.post(scans, second)
  for (let again = 0; again < 10 && last.status === 503; again++)
    last = await api.post(scans, second)
  expect(last.body.verdict).toBe('recorded')
  expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 2, stage: 'complete' })
})

test('a first dose on the old town’s ticket opens the course where the person lives now', async () => {
  const resident = await aResident(db)
  const moved = await api.post('/api/v1/moves', {
    eventId: randomUUID(),
    kind: 'movedIn',
    municipalityCode: otherTown,
    registerNumber: `M-${resident.registerNumber}`,
    effectiveOn: '2021-06-01',
    previous: { municipalityCode: town, registerNumber: resident.registerNumber },
    name: { family: '見本', given: '太郎', kana: 'ミホン タロウ' },
    bornOn: '1950-05-05',
    postcode: '0600001',
    address: '見本町転入1番',
  })
  expect(moved.status).toBe(200)
  const { body } = await api.post(scans, aScan(resident))
  expect(body.findings.map((f: { code: string }) => f.code)).toEqual(['ticketRevoked'])
  const [course] = await db.sql`
    select c.home_municipality_code as home, c.stage, c.steps, o.version = c.version as "isTold"
      from course c join dose d on d.course_id = c.id left join outbox o on o.course_id = c.id
     where d.scan_id = ${body.scanId}`
  expect(course).toMatchObject({ home: otherTown, stage: 'secondDoseOverdue', isTold: true })
  expect(course?.steps.map((s: { kind: string }) => s.kind)).toEqual(['reminder'])
})

test('a screened-only slip is a screening, never a dose', async () => {
  const resident = await aResident(db)
  const { body } = await api.post(scans, aScan(resident, { slipKind: 'screenedOnly' }))
  expect(body.verdict).toBe('screenedOnly')
  const [row] =
    await db.sql`select count(*)::int as n from screening where resident_id = ${resident.residentId}`
  expect(row?.n).toBe(1)
  expect(await rowsOf(resident.residentId)).toBeUndefined()
})

describe('findings stand beside the fact', () => {
  test.each([
    ['too soon', { claimedDoseNumber: 2, givenOn: '2021-06-20' }, ['intervalTooShort']],
    [
      'another product',
      { claimedDoseNumber: 2, givenOn: '2021-07-01', productCode: 'moderna', lotNumber: 'X' },
      ['intervalTooShort', 'productMismatch', 'lotUnknown'],
    ],
    [
      'the first slip again',
      { claimedDoseNumber: 1, givenOn: '2021-06-30' },
      ['claimAgainstCourse', 'slipAlreadyUsed'],
    ],
  ])('%s', async (_, changes, codes) => {
    const resident = await aResident(db)
    await api.post(scans, aScan(resident))
    const { body } = await api.post(scans, aScan(resident, changes))
    expect(body.verdict).toBe('recordedWithFindings')
    expect(body.findings.map((f: { code: string }) => f.code)).toEqual(codes)
    const stored =
      await db.sql`select code, state from finding where dose_id = ${body.doseId} order by code`
    expect(stored.map((f) => [f.code, f.state])).toEqual(
      codes.toSorted().map((c) => [c, 'ruleHit']),
    )
    expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 2, stage: 'complete' })
  })
})

describe('refusals write nothing', () => {
  const ticket = { municipalityCode: town, ticketNumber: '4123456789' }
  test.each([
    ['ticketNumberZero', { line: `21${town}0000000000` }],
    ['municipalityCodeCheckDigit', { line: '211310424123456789' }],
    ['ticketLineLength', { line: '21131041' }],
    ['givenOnInFuture', { givenOn: '2021-07-02' }],
    ['invalidDate', { givenOn: '2021-02-30' }],
    ['unknownVenue', { venueCode: '9999999999' }],
    ['unknownProduct', { productCode: 'nothing' }],
    ['unknownMunicipality', { line: '214720184123456789' }, 'ticket.municipalityCode'],
    ['malformed', { readBy: 'guessed' }],
    ['slipDisagrees', { slipKind: 'screenedOnly' }],
    ['lineOrTicket', { ticket: { municipalityCode: town, number: '4123456789' } }],
  ])('%s', async (code, changes, field?: string) => {
    const body: Record<string, unknown> = { ...aScan(ticket), ...changes }
    const {
      status,
      body: problem,
      headers,
    } = await api.post(scans, body, { 'accept-language': 'en' })
    expect([status, problem.code]).toEqual([422, code])
    if (field) expect(problem.field).toBe(field)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(problem.whatToDo.length).toBeGreaterThan(5)
    const [row] =
      await db.sql`select count(*)::int as n from scan where id = ${body.scanId as string}`
    expect(row?.n).toBe(0)
  })

  test('without a token', async () => {
    const { status, body } = await api.post(scans, aScan(ticket), { authorization: 'Bearer wrong' })
    expect([status, body.code]).toEqual([401, 'unauthorized'])
  })
})

test('a batch answers each scan for itself, in order', async () => {
  const resident = await aResident(db)
  const good = aScan(resident)
  const { status, body } = await api.post(`${scans}/batch`, {
    scans: [good, { scanId: randomUUID() }, good],
  })
  expect(status).toBe(200)
  const statuses = body.results.map((r: { status: number }) => r.status)
  expect(statuses[1]).toBe(422)
  // The same scan twice in one batch: whichever was first, the other is its repetition.
  expect([statuses[0], statuses[2]].toSorted()).toEqual([200, 201])
  expect(body.results[0].answer).toEqual(body.results[2].answer)
  expect(body.results[1].problem.code).toBe('malformed')
  expect(await rowsOf(resident.residentId)).toMatchObject({ doses: 1 })
})
