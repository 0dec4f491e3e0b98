/**
 * Ticket numbers as files bring them, by the accidents of 2021: whose a number is, two sheets of one
 * person, an old sheet that is found again.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApi } from '../../support/api.ts'
import { ticketIndex } from '../../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import {
  aResident,
  aScan,
  numberStep,
  otherTown,
  type SeededResident,
  seedTowns,
  town,
} from '../../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db, '2021-09-30')
  const range = { municipalityCode: town, first: '5000000000', last: '5000000999' }
  await api.put('/api/v1/number-ranges', range)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

let told = 0
function freshNumber(): string {
  told += 1
  return String(6_000_000_000 + told * numberStep)
}

type Line = { number: string; registerNumber: string; municipalityCode?: string }

/** One file, as the import sends it: what became of each line. */
async function file(...lines: (Line & { replacesOlder?: boolean })[]): Promise<string[]> {
  const tickets = lines.map((line) => ({ municipalityCode: town, issuedOn: '2021-05-01', ...line }))
  const { body } = await api.post('/api/v1/tickets', { tickets })
  return body.results.map(({ code, status }: { code?: string; status: string }) => code ?? status)
}

async function scan(person: SeededResident, number: string, dose: number, givenOn: string) {
  const sheet = { municipalityCode: person.municipalityCode, ticketNumber: number }
  const { body } = await api.post(
    '/api/v1/scans',
    aScan(sheet, { claimedDoseNumber: dose, givenOn }),
  )
  const findings = (body.findings ?? []).map(({ code }: { code: string }) => code)
  return { verdict: body.verdict as string, findings: findings.sort() as string[] }
}

async function courseOf({ residentId }: SeededResident) {
  const rows = await db.sql`
    select stage, doses_given as doses from course where home_resident_id = ${residentId}`
  expect(rows.length).toBeLessThan(2)
  return rows[0]
}

describe('whose a number is', () => {
  test('told of two people in one file it is nobody’s, whichever line came first', async () => {
    const [one, two] = [await aResident(db), await aResident(db)]
    const number = freshNumber()
    const lines = [one, two].map(({ registerNumber }) => ({ number, registerNumber }))
    for (const order of [lines, lines.toReversed()]) {
      expect(await file(...order)).toEqual(['numberOfTwoPeople', 'numberOfTwoPeople'])
    }
    // One of the two that the register does not know makes it no surer.
    expect(await file(lines[0]!, { number, registerNumber: 'nobody' })).toEqual([
      'numberOfTwoPeople',
      'unknownResident',
    ])
    const index = await ticketIndex(db, town, number)
    expect(await db.sql`select from ticket where number_index = ${index}`).toHaveLength(0)
    // A dose read from it waits, attached to nobody, until the right line comes.
    expect(await scan(one, number, 1, '2021-06-01')).toMatchObject({ verdict: 'waiting' })
    expect(await file(lines[1]!)).toEqual(['new'])
    expect(await courseOf(two)).toMatchObject({ doses: 1 })
    expect(await courseOf(one)).toBeUndefined()
  })

  test('held already it stays its holder’s; the same line twice is one sheet', async () => {
    const [one, two] = [await aResident(db), await aResident(db)]
    const number = freshNumber()
    const own = { number, registerNumber: one.registerNumber }
    expect(await file(own, own)).toEqual(['new', 'same'])
    expect(await file({ number, registerNumber: two.registerNumber }, own)).toEqual([
      'ticketNumberTaken',
      'same',
    ])
  })

  test('the same ten digits of another town are another sheet', async () => {
    const here = await aResident(db)
    const there = await aResident(db, { municipalityCode: otherTown })
    const number = freshNumber()
    expect(
      await file(
        { number, registerNumber: here.registerNumber },
        { number, registerNumber: there.registerNumber, municipalityCode: otherTown },
      ),
    ).toEqual(['new', 'new'])
    // Another town's person in this town's file is nobody whom this register knows.
    const stray = { number: freshNumber(), registerNumber: there.registerNumber }
    expect(await file(stray)).toEqual(['unknownResident'])
    expect(await scan(there, number, 1, '2021-06-01')).toMatchObject({ verdict: 'recorded' })
    expect(await courseOf(here)).toBeUndefined()
  })

  test('a number of a delegated range is ours to give out, and of no file', async () => {
    const { registerNumber } = await aResident(db)
    expect(await file({ number: '5000000017', registerNumber })).toEqual(['numberDelegated'])
  })

  test.each([
    ['ten zeros', '0000000000', 'ticketNumberZero'],
    ['nine digits', '123456789', 'ticketNumberLength'],
    ['the 18 digits of the whole line', `21${town}0000000017`, 'ticketNumberLength'],
    ['nothing', '', 'ticketNumberCharacters'],
  ])('%s is no number, and says so', async (_, number, code) => {
    const { registerNumber } = await aResident(db)
    expect(await file({ number, registerNumber })).toEqual([code])
  })
})

describe('two sheets of one person', () => {
  test('Maebashi and Kuki, by file: the facility’s dose counts, the resident’s sheet is the second half', async () => {
    const person = await aResident(db)
    const { registerNumber } = person
    const [facility, resident] = [freshNumber(), freshNumber()]
    expect(await file({ number: facility, registerNumber })).toEqual(['new'])
    expect((await scan(person, facility, 1, '2021-05-10')).findings).toEqual([])
    expect(await file({ number: resident, registerNumber })).toEqual(['new'])
    expect(await courseOf(person)).toMatchObject({ doses: 1 })
    // Beginning anew with the second sheet is what went wrong: it is told at the venue.
    const second = await scan(person, resident, 2, '2021-05-31')
    expect(second).toEqual({ verdict: 'recorded', findings: [] })
    expect(await courseOf(person)).toEqual({ stage: 'complete', doses: 2 })
    const third = await scan(person, resident, 1, '2021-07-01')
    expect(third.findings).toContain('extraDose')
  })

  test('the facility’s dose that came before its sheet’s line is the person’s as soon as the line is there', async () => {
    const person = await aResident(db)
    const facility = freshNumber()
    expect(await scan(person, facility, 1, '2021-05-10')).toMatchObject({ verdict: 'waiting' })
    expect(await file({ number: facility, registerNumber: person.registerNumber })).toEqual(['new'])
    expect(await courseOf(person)).toMatchObject({ doses: 1 })
  })
})

describe('an old sheet that is found again', () => {
  test('Seki, by file: reissued by the town, found and used: recorded for the person, and told', async () => {
    const person = await aResident(db)
    const { registerNumber, ticketNumber: old } = person
    const reissued = freshNumber()
    const line = { number: reissued, registerNumber, replacesOlder: true }
    expect(await file(line)).toEqual(['new'])
    expect(await file(line)).toEqual(['same'])
    expect(await scan(person, reissued, 1, '2021-06-01')).toMatchObject({ findings: [] })
    expect(await scan(person, reissued, 2, '2021-06-22')).toMatchObject({ findings: [] })
    const found = await scan(person, old, 1, '2021-09-30')
    expect(found.verdict).toBe('recordedWithFindings')
    expect(found.findings).toEqual(expect.arrayContaining(['extraDose', 'ticketRevoked']))
    expect(await courseOf(person)).toEqual({ stage: 'complete', doses: 3 })
  })
})
