// Every committed look comes into the ledger once, in one order, whatever happens to the sealer.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameProcess } from '../../../config/actor.ts'
import type { Sql } from '../../../db/client.ts'
import { exportLedger } from '../../../db/ledger/export.ts'
import { connectForLooks, recordLooks } from '../../../db/ledger/record-looks.ts'
import { TurnLost } from '../../../db/ledger/seal.ts'
import type { ExportedRow } from '../../../domain/ledger-row.ts'
import { openCheckpoint } from '../../../ledger/checkpoint.ts'
import { CompactRange } from '../../../ledger/merkle.ts'
import { parseVerifier } from '../../../ledger/note-key.ts'
import { LedgerDamaged } from '../../../ledger/read-back.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { lookOf, sealed } from '../../support/ledger.ts'
import { openSealer, type SealerProcess, spawnSealer } from '../../support/sealer.ts'

let db: TestDatabase
let looks: Sql
let dataDir: string
const processes: SealerProcess[] = []

beforeAll(async () => {
  nameProcess('sealer-test')
  db = await freshDatabase()
  looks = connectForLooks(db.urls.sesshu_api, 'test')
})
afterAll(async () => {
  await looks.end({ timeout: 1 })
  await db.drop()
})
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sesshu-ledger-'))
})
afterEach(async () => {
  for (const { child, ended } of processes.splice(0)) {
    if (child.exitCode === null) child.kill('SIGKILL')
    await ended
  }
  await db.sql`truncate ledger_inbox, access_ledger, ledger_head, ledger_log`
  rmSync(dataDir, { recursive: true, force: true })
})

const look = (count: number) =>
  recordLooks(
    looks,
    Array.from({ length: count }, () => ({
      municipalityCode: '011002',
      residentId: randomUUID(),
      purpose: 'manageRegister',
      fields: ['name', 'kana'],
      detail: Uint8Array.of(1, 2, 3),
    })),
  )

function start(): SealerProcess {
  const sealer = spawnSealer(db, dataDir)
  processes.push(sealer)
  return sealer
}

type Kept = { rows: ExportedRow[]; heads: { size: number; checkpoint: string }[] }

async function ledger(): Promise<Kept> {
  const kept: Kept = { rows: [], heads: [] }
  await exportLedger(db.sql as unknown as Sql, {
    row: (row) => void kept.rows.push(row),
    head: (head) => void kept.heads.push(head),
  })
  return kept
}

/** No gap, no double, every hash as the rows give it, every head over the rows below it. */
async function expectWhole(ids: string[]): Promise<Kept> {
  const kept = await ledger()
  expect(kept.rows.map(({ id }) => id).sort()).toEqual([...ids].sort())
  expect(kept.rows).toEqual(sealed(kept.rows.map(lookOf)))
  const key = parseVerifier(readFileSync(join(dataDir, 'ledger', 'ledger.pub'), 'utf8'))
  const range = CompactRange.empty()
  for (const { size, checkpoint } of kept.heads) {
    const head = openCheckpoint(checkpoint, key)
    while (range.size < size) range.append(Buffer.from(kept.rows[range.size]!.leafHash, 'base64'))
    expect(head.size).toBe(size)
    expect(Buffer.from(head.root).equals(range.root())).toBe(true)
  }
  return kept
}

