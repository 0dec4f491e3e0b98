/** Proves that keyd opens exactly what a committed, fresh look names, over the real socket and ledger. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actAs } from '../../../config/actor.ts'
import type { FieldName } from '../../../domain/sealed-fields.ts'
import { compareLogWithLedger, type LedgerRow } from '../../../keyd/compare.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import type { KeydClient } from '../../../vault/keyd-client.ts'
import { open, type ResidentKey, seal, type Vault } from '../../../vault/vault.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let database: TestDatabase
let keyd: TestKeyd
let vault: Vault
let link: KeydClient

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  keyd = await startTestKeyd(database)
  vault = keyd.vault('api')
  link = keyd.link('api')
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
})

const place = (residentId: string) => ({
  table: 'person',
  column: 'name',
  field: 'name' as const,
  municipalityCode: town,
  rowId: residentId,
})

async function aKey(municipalityCode = town): Promise<ResidentKey> {
  const residentId = randomUUID()
  return (await vault.createKeys(municipalityCode, [residentId])).get(residentId)!
}

/** A look as it would be in the ledger, arranged by the superuser. */
async function aLook(
  key: ResidentKey,
  changes: { fields?: string[]; purpose?: string; agoSeconds?: number; table?: string } = {},
): Promise<string> {
  const id = randomUUID()
  const { fields = ['name', 'kana'], purpose = 'manageRegister', agoSeconds = 0 } = changes
  await database.sql`
    insert into ledger_inbox (id, looked_at, actor, actor_role, office, purpose, municipality_code,
                              resident_id, fields)
    values (${id}, clock_timestamp() - make_interval(secs => ${agoSeconds}), 'process/test', 'process',
            'system', ${purpose}, ${key.municipalityCode}, ${key.residentId}, ${fields})`
  return id
}

function asked(key: ResidentKey, lookId: string, fields: FieldName[] = ['name']) {
  const wrapped = Buffer.from(key.wrapped).toString('base64')
  const { municipalityCode, residentId, keyVersion, dekVersion } = key
  return { municipalityCode, residentId, keyVersion, dekVersion, wrapped, lookId, fields }
}

async function unlockOne(item: ReturnType<typeof asked>) {
  const { items } = await link.ask('unlock', { items: [item] })
  return items[0]!
}

describe('through the vault', () => {
  it('what was sealed at writing is opened with one ledger row that says who, whom and why', async () => {
    const residentId = randomUUID()
    const made = (await vault.createKeys(town, [residentId])).get(residentId)!
    const sealed = seal(made.fieldKeys, place(residentId), '{"family":"見本","given":"花子"}')

    const clerk = { id: 'account/17', role: 'clerk', office: town }
    const keys = await actAs(clerk, () =>
      vault.unlock('manageRegister', [{ ...made, fields: ['name'] }]),
    )
    expect(open(keys.get(residentId)!, place(residentId), sealed)).toContain('花子')

    const rows = await database.sql`
      select actor, actor_role, office, purpose, municipality_code, fields from ledger_inbox
       where resident_id = ${residentId}`
    expect(rows).toEqual([
      {
        actor: 'account/17',
        actor_role: 'clerk',
        office: town,
        purpose: 'manageRegister',
        municipality_code: town,
        fields: ['name'],
      },
    ])
  })

  it('only the field keys that were named are given', async () => {
    const key = await aKey()
    const keys = (await vault.unlock('manageRegister', [{ ...key, fields: ['kana'] }])).get(
      key.residentId,
    )!
    expect(Object.keys(keys).sort()).toEqual(['dekVersion', 'kana'])
    expect(() => seal(keys, place(key.residentId), 'x')).toThrow(
      expect.objectContaining({ code: 'fieldNotUnlocked' }),
    )
  })

  it('calls of one turn keep their own actor and answer', async () => {
    const [first, second] = [await aKey(), await aKey()]
    const ask = (id: string, key: ResidentKey, purpose = 'manageRegister') =>
      actAs({ id, role: 'clerk', office: town }, () =>
        vault.unlock(purpose, [{ ...key, fields: ['name'] }]),
      )
    const [one, two, three] = await Promise.allSettled([
      ask('account/1', first),
      ask('account/2', second),
      ask('account/3', first, 'noSuchPurpose'),
    ])
    expect(one.status === 'fulfilled' && [...one.value.keys()]).toEqual([first.residentId])
    expect(two.status === 'fulfilled' && [...two.value.keys()]).toEqual([second.residentId])
    expect(three).toMatchObject({ reason: { code: 'purposeNotAllowed' } })
    const actors = await database.sql`
      select actor from ledger_inbox where resident_id in (${first.residentId}, ${second.residentId})
       order by actor`
    expect(actors.map((row) => row.actor)).toEqual(['account/1', 'account/2', 'account/3'])
  })
})

