/**
 * The double and extra doses of 2021 (sources in the table of cases), each by its name: what the system
 * says, and at which moment. A wrong dose is still a dose: it is recorded, and said at once.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApi } from '../support/api.ts'
import { as, seedStaff } from '../support/credentials.ts'
import { seedTicket, ticketIndex } from '../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import {
  aResident,
  aScan,
  numberStep,
  type SeededResident,
  seedTowns,
  town,
} from '../support/town.ts'
import { aToldDose } from '../support/unattached.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  api = testApi(db, '2021-09-30')
  const range = { municipalityCode: town, first: '5000000000', last: '5000000999' }
  await api.put('/api/v1/number-ranges', range)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

let sheets = 0
/** A further sheet of the same person, as another office or employer hands it out. */
async function anotherSheet(person: SeededResident, issuedOn: string): Promise<SeededResident> {
  sheets += 1
  const ticketNumber = String(8_000_000_000 + sheets * numberStep)
  await seedTicket(db, person, ticketNumber, issuedOn)
  return { ...person, ticketNumber }
}

/** Somebody has lost their sheet, and the office issues another one. */
async function reissue({ residentId }: SeededResident) {
  const asked = { issueId: randomUUID(), municipalityCode: town, reason: 'lost', residentId }
  return (await api.post('/api/v1/tickets/issue', asked)).body
}

/** What a venue is told: the verdict and the findings, sorted. */
async function scan(sheet: SeededResident, dose: number, givenOn: string, more: object = {}) {
  const body = aScan(sheet, { claimedDoseNumber: dose, givenOn, ...more })
  const answer = await api.post('/api/v1/scans', body)
  const codes = (answer.body.findings ?? []).map(({ code }: { code: string }) => code)
  return { verdict: answer.body.verdict ?? answer.body.code, findings: codes.sort() }
}
const fine = { verdict: 'recorded', findings: [] }
/** ▲: recorded, and somebody has to look. */
const lookAgain = (...findings: string[]) => ({
  verdict: 'recordedWithFindings',
  findings: findings.sort(),
})

async function courseOf({ residentId }: SeededResident) {
  const rows = await db.sql`
    select stage, doses_given as doses, steps from course where home_resident_id = ${residentId}`
  expect(rows.length).toBeLessThan(2)
  return rows[0]
}
/** Nobody is reminded of a dose that was given too often. */
const isOver = (doses: number) => ({ stage: 'complete', doses, steps: [] })

describe('at the reissue', () => {
  test('Fukuyama: "lost" after dose 2, no further sheet is handed out; one that exists all the same is told at the venue', async () => {
    const person = await aResident(db)
    expect(await scan(person, 1, '2021-06-01')).toEqual(fine)
    expect(await scan(person, 2, '2021-06-22')).toEqual(fine)
    // The history is looked at first: nothing is missing, so nothing is printed.
    expect(await reissue(person)).toMatchObject({ code: 'noSlipStillNeeded' })
    // A sheet that another office gave out in 2021 all the same is told at the venue.
    const another = await anotherSheet(person, '2021-06-23')
    expect(await scan(another, 1, '2021-07-20')).toEqual(
      lookAgain('claimAgainstCourse', 'doseOrder', 'extraDose'),
    )
    expect(await scan(another, 2, '2021-08-10')).toMatchObject({
      findings: expect.arrayContaining(['extraDose']),
    })
    expect(await courseOf(person)).toEqual(isOver(4))
  })

  test('Seki: the old sheet falls at the reissue; found again and used, it warns', async () => {
    const person = await aResident(db)
    api.setDay('2021-05-20')
    const issued = await reissue(person)
    api.setDay('2021-09-30')
    expect(issued.slips).toHaveLength(4)
    const reissued = { ...person, ticketNumber: issued.number as string }
    expect(await scan(reissued, 1, '2021-06-01')).toEqual(fine)
    expect(await scan(reissued, 2, '2021-06-22')).toEqual(fine)
    const found = await scan(person, 1, '2021-07-20')
    expect(found.findings).toEqual(expect.arrayContaining(['extraDose', 'ticketRevoked']))
    expect(await courseOf(person)).toEqual(isOver(3))
  })
})

describe('one person, many sheets', () => {
  test.each([
    ['Maebashi', 'pfizer', []],
    ['Kuki', 'moderna', ['lotUnknown', 'productMismatch']],
  ])(
    '%s: first as a worker at a facility, then as a resident: one course, told at the third dose',
    async (_, productCode, more) => {
      const atWork = await aResident(db)
      const atHome = await anotherSheet(atWork, '2021-05-01')
      expect(await scan(atWork, 1, '2021-05-10')).toEqual(fine)
      expect(await scan(atWork, 2, '2021-05-31')).toEqual(fine)
      expect(await scan(atHome, 1, '2021-07-01', { productCode })).toEqual(
        lookAgain('claimAgainstCourse', 'doseOrder', 'extraDose', ...more),
      )
      expect(await courseOf(atWork)).toEqual(isOver(3))
    },
  )
})

