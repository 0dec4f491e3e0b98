/** Proves that a town learns by My Number one thing alone: whether the person who moved in is that one. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actAs } from '../../../config/actor.ts'
import { plainDate } from '../../../domain/calendar.ts'
import { myNumberCheckDigit } from '../../../domain/my-number.ts'
import { compareLogWithLedger, type LedgerRow } from '../../../keyd/compare.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { type MyNumberQuestion, type ResidentKey, seal, type Vault } from '../../../vault/vault.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { aResident, otherTown, seedTowns, town } from '../../support/town.ts'

const former = otherTown
let database: TestDatabase
let keyd: TestKeyd
let vault: Vault
let today = plainDate('2021-07-01')

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  keyd = await startTestKeyd(database, {
    today: () => today,
    settings: { matchesPerDay: 20 },
    approvals: async () => async () => {},
  })
  vault = keyd.vault('api')
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
})

let n = 0
function aNumber(): string {
  const eleven = String(10_000_000_000 + 7_919 * ++n)
  return eleven + myNumberCheckDigit(eleven)
}

type Kept = { key: ResidentKey; sealed: Uint8Array }

/** A person of a town whose My Number is on record there. */
async function aPerson(municipalityCode: string, number: string): Promise<Kept> {
  const { residentId } = await aResident(database.sql, { municipalityCode })
  const key = (await vault.createKeys(municipalityCode, [residentId])).get(residentId)!
  const place = { table: 'my_number', column: 'sealed', field: 'myNumber' } as const
  const sealed = seal(key.fieldKeys, { ...place, municipalityCode, rowId: residentId }, number)
  const [hmac] = await vault.index(municipalityCode, 'myNumber', [number])
  await database.sql`
    insert into my_number (municipality_code, resident_id, sealed, hmac)
    values (${municipalityCode}, ${residentId}, ${Buffer.from(sealed)}, ${Buffer.from(hmac!)})`
  return { key, sealed }
}

async function aMoveIn(
  residentId: string,
  changes: { from?: string; on?: string; kind?: string } = {},
): Promise<string> {
  const id = randomUUID()
  const { from = former, on = '2021-06-20', kind = 'movedIn' } = changes
  const previous = kind === 'movedIn' ? from : null
  await database.sql`
    insert into register_event (id, municipality_code, kind, resident_id, effective_on, notified_on,
                                body_sha256, answer, recorded_on, previous_municipality_code,
                                previous_register_number)
    values (${id}, ${town}, ${kind}, ${residentId}, ${on}, ${on}, ''::bytea, '{}', ${on}, ${previous},
            ${previous && 'unknown'})`
  return id
}

const consent = { legalBasis: 'lifeBodyProperty.consent', consentRecordedBy: 'account/3' }

async function aQuestion(mover: Kept): Promise<MyNumberQuestion> {
  const moveInEventId = await aMoveIn(mover.key.residentId)
  return { ...mover, moveInEventId, formerMunicipality: former, ...consent }
}

const clerk = { id: 'account/9', role: 'clerk', office: town }
const ask = (question: MyNumberQuestion) => actAs(clerk, () => vault.matchMyNumber(question))
const code = (name: string) => expect.objectContaining({ code: name })

let number: string
let mover: Kept
let before: Kept

beforeEach(async () => {
  today = plainDate('2021-07-01')
  await database.sql`delete from my_number_matches`
  number = aNumber()
  before = await aPerson(former, number)
  mover = await aPerson(town, number)
})

it("the former town's resident is found, and looked at in both towns' ledgers", async () => {
  expect(await ask(await aQuestion(mover))).toBe(before.key.residentId)
  const rows = await database.sql`
    select municipality_code, resident_id, actor, office, purpose, fields, legal_basis
      from ledger_inbox
     where resident_id in (${mover.key.residentId}, ${before.key.residentId})
     order by municipality_code desc`
  const look = {
    actor: 'account/9',
    office: town,
    purpose: 'legalMatch',
    fields: ['myNumber'],
    legal_basis: consent.legalBasis,
  }
  expect(rows).toEqual([
    { municipality_code: town, resident_id: mover.key.residentId, ...look },
    { municipality_code: former, resident_id: before.key.residentId, ...look },
  ])
})

it('somebody whom the former town does not know is nobody', async () => {
  const stranger = await aPerson(town, aNumber())
  expect(await ask(await aQuestion(stranger))).toBeUndefined()
})

