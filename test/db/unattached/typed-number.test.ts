/** Proves: a number that a clerk types attaches nothing without the birth of exactly its person. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedPerson } from '../../support/people.ts'
import { aResident, aScan, type SeededResident, town } from '../../support/town.ts'
import { type Desk, openDesk } from '../../support/unattached.ts'

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk?.close())

/** Typed with a wrong year: held. */
async function heldScan(resident: SeededResident) {
  const scan = aScan(resident, { readBy: 'typed', birthYear: 1961 })
  const { body } = await desk.post('/api/v1/scans', scan)
  expect(body.verdict).toBe('held')
  return scan
}
const resolve = (id: string, body: object) =>
  desk.post(`/api/v1/scans/${id}/resolve`, body, 'clerk')
const rowOf = async (id: string) =>
  (
    await desk.db.sql`
      select resolved_at is not null as settled, ticket_number is null as emptied
        from scan where id = ${id}`
  )[0]

describe('nothing is written, and the scan stays open, when', () => {
  const cases: [string, (of: SeededResident) => object, number, string][] = [
    [
      'a ticket number is typed without a birth: it is somebody’s all the same',
      ({ ticketNumber: number }) => ({
        ...{ as: 'attach', ticket: { municipalityCode: town, number }, reason: 'misread' },
      }),
      ...([422, 'typedNumberNeedsBirth'] as const),
    ],
    [
      'a register number is typed without a birth',
      ({ registerNumber }) => ({ as: 'attach', registerNumber, reason: 'misread' }),
      ...([422, 'typedNumberNeedsBirth'] as const),
    ],
    [
      'the ticket of the number that was typed is of somebody born in another year',
      ({ ticketNumber: number }) => ({
        ...{ as: 'attach', ticket: { municipalityCode: town, number }, birthYear: 1951 },
        reason: 'misread',
      }),
      ...([422, 'typedNumberDiffers'] as const),
    ],
    [
      'the register number is of somebody born on another day',
      ({ registerNumber }) => ({
        ...{ as: 'attach', registerNumber, bornOn: '1950-05-06', reason: 'misread' },
      }),
      ...([422, 'typedNumberDiffers'] as const),
    ],
  ]
  test.each(cases)('%s', async (_name, body, status, code) => {
    const resident = await aResident(desk.db)
    const { scanId } = await heldScan(resident)
    const answer = await resolve(scanId, body(resident))
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(await rowOf(scanId)).toEqual({ settled: false, emptied: false })
    expect(await desk.doses(resident.residentId)).toEqual([])
  })
})

describe('a number that is typed with one digit wrong', () => {
  const near = (digit: number, bornOn: string) =>
    aResident(desk.db, { ticketNumber: `472200000${digit}`, bornOn })
  const typed = ({ ticketNumber: number }: SeededResident, born: object) => ({
    ...{ as: 'attach', ticket: { municipalityCode: town, number }, reason: 'misread', ...born },
  })

  test('is refused where its holder is born alike, and the whole date tells the two apart', async () => {
    const [one, other] = [await near(1, '1950-01-01'), await near(2, '1950-12-31')]
    const { scanId } = await heldScan(await aResident(desk.db))
    const alike = await resolve(scanId, typed(other, { birthYear: 1950 }))
    expect([alike.status, alike.body.code]).toEqual([422, 'typedNumberAlike'])
    const wrong = await resolve(scanId, typed(other, { bornOn: '1950-01-01' }))
    expect([wrong.status, wrong.body.code]).toEqual([422, 'typedNumberDiffers'])
    expect(await rowOf(scanId)).toMatchObject({ settled: false, emptied: false })
    const right = await resolve(scanId, typed(one, { bornOn: '1950-01-01' }))
    expect(right.body.outcome).toBe('recorded')
    expect(await desk.doses(one.residentId)).toHaveLength(1)
    expect(await desk.doses(other.residentId)).toEqual([])
  })

  test('is refused of a register number too', async () => {
    for (const n of ['N-771', 'N-772']) {
      await seedPerson(desk.db, {
        ...{ municipalityCode: town, registerNumber: n, bornOn: '1940-02-03' },
        name: { family: '隣番', given: n, kana: 'トナリ バン' },
      })
    }
    const { scanId } = await heldScan(await aResident(desk.db))
    const answer = await resolve(scanId, {
      ...{ as: 'attach', registerNumber: 'N-772', bornOn: '1940-02-03', reason: 'misread' },
    })
    expect([answer.status, answer.body.code]).toEqual([422, 'typedNumberAlike'])
    expect(await rowOf(scanId)).toMatchObject({ settled: false })
  })

  test('is refused on the page, which asks for the birth date, by era as well', async () => {
    const right = await aResident(desk.db)
    const { scanId } = await heldScan(await aResident(desk.db))
    const path = `/worklist/scans/${scanId}`
    expect((await desk.page(path)).html).toContain('name="born"')
    const fields = { as: 'attach', reason: 'misread', ticket: right.ticketNumber }
    const bare = await desk.press(path, fields)
    expect(bare.to).toBe(`${path}?said=typedNumberNeedsBirth`)
    expect((await desk.page(`${bare.to}&lang=en`)).html).toContain('No birth date')
    const wrong = await desk.press(path, { ...fields, born: '昭和25年5月6日' })
    expect(wrong.to).toBe(`${path}?said=typedNumberDiffers`)
    expect(await desk.doses(right.residentId)).toEqual([])
    const done = await desk.press(path, { ...fields, born: 'S25.5.5' })
    expect(done.to).toBe('/worklist?todo=held&said=recorded')
    expect(await desk.doses(right.residentId)).toHaveLength(1)
  })
})