describe('records that come late', () => {
  test('Sanjo: the workplace’s doses, told without a ticket, are there when the ticket is used', async () => {
    const person = await aResident(db, { kana: 'サンジョウ ミホン' })
    for (const [dose, on] of [
      [1, '2021-07-01'],
      [2, '2021-07-29'],
    ] as const) {
      const eventId = await tellWithoutTicket('サンジョウ ミホン', dose, on)
      const decision = {
        ...{ as: 'attach', residentId: person.residentId, reason: 'sameKanaAndBirthDate' },
      }
      const settled = await asClerk(`/doses/without-ticket/${eventId}/resolve`, decision)
      expect(settled).toMatchObject({ outcome: 'recorded', findings: [] })
    }
    expect(await courseOf(person)).toEqual(isOver(2))
    expect(await scan(person, 1, '2021-08-30')).toEqual(
      lookAgain('claimAgainstCourse', 'doseOrder', 'extraDose'),
    )
  })

  test('Narashino: dose 1 elsewhere is entered last; it changes the numbers, and the extra dose is told', async () => {
    const person = await aResident(db)
    expect(await scan(person, 1, '2021-07-01')).toEqual(fine)
    expect(await scan(person, 2, '2021-07-22')).toEqual(fine)
    const paper = { readBy: 'paper', bornOn: '1950-05-05', source: 'paper' }
    expect(await scan(person, 1, '2021-06-01', paper)).toEqual(
      lookAgain('claimAgainstCourse', 'extraDose', 'slipAlreadyUsed'),
    )
    expect(await courseOf(person)).toEqual(isOver(3))
  })

  test('Keio: whoever never handed in a ticket is on the worklist, with its age, until somebody settles it', async () => {
    const before = await ticketless()
    for (let i = 0; i < 5; i++)
      await tellWithoutTicket(`ケイオウ ${'アイウエオ'[i]}`, 1, '2021-08-02')
    const after = await ticketless()
    expect(after.items).toBe(before.items + 5)
    expect(after.oldestOn).toBe('2021-09-30')
    expect(await db.sql`select from dose where given_on = '2021-08-02'`).toHaveLength(0)
  })

  test('the large venue of the Self-Defence Forces: dose 2 without dose 1 is normal, and reminds nobody', async () => {
    const person = await aResident(db)
    expect(await scan(person, 2, '2021-07-12')).toEqual(lookAgain('doseOrder'))
    expect(await courseOf(person)).toMatchObject({ stage: 'awaitingFirstDose', steps: [] })
    expect(await scan(person, 1, '2021-06-14')).toEqual(fine)
    expect(await courseOf(person)).toEqual(isOver(2))
  })
})

describe('at the venue', () => {
  test('Shimonoseki: two of one family, booked twice: the second time is told before they have gone', async () => {
    const [mother, father] = [await aResident(db), await aResident(db)]
    for (const one of [mother, father]) expect(await scan(one, 1, '2021-06-10')).toEqual(fine)
    // Read again at once it is the same dose; another day's is not.
    expect((await scan(mother, 1, '2021-06-10')).verdict).toBe('alreadyRecorded')
    for (const one of [mother, father]) {
      expect(await scan(one, 1, '2021-06-14')).toEqual(
        lookAgain('claimAgainstCourse', 'intervalTooShort', 'slipAlreadyUsed'),
      )
    }
    expect((await courseOf(mother))?.doses).toBe(2)
  })

  test('bookings of the Self-Defence Forces: a made-up code or number is refused, or attached to nobody', async () => {
    const made = (line: string) => ({
      ...aScan({ municipalityCode: town, ticketNumber: '0000000017' }),
      line,
    })
    const answer = async (line: string) => {
      const { body } = await api.post('/api/v1/scans', made(line))
      return body.code ?? body.verdict
    }
    expect(await answer('219999990000000001')).toBe('municipalityCodeCheckDigit')
    expect(await answer('211310400000000001')).toBe('municipalityCodeCheckDigit')
    expect(await answer(`21${town}0000000000`)).toBe('ticketNumberZero')
    expect(await answer('310104100000000001')).toMatch(/^unknownSlipKind|^municipalityCode/)
    expect(await answer(`21${town}1234567890`)).toBe('waiting')
    expect(
      await db.sql`select from course_link l join ticket t using (municipality_code)
                         where t.number_index = ${await ticketIndex(db, town, '1234567890')}`,
    ).toHaveLength(0)
  })
})

/** A workplace tells of a dose; answers the id under which it waits. */
async function tellWithoutTicket(kana: string, dose: number, givenOn: string): Promise<string> {
  const told = aToldDose({
    ...{ givenOn, claimedDoseNumber: dose },
    person: { name: '見本 太郎', kana, bornOn: '1950-05-05' },
  })
  const { body } = await api.post('/api/v1/doses/without-ticket', told)
  expect(body.verdict).toBe('waiting')
  return told.eventId
}

async function asClerk(path: string, body?: object) {
  const answer = await api.app.request(`/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...as('clerk'), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as {
    counts: { ticketless: { items: number; oldestOn: string } }
  }
}

const ticketless = async (): Promise<{ items: number; oldestOn: string }> =>
  (await asClerk('/worklist?todo=ticketless')).counts.ticketless