describe('T12: a question without its reason is refused', () => {
  it('without a move-in of that resident which names that town, in force today', async () => {
    const { residentId } = mover.key
    const other = await aPerson(town, aNumber())
    const events = [
      randomUUID(),
      await aMoveIn(other.key.residentId),
      await aMoveIn(residentId, { from: town }),
      await aMoveIn(residentId, { kind: 'addressChanged' }),
      await aMoveIn(residentId, { on: '2021-07-02' }),
    ]
    for (const moveInEventId of events) {
      const question = { ...(await aQuestion(mover)), moveInEventId }
      await expect(ask(question)).rejects.toThrow(code('moveInMissing'))
    }
  })

  it('on a legal basis that does not hold on the day, or without whoever recorded the consent', async () => {
    const question = await aQuestion(mover)
    const later = { ...question, legalBasis: 'lifeBodyProperty.consentImpracticable' }
    const { consentRecordedBy: _, ...nobody } = question
    await expect(ask(later)).rejects.toThrow(code('legalBasisMissing'))
    await expect(ask(nobody)).rejects.toThrow(code('legalBasisMissing'))
    await expect(ask({ ...question, legalBasis: 'curiosity' })).rejects.toThrow(
      code('legalBasisMissing'),
    )
    today = plainDate('2021-12-20')
    await expect(ask(question)).rejects.toThrow(code('legalBasisMissing'))
    expect(await ask(later)).toBe(before.key.residentId)
  })

  it('with a number that is none, or sealed for somebody else', async () => {
    const question = await aQuestion(mover)
    const wrong = await aPerson(town, `${number.slice(0, 11)}${(Number(number[11]) + 1) % 10}`)
    await expect(ask(await aQuestion(wrong))).rejects.toThrow(code('myNumberInvalid'))
    await expect(ask({ ...question, sealed: wrong.sealed })).rejects.toThrow(code('sealBroken'))
    const itself = { ...question, formerMunicipality: town }
    await expect(ask(itself)).rejects.toThrow(code('keydRequestInvalid'))
  })

  it('more often than a town may ask in a day', async () => {
    const question = await aQuestion(mover)
    for (let asked = 0; asked < 20; asked += 1) await ask(question)
    await expect(ask(question)).rejects.toThrow(code('matchOverLimit'))
    today = plainDate('2021-07-02')
    expect(await ask(question)).toBe(before.key.residentId)
  })
})

it('the purpose of a match gives nobody the key of a number', async () => {
  const unlocking = vault.unlock('legalMatch', [{ ...mover.key, fields: ['myNumber'] }])
  await expect(unlocking).rejects.toThrow(code('purposeNotAllowed'))
})

it('whoever was erased neither asks nor is found', async () => {
  const question = await aQuestion(mover)
  const erase = ({ key }: Kept) => {
    const asked = { municipalityCode: key.municipalityCode, residentIds: [key.residentId] }
    return keyd.link('keys').ask('erase', { ...asked, reason: 'request' })
  }
  await erase(before)
  expect(await ask(question)).toBeUndefined()
  await erase(mover)
  await expect(ask(question)).rejects.toThrow(code('residentErased'))
  const left = await database.sql`
    select 1 from my_number
     where resident_id in (${mover.key.residentId}, ${before.key.residentId})`
  expect(left).toHaveLength(0)
})

it('no process reads an HMAC, asks the function itself, or joins two towns', async () => {
  const { default: postgres } = await import('postgres')
  for (const role of [
    'sesshu_api',
    'sesshu_worker',
    'sesshu_import',
    'sesshu_statistics',
  ] as const) {
    const sql = postgres(database.urls[role], { max: 1 })
    await expect(sql`select hmac from my_number`).rejects.toMatchObject({ code: '42501' })
    await expect(
      sql`select match_my_number('', null, null, '', null, null, null, 1)`,
    ).rejects.toMatchObject({ code: '42501' })
    await sql.end()
  }
  const keydSql = postgres(database.urls.sesshu_keyd, { max: 1 })
  await expect(keydSql`select 1 from my_number`).rejects.toMatchObject({ code: '42501' })
  await keydSql.end()
  // The same number in two towns: nothing in the two rows is equal.
  const rows = await database.sql`
    select encode(hmac, 'hex') as hmac from my_number
     where resident_id in (${mover.key.residentId}, ${before.key.residentId})`
  expect(new Set(rows.map((row) => row.hmac)).size).toBe(2)
})

it('the number is nowhere in clear, and the log agrees with the ledger', async () => {
  await ask(await aQuestion(mover))
  const [dump] = await database.sql`select string_agg(m::text, ' ') as text from my_number m`
  expect(dump!.text).not.toMatch(new RegExp(number))
  const { lines } = readKeydLog(`${keyd.folder}/log`)
  expect(JSON.stringify(lines)).not.toContain(number)
  const mine = lines.filter(
    (line) => line.op === 'matchMyNumber' && line.resident === mover.key.residentId,
  )
  const ledger = await database.sql<LedgerRow[]>`
    select id, municipality_code as "municipalityCode", resident_id as "residentId", purpose, fields
      from ledger_inbox where id = any(${(mine[0] as { looks: string[] }).looks}::uuid[])`
  expect(ledger).toHaveLength(3)
  expect(compareLogWithLedger(mine, ledger)).toEqual({ withoutLedgerRow: [], neverSeen: [] })
})
