/** Proves: a dose given after "does not wish" takes it back, however it comes, and an earlier one does not. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asProgram, seedStaff } from '../../support/credentials.ts'
import { clerkOf, courseOf, ticketOf } from '../../support/mended.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns } from '../../support/town.ts'

let db: SealedDatabase
let site: Site
let clerk: ReturnType<typeof clerkOf>
/** The day on which everything here is said. */
const today = '2021-07-05'
const yesterday = '2021-07-04'

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db, { isDemo: false })
  clerk = clerkOf(site.app)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

async function scan(
  person: SeededResident,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const init = { method: 'POST', headers: asProgram, body: JSON.stringify(aScan(person, changes)) }
  const answer = await site.app.request('/api/v1/scans', init)
  const { doseId } = (await answer.json()) as { doseId: string }
  expect([answer.status, typeof doseId]).toEqual([201, 'string'])
  return doseId
}
const decline = async ({ residentId }: SeededResident) => {
  const body = { statementId: randomUUID(), residentId, kind: 'declines' }
  const said = await clerk.ask('POST', '/desk/statements', body)
  expect(said.status).toBe(201)
}
const refusalOf = async ({ residentId }: SeededResident) => {
  const rows = await db.sql`
    select ended_on::text as "endedOn", ended_by as "endedBy" from resident_message
     where resident_id = ${residentId} and kind = 'declines'`
  expect(rows).toHaveLength(1)
  return rows[0]
}
const stageOf = async (person: SeededResident) => (await courseOf(db, person.residentId))?.stage
const ended = { endedOn: today, endedBy: 'system' }
const stands = { endedOn: null, endedBy: null }

/** Called up, without a dose, and does not wish. */
async function aDecliner(): Promise<SeededResident> {
  const person = await aResident(db)
  expect((await clerk.change('void', await scan(person))).status).toBe(200)
  await decline(person)
  expect(await stageOf(person)).toBe('closed')
  return person
}

describe('a scan', () => {
  test('of a dose of that day opens the course: it waits, reminds and tells its workflow', async () => {
    const person = await aDecliner()
    await scan(person, { givenOn: today })
    const course = (await courseOf(db, person.residentId))!
    expect(course).toMatchObject({ stage: 'awaitingSecondDose', doses: 1, cause: 'doseGiven' })
    expect(course.news).toBe(course.version)
    expect(course.steps.map(({ kind }) => kind)).toEqual(['stage', 'reminder'])
    expect(await refusalOf(person)).toEqual(ended)
  })

  test('of a dose given before, recorded late, does not', async () => {
    const person = await aDecliner()
    await scan(person, { givenOn: yesterday })
    expect(await courseOf(db, person.residentId)).toMatchObject({ stage: 'closed', doses: 1 })
    expect(await refusalOf(person)).toEqual(stands)
  })

  test('whoever had a dose today may decline the next, and a last dose completes', async () => {
    const person = await aResident(db)
    await scan(person, { givenOn: today })
    await decline(person)
    expect(await stageOf(person)).toBe('closed')
    const other = await aResident(db)
    await scan(other)
    await decline(other)
    await scan(other, { claimedDoseNumber: 2, givenOn: today })
    expect(await stageOf(other)).toBe('complete')
    expect(await refusalOf(other)).toEqual(ended)
  })
})

test('a dose attached from the worklist opens the course, too', async () => {
  const person = await aDecliner()
  const held = aScan(person, { readBy: 'typed', birthYear: 1961, givenOn: today })
  const init = { method: 'POST', headers: asProgram, body: JSON.stringify(held) }
  expect((await site.app.request('/api/v1/scans', init)).status).toBe(201)
  const named = { as: 'attach', residentId: person.residentId, reason: 'checkedOnPaper' }
  const attached = await clerk.ask('POST', `/scans/${held.scanId}/resolve`, named)
  expect(attached).toMatchObject({ status: 200, body: { outcome: 'recorded' } })
  expect(await stageOf(person)).toBe('awaitingSecondDose')
  expect(await refusalOf(person)).toEqual(ended)
})

describe('a dose that is mended', () => {
  test('opens by the right day, and voided it lets the refusal hold again', async () => {
    const person = await aDecliner()
    const early = await scan(person, { givenOn: yesterday })
    const corrected = await clerk.change('correct', early, { reason: 'wrongDate', givenOn: today })
    expect(corrected.status).toBe(200)
    expect(await stageOf(person)).toBe('awaitingSecondDose')
    expect(await refusalOf(person)).toEqual(ended)
    const [now] = await db.sql`
      select id from dose where resident_id = ${person.residentId} and voided_at is null`
    expect((await clerk.change('void', now!.id)).status).toBe(200)
    expect(await stageOf(person)).toBe('closed')
    expect(await refusalOf(person)).toEqual(stands)
  })

  test('moved to whom it was given, opens theirs', async () => {
    const [person, wrong] = [await aDecliner(), await aResident(db)]
    const dose = await scan(wrong, { givenOn: today })
    const moved = await clerk.change('reattribute', dose, ticketOf(person))
    expect(moved.status).toBe(200)
    expect(await stageOf(person)).toBe('awaitingSecondDose')
    expect(await refusalOf(person)).toEqual(ended)
  })
})