describe('the sealer', () => {
  test('moves looks in the order in which they were made, in chunks, and signs heads', async () => {
    const { sealer, close } = await openSealer(db, dataDir, 7)
    expect(await sealer.signHead()).toMatchObject({ size: 0 })
    const ids = await look(30)
    expect(await sealer.drain()).toEqual({ moved: 30, isMore: false })
    expect(await sealer.drain()).toEqual({ moved: 0, isMore: false })
    expect(await sealer.signHead()).toMatchObject({ size: 30 })
    expect(await sealer.signHead()).toBeUndefined()
    await close()
    const { rows, heads } = await expectWhole(ids)
    expect(heads.map(({ size }) => size)).toEqual([0, 30])
    const order = rows.map(({ lookedAt, id }) => `${lookedAt} ${id}`)
    expect(order).toEqual([...order].sort())
    expect(rows[0]).toMatchObject({
      actor: 'process/sealer-test',
      detail: 'AQID',
      residentId: expect.stringMatching(/-/),
    })
  })

  test('says each second that nothing was left to chain, and nothing more once it is gone', async () => {
    const drainedAt = async () => {
      const [row] = await db.sql<{ at: Date | number }[]>`select at from ledger_drained`
      return Number(row!.at)
    }
    const sealer = start()
    await expect.poll(drainedAt, { timeout: 20_000 }).toBeGreaterThan(0)
    const before = await drainedAt()
    await look(3)
    await expect.poll(drainedAt, { timeout: 20_000 }).toBeGreaterThan(before)
    sealer.child.kill('SIGKILL')
    await sealer.ended
    const last = await drainedAt()
    await sleep(1_500)
    expect(await drainedAt()).toBe(last)
  })

  test('keeps up with concurrent looks, and one that commits late comes late', async () => {
    const { sealer, close } = await openSealer(db, dataDir)
    const slow = db.sql.begin(async (tx) => {
      const [row] = await tx`
        insert into ledger_inbox (id, actor, actor_role, office, purpose, municipality_code, fields)
        values (gen_random_uuid(), 'a', 'clerk', 'system', 'p', '011002', '{name}') returning id`
      await sleep(300)
      return row!.id as string
    })
    await sleep(50)
    const writers = Promise.all(
      Array.from({ length: 8 }, async () => {
        const ids: string[] = []
        for (let i = 0; i < 25; i += 1) {
          ids.push(...(await look(3)))
          await sleep(5)
        }
        return ids
      }),
    )
    const all = Promise.all([writers, slow]).then(([ids, late]) => [...ids.flat(), late])
    let isDone = false
    void all.then(() => {
      isDone = true
    })
    while (!isDone) {
      await sealer.drain()
      await sealer.signHead()
      await sleep(5)
    }
    await sealer.drain()
    await close()
    const { heads } = await expectWhole(await all)
    expect(heads.length).toBeGreaterThan(1)
  })

  test('keeps its private key to itself and publishes the other half', async () => {
    const { signer, close } = await openSealer(db, dataDir)
    await close()
    const folder = join(dataDir, 'ledger')
    expect(statSync(join(folder, 'ledger.key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'ledger.pub'), 'utf8')).toBe(`${signer.verifier.text}\n`)
    const [log] = await db.sql`select origin, public_key from ledger_log`
    expect(log).toEqual({ origin: signer.verifier.name, public_key: signer.verifier.text })
  })

  test('is one at a time: a second one waits for the end of the first', async () => {
    const first = await openSealer(db, dataDir)
    const second = openSealer(db, dataDir)
    const early = await Promise.race([second.then(() => 'open'), sleep(700, 'waiting')])
    expect(early).toBe('waiting')
    const ids = await look(3)
    await first.sealer.drain()
    await first.close()
    const { sealer, close } = await second
    expect(sealer.size).toBe(3)
    ids.push(...(await look(2)))
    await sealer.drain()
    await close()
    await expectWhole(ids)
  })

  test('stops adding when its connection, and with it its turn, is gone', async () => {
    const { sealer, sql, close } = await openSealer(db, dataDir)
    const [row] = await sql`select pg_backend_pid() as pid`
    await db.sql`select pg_terminate_backend(${row!.pid})`
    await look(1)
    const errors: unknown[] = []
    for (let i = 0; i < 5; i += 1) await sealer.drain().catch((error) => errors.push(error))
    expect(errors).toHaveLength(5)
    // The driver has found a new connection by then; the turn did not come with it.
    expect(errors.at(-1)).toBeInstanceOf(TurnLost)
    await close()
    expect((await ledger()).rows).toEqual([])
  })
})

test('a load that never ends does not keep heads from being signed', async () => {
  const { sealer, close } = await openSealer(db, dataDir, 2)
  const ids = await look(50)
  expect(await sealer.drain()).toEqual({ moved: 40, isMore: true })
  expect(await sealer.signHead()).toMatchObject({ size: 40 })
  expect(await sealer.drain()).toEqual({ moved: 10, isMore: false })
  await close()
  await expectWhole(ids)
})

describe('T19: a ledger that another hand changed', () => {
  async function aLedger(rows = 20) {
    const { sealer, close } = await openSealer(db, dataDir)
    await look(rows)
    await sealer.drain()
    await sealer.signHead()
    return { sealer, close }
  }
  const reopen = () => openSealer(db, dataDir)

  test('that became shorter is not signed any more, running or started again', async () => {
    const { sealer, close } = await aLedger()
    await db.sql`delete from access_ledger where seq = 19`
    await look(1)
    await expect(sealer.drain()).rejects.toBeInstanceOf(LedgerDamaged)
    await close()
    await expect(reopen()).rejects.toMatchObject({ seq: 19 })
    // Also when the heads are taken away with the rows: the data dir remembers.
    await db.sql`truncate access_ledger, ledger_head`
    await expect(reopen()).rejects.toMatchObject({ seq: 0 })
    expect(await db.sql`select from ledger_inbox`).toHaveLength(1)
  })

  test('is read back whole when the data dir has forgotten, and each link is checked', async () => {
    const { close } = await aLedger()
    await close()
    rmSync(join(dataDir, 'ledger', 'range.json'))
    const { sealer, close: closeAgain } = await reopen()
    expect(sealer.size).toBe(20)
    await closeAgain()
    await db.sql`update access_ledger set leaf_hash = sha256('x') where seq = 4`
    await expect(reopen()).rejects.toMatchObject({ seq: 4 })
    await db.sql`delete from access_ledger where seq = 2`
    await expect(reopen()).rejects.toMatchObject({ seq: 2 })
  })

  test('with every hash made anew does not agree with the head that was signed', async () => {
    const { close } = await aLedger(6)
    await close()
    const { rows } = await ledger()
    for (const row of sealed(rows.map((one) => ({ ...lookOf(one), actor: 'x' })))) {
      await db.sql`
        update access_ledger set actor = 'x', leaf_hash = decode(${row.leafHash}, 'base64'),
               chain_hash = decode(${row.chainHash}, 'base64') where seq = ${row.seq}`
    }
    rmSync(join(dataDir, 'ledger', 'range.json'))
    await expect(reopen()).rejects.toThrow('not those over which that head was signed')
  })

  test('that is restored into a new data dir goes on as a log of its own', async () => {
    const { close } = await aLedger(5)
    await close()
    rmSync(join(dataDir, 'ledger'), { recursive: true })
    const { sealer, signer, close: closeAgain } = await reopen()
    await look(1)
    await sealer.drain()
    await sealer.signHead()
    await closeAgain()
    const { heads } = await ledger()
    expect(openCheckpoint(heads.at(-1)!.checkpoint, signer.verifier).size).toBe(6)
    expect(await db.sql`select from ledger_log`).toHaveLength(2)
  })
})

test('T19: kill -9 of the sealer, again and again, leaves no gap and no double', async () => {
  const ids: string[] = []
  let isLooking = true
  const looking = (async () => {
    while (isLooking) {
      ids.push(...(await look(40)))
      await sleep(5)
    }
  })()
  for (let round = 0; round < 4; round += 1) {
    const { child, ready, ended } = start()
    await ready()
    await sleep(40 + 60 * round)
    child.kill('SIGKILL')
    await ended
  }
  isLooking = false
  await looking
  const last = start()
  await last.ready()
  while ((await db.sql`select from ledger_inbox limit 1`).length > 0) await sleep(50)
  last.child.kill('SIGTERM')
  expect(await last.ended).toBe(0)
  const { rows, heads } = await expectWhole(ids)
  expect(rows.length).toBeGreaterThan(200)
  // What was committed until the end is under the last head.
  expect(heads.at(-1)?.size).toBe(rows.length)
})