describe('T12: without a fitting look nothing is opened', () => {
  let key: ResidentKey
  beforeEach(async () => {
    key = await aKey()
  })

  it('no row', async () => {
    expect(await unlockOne(asked(key, randomUUID()))).toMatchObject({ refused: 'lookMissing' })
  })

  it('a row that is not committed yet', async () => {
    const id = randomUUID()
    await database.sql.begin(async (tx) => {
      await tx`insert into ledger_inbox (id, actor, actor_role, office, purpose, municipality_code,
                                         resident_id, fields)
               values (${id}, 'process/test', 'process', 'system', 'manageRegister', ${town},
                       ${key.residentId}, ${['name']})`
      expect(await unlockOne(asked(key, id))).toMatchObject({ refused: 'lookMissing' })
    })
    expect(await unlockOne(asked(key, id))).toHaveProperty('fieldKeys.name')
  })

  it('a row about somebody else, or in another town', async () => {
    const stranger = await aKey()
    expect(await unlockOne(asked(key, await aLook(stranger)))).toMatchObject({
      refused: 'lookDiffers',
    })
    const elsewhere = { ...key, municipalityCode: otherTown }
    expect(await unlockOne(asked(key, await aLook(elsewhere)))).toMatchObject({
      refused: 'lookDiffers',
    })
  })

  it('a row that does not name every field', async () => {
    const look = await aLook(key, { fields: ['kana', 'doses'] })
    expect(await unlockOne(asked(key, look, ['kana', 'name']))).toMatchObject({
      refused: 'lookDiffers',
    })
  })

  it('a row that is older than five minutes', async () => {
    expect(await unlockOne(asked(key, await aLook(key, { agoSeconds: 299 })))).toHaveProperty(
      'fieldKeys.name',
    )
    expect(await unlockOne(asked(key, await aLook(key, { agoSeconds: 301 })))).toMatchObject({
      refused: 'lookTooOld',
    })
  })

  it('a purpose that does not open this field, or not to this process', async () => {
    const wave = await aLook(key, { purpose: 'openWave', fields: ['name', 'bornOn'] })
    expect(await unlockOne(asked(key, wave, ['bornOn']))).toHaveProperty('fieldKeys.bornOn')
    expect(await unlockOne(asked(key, wave, ['name']))).toMatchObject({
      refused: 'purposeNotAllowed',
    })
    const notice = await aLook(key, { purpose: 'sendNotice' })
    expect(await unlockOne(asked(key, notice))).toMatchObject({ refused: 'purposeNotAllowed' })
  })

  it('a row that the sealer has moved into the chain is as good as one in the inbox', async () => {
    const look = await aLook(key)
    await database.sql.begin(async (tx) => {
      await tx`
        insert into access_ledger (seq, id, looked_at, actor, actor_role, office, purpose,
                                   municipality_code, resident_id, fields, leaf_hash, chain_hash)
        select 0, id, looked_at, actor, actor_role, office, purpose, municipality_code, resident_id,
               fields, sha256(id::text::bytea), sha256(id::text::bytea)
          from ledger_inbox where id = ${look}`
      await tx`delete from ledger_inbox where id = ${look}`
    })
    expect(await unlockOne(asked(key, look))).toHaveProperty('fieldKeys.name')
  })
})

