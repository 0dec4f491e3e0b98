// Proves that a My Number that a register tells is sealed and indexed, opened for nobody who tells it
// again, and never in clear: neither in a row, nor in an answer.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readKeys } from '../../db/people/keys.ts'
import { placeOf } from '../../db/people/places.ts'
import { myNumberCheckDigit } from '../../domain/my-number.ts'
import { open } from '../../vault/vault.ts'
import { asTx } from '../support/people.ts'
import { openRegister, type Register, residentOf, somebody, towns } from '../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'

let database: SealedDatabase
let register: Register

beforeAll(async () => {
  database = await sealedDatabase()
  register = await openRegister(database, '2021-06-30')
})
afterAll(async () => {
  await register?.close()
  await database?.drop()
})

let n = 0
function aNumber(): string {
  const eleven = String(20_000_000_000 + 7_919 * ++n)
  return eleven + myNumberCheckDigit(eleven)
}

const tell = async (...residents: object[]) => {
  const answer = await register.post('/residents', { residents })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return (answer.body.results as { status: string; code?: string }[]).map(
    ({ status, code }) => code ?? status,
  )
}

/** What is kept of a register number's My Number, opened. */
async function keptNumber(registerNumber: string): Promise<string | undefined> {
  const [row] = await database.sql`
    select n.municipality_code as "municipalityCode", n.resident_id as "residentId", n.sealed
      from my_number n join resident r on (r.municipality_code, r.id) = (n.municipality_code, n.resident_id)
     where r.register_number = ${registerNumber}`
  if (!row) return undefined
  const { municipalityCode, residentId, sealed } = row
  const home = { municipalityCode, residentId }
  const keys = await asTx(database, (tx) => readKeys(tx, [home]))
  const items = keys.map((key) => ({ ...key, fields: ['myNumber' as const] }))
  const unlocked = (await database.vault.unlock('disclose', items)).get(residentId)!
  return open(unlocked, placeOf('myNumber', home), sealed)
}

const looks = async () => {
  const [row] = await database.sql`
    select count(*)::int as n from ledger_inbox where 'myNumber' = any(fields)`
  return row!.n as number
}

describe('My Numbers that a register tells', () => {
  test('are sealed once; told again, nobody is opened', async () => {
    const [number, later] = [aNumber(), aNumber()]
    const one = residentOf(somebody(), 'A', { myNumber: number })
    expect(await tell(one)).toEqual(['new'])
    const before = await looks()
    expect(await tell(one)).toEqual(['same'])
    const { myNumber: _, ...without } = one as typeof one & { myNumber: string }
    expect(await tell(without)).toEqual(['same'])
    expect(await looks()).toBe(before)
    expect(await keptNumber(one.registerNumber)).toBe(number)
    expect(await tell({ ...one, myNumber: later })).toEqual(['updated'])
    expect(await keptNumber(one.registerNumber)).toBe(later)
  })

  test('come to somebody who was there before', async () => {
    const one = residentOf(somebody(), 'A')
    expect(await tell(one)).toEqual(['new'])
    const number = aNumber()
    expect(await tell({ ...one, myNumber: number })).toEqual(['updated'])
    expect(await keptNumber(one.registerNumber)).toBe(number)
  })

  test('belong to one person of a town; another town knows nothing of it', async () => {
    const number = aNumber()
    const [a, b, c] = [somebody(), somebody(), somebody()]
    const first = residentOf(a, 'A', { myNumber: number })
    expect(await tell(first, residentOf(b, 'A', { myNumber: number }))).toEqual([
      'new',
      'myNumberTaken',
    ])
    expect(await tell(residentOf(b, 'A', { myNumber: number }))).toEqual(['myNumberTaken'])
    expect(await keptNumber(residentOf(b, 'A').registerNumber)).toBeUndefined()
    expect(await tell(residentOf(c, 'B', { myNumber: number }))).toEqual(['new'])
    const rows = await database.sql`
      select municipality_code as town, encode(hmac, 'hex') as hmac from my_number
       where municipality_code in (${towns.A}, ${towns.B})`
    expect(new Set(rows.map(({ hmac }) => hmac)).size).toBe(rows.length)
  })

  test('T5: a wrong check digit is refused by code and field, and not repeated', async () => {
    const number = aNumber()
    const wrong = number.slice(0, 11) + ((Number(number[11]) + 1) % 10)
    for (const myNumber of [wrong, number.slice(1), `${number}0`, 'x'.repeat(12)]) {
      const body = { residents: [residentOf(somebody(), 'A', { myNumber })] }
      const answer = await register.post('/residents', body)
      expect(answer.status).toBe(422)
      expect(answer.body).toMatchObject({
        code: 'myNumberInvalid',
        field: 'residents.0.myNumber',
      })
      expect(JSON.stringify(answer.body)).not.toContain(myNumber)
    }
  })
})
