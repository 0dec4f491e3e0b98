// T4 on the real database: neighbours by one digit, every year another one, and every way of misreading.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApi } from '../support/api.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns } from '../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  api = testApi(db)
})
afterAll(async () => {
  await api?.close()
  await db?.drop()
})

const firstNumber = 7_100_000_000
const people = 30

test('T4: a misread number is held or waits, and nobody gets a dose by it', async () => {
  const residents: SeededResident[] = []
  for (let i = 0; i < people; i++) {
    const [ticketNumber, bornOn] = [String(firstNumber + i), `${1930 + i}-05-05`]
    residents.push(await aResident(db, { ticketNumber, bornOn }))
  }
  const counts: Record<string, number> = {}
  for (const { municipalityCode, ticketNumber, birthYear } of residents) {
    const misread = Array.from(ticketNumber, (digit, at) => {
      const other = (Number(digit) + 1) % 10
      return ticketNumber.slice(0, at) + other + ticketNumber.slice(at + 1)
    })
    const scans = misread.map((number, i) =>
      aScan(
        { municipalityCode, ticketNumber: number },
        { readBy: i % 2 ? 'ocr' : 'typed', birthYear },
      ),
    )
    const { body } = await api.post('/api/v1/scans/batch', { scans })
    for (const { answer } of body.results) {
      counts[answer.verdict] = (counts[answer.verdict] ?? 0) + 1
    }
  }
  expect(Object.keys(counts).sort()).toEqual(['held', 'waiting'])
  expect(counts.held! + counts.waiting!).toBe(people * 10)
  expect(counts.held).toBeGreaterThan(people)
  const doses = await db.sql`select from dose`
  expect(doses).toHaveLength(0)
})