it('T19: reads stop when looks have waited too long for the sealer', async () => {
  const strict = await startTestKeyd(database, {
    keysOf: keyd,
    settings: { ledgerStalledAfterSeconds: 60 },
  })
  try {
    const key = await aKey()
    const old = await aLook(key, { agoSeconds: 61 })
    await expect(
      strict.vault('api').unlock('manageRegister', [{ ...key, fields: ['name'] }]),
    ).rejects.toMatchObject({ code: 'ledgerStalled' })
    await database.sql`delete from ledger_inbox where id = ${old}`
  } finally {
    await strict.stop()
  }
})

it("a town's key opens nothing of another town's", async () => {
  const [here, there] = [await aKey(town), await aKey(otherTown)]
  const stolen = { ...there, municipalityCode: town }
  expect(await unlockOne(asked(stolen, await aLook(stolen)))).toMatchObject({
    refused: 'wrappedKeyBroken',
  })
  const swapped = { ...here, wrapped: (await aKey()).wrapped }
  expect(await unlockOne(asked(swapped, await aLook(swapped)))).toMatchObject({
    refused: 'wrappedKeyBroken',
  })
})

it('an erased resident stays erased, whatever wrapped key is shown', async () => {
  const eraser = await startTestKeyd(database, {
    keysOf: keyd,
    approvals: async () => async () => {},
  })
  try {
    const own = eraser.vault('api')
    const residentId = randomUUID()
    const backedUp = (await own.createKeys(town, [residentId])).get(residentId)!
    const item = { ...backedUp, fields: ['name' as const] }
    expect((await own.unlock('manageRegister', [item])).size).toBe(1)
    const insert = () => database.sql`
      insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
      values (${town}, ${residentId}, ${backedUp.keyVersion}, 1, ${Buffer.from(backedUp.wrapped)})`
    const count = () => database.sql`select 1 from resident_key where resident_id = ${residentId}`
    await insert()
    const erasing = { municipalityCode: town, residentIds: [residentId], reason: 'request' }
    expect(await eraser.link('keys').ask('erase', erasing)).toEqual({ erased: 1 })
    expect(await count()).toHaveLength(0)
    for (const isAfterRestore of [false, true]) {
      if (isAfterRestore) {
        await eraser.end()
        // A restored database brings the row back.
        await insert()
        await eraser.start()
        expect(await count()).toHaveLength(0)
      }
      expect((await own.unlock('manageRegister', [item])).size).toBe(0)
      await expect(own.createKeys(town, [residentId])).rejects.toMatchObject({
        code: 'residentErased',
      })
    }
    expect(await eraser.link('keys').ask('erase', erasing)).toEqual({ erased: 0 })
  } finally {
    await eraser.stop()
  }
})

it("keyd's log and the ledger agree, and each tells on the other", async () => {
  const key = await aKey()
  await vault.unlock('manageRegister', [{ ...key, fields: ['name', 'bornOn'] }])
  const ignored = await aLook(key)
  const ledger = await database.sql<LedgerRow[]>`
    select id, municipality_code as "municipalityCode", resident_id as "residentId", purpose, fields
      from ledger_inbox where resident_id = ${key.residentId}`
  const log = readKeydLog(`${keyd.folder}/log`)
  expect(log.fault).toBeUndefined()
  const lines = log.lines.filter(
    (line) => line.op === 'unlock' && line.items.some((item) => item.resident === key.residentId),
  )
  expect(compareLogWithLedger(lines, ledger)).toEqual({
    withoutLedgerRow: [],
    neverSeen: [expect.objectContaining({ id: ignored })],
  })
  const { withoutLedgerRow } = compareLogWithLedger(lines, [])
  expect(withoutLedgerRow).toMatchObject([{ resident: key.residentId, fields: ['name', 'bornOn'] }])
})

it('a thousand residents are opened by one call', async () => {
  const ids = Array.from({ length: 1_000 }, () => randomUUID())
  const items = [...(await vault.createKeys(town, ids)).values()].map((key) => ({
    ...key,
    fields: ['name', 'address', 'mail'] as const,
  }))
  const took: number[] = []
  for (let n = 0; n < 3; n += 1) {
    const startedAt = performance.now()
    expect((await vault.unlock('manageRegister', items)).size).toBe(1_000)
    took.push(Math.round(performance.now() - startedAt))
  }
  console.info(`1,000 residents opened in ${took.join(', ')} ms`)
})
