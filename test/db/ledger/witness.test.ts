// A real witness over real HTTP against the real api: what continues is co-signed, what does not is not.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeBundle } from '../../../cli/ledger/export.ts'
import type { Sql } from '../../../db/client.ts'
import { connectForLooks, recordLooks } from '../../../db/ledger/record-looks.ts'
import { signCheckpoint } from '../../../ledger/checkpoint.ts'
import { CompactRange } from '../../../ledger/merkle.ts'
import type { SignerKey } from '../../../ledger/note-key.ts'
import { readWitness } from '../../../ledger/witness-file.ts'
import { linesOf } from '../../../ledger/witness-folder.ts'
import { runWitness } from '../../../ledger/witness-run.ts'
import { testApi } from '../../support/api.ts'
import { sesshu } from '../../support/command.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { lookOf, sealed } from '../../support/ledger.ts'
import { listen, openSealer } from '../../support/sealer.ts'

let db: TestDatabase
let looks: Sql
let api: ReturnType<typeof testApi>
let web: Awaited<ReturnType<typeof listen>>
let root: string
let log: Awaited<ReturnType<typeof openSealer>>

beforeAll(async () => {
  db = await freshDatabase()
  looks = connectForLooks(db.urls.sesshu_api, 'test')
  api = testApi(db)
  web = await listen(api)
})
afterAll(async () => {
  await web.close()
  await api.close()
  await looks.end({ timeout: 1 })
  await db.drop()
})
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'sesshu-witness-'))
  log = await openSealer(db, dataDir(), 1_000)
})
afterEach(async () => {
  await log.close()
  await db.sql`truncate ledger_inbox, access_ledger, ledger_head, ledger_log`
  rmSync(root, { recursive: true, force: true })
})

const dataDir = () => join(root, 'system')
const witnessDir = () => join(root, 'witness')
const witnessFile = () => join(witnessDir(), 'witness.jsonl')
const refused = () => join(witnessDir(), 'refused.json')

async function grow(rows: number): Promise<void> {
  const one = () => ({
    municipalityCode: '011002',
    residentId: randomUUID(),
    purpose: 'manageRegister',
    fields: ['name'],
  })
  await recordLooks(looks, Array.from({ length: rows }, one))
  await log.sealer.drain()
  await log.sealer.signHead()
}

const round = (more: object = {}) =>
  runWitness({
    url: web.url,
    dir: witnessDir(),
    systemDataDir: dataDir(),
    everyMs: 10,
    once: true,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    ...more,
  })
const shown = async (what: string) =>
  (await (await fetch(`${web.url}/api/v1/ledger/${what}`)).json()) as { leaves: string[] }
const seen = () => readWitness(linesOf(witnessFile()))

/** What a superuser who has stolen the log's key can do: everything in the database is consistent. */
async function rewrite(changed: { seq: number; actor: string }, key: SignerKey): Promise<void> {
  const path = join(root, 'before.jsonl')
  await writeBundle(db.sql as unknown as Sql, path)
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('{"row"') ? [JSON.parse(line).row] : []))
  const looksNow = rows.map((row) => ({
    ...lookOf(row),
    ...(row.seq === changed.seq && { actor: changed.actor }),
  }))
  const range = CompactRange.empty()
  for (const row of sealed(looksNow)) {
    range.append(Buffer.from(row.leafHash, 'base64'))
    await db.sql`
      update access_ledger set actor = ${row.actor}, leaf_hash = decode(${row.leafHash}, 'base64'),
             chain_hash = decode(${row.chainHash}, 'base64') where seq = ${row.seq}`
    const checkpoint = signCheckpoint({ size: range.size, root: range.root() }, key)
    await db.sql`
      update ledger_head set root_hash = ${range.root()}, checkpoint = ${checkpoint}
       where size = ${range.size}`
  }
}

describe('the public side of the ledger', () => {
  test('T19: shows heads and leaf hashes without a token, and nothing of any row', async () => {
    await grow(3)
    const heads = await shown('heads')
    const leaves = await shown('leaves?from=0&to=9')
    expect(heads).toMatchObject({
      publicKey: log.signer.verifier.text,
      heads: [expect.stringContaining('\n3\n')],
    })
    expect(leaves).toEqual({ from: 0, leaves: expect.arrayContaining([expect.any(String)]) })
    expect(leaves.leaves).toHaveLength(3)
    const everything = JSON.stringify([heads, leaves])
    for (const row of await db.sql`select id::text, resident_id::text as r from access_ledger`) {
      expect(everything).not.toContain(row.id)
      expect(everything).not.toContain(row.r)
    }
  })

  test('shows no row that no head speaks of yet', async () => {
    await grow(2)
    await recordLooks(looks, [{ municipalityCode: '011002', purpose: 'p', fields: ['name'] }])
    await log.sealer.drain()
    expect((await shown('leaves?from=0&to=9')).leaves).toHaveLength(2)
  })

  test('refuses numbers that are none, and says when no sealer has run', async () => {
    for (const query of [
      'from=a&to=2',
      'from=-1&to=2',
      'from=0',
      'from=0.5&to=2',
      'from=0&to=1e15',
    ]) {
      expect((await api.get(`/api/v1/ledger/leaves?${query}`)).status).toBe(422)
    }
    await db.sql`truncate ledger_log`
    const { status, body } = await api.get('/api/v1/ledger/heads')
    expect([status, body.code]).toEqual([404, 'ledgerNotBegun'])
  })
})

describe('a witness', () => {
  test('co-signs what continues, round after round and start after start', async () => {
    await log.sealer.signHead()
    await grow(5)
    expect(await round()).toMatchObject({ size: 5, cosigned: 2 })
    expect(await round()).toMatchObject({ size: 5, cosigned: 0 })
    await grow(9_000)
    expect(await round()).toMatchObject({ size: 9_005, cosigned: 1 })
    const { heads, leaves, log: followed } = await seen()
    expect(heads.map(({ size }) => size)).toEqual([0, 5, 9_005])
    expect(leaves.size).toBe(9_005)
    expect(followed.text).toBe(log.signer.verifier.text)
  })

  test('asks again when the log is away', async () => {
    expect(await round({ url: 'http://127.0.0.1:1' })).toMatchObject({ isAway: true, size: 0 })
    await grow(1)
    expect(await round()).toMatchObject({ isAway: false, size: 1 })
  })

  test('T19: refuses a fork at the size that it has co-signed, for good, with both heads', async () => {
    await grow(4)
    await round()
    const [before] = (await seen()).heads
    await rewrite({ seq: 2, actor: 'account/nobody' }, log.signer)
    await expect(round()).rejects.toMatchObject({ reason: 'fork' })
    const evidence = JSON.parse(readFileSync(refused(), 'utf8'))
    const [now] = await db.sql`select checkpoint from ledger_head where size = 4`
    expect(evidence).toMatchObject({
      reason: 'fork',
      seen: before!.checkpoint,
      shown: now!.checkpoint,
    })
    expect((await seen()).heads).toHaveLength(1)
    await expect(round()).rejects.toThrow('has refused its log')
  })

  test('T19: refuses a later head over rewritten rows, and names the first of them', async () => {
    await grow(4)
    await round()
    const kept = await db.sql`select * from ledger_head`
    await grow(3)
    await rewrite({ seq: 1, actor: 'account/nobody' }, log.signer)
    await db.sql`update ledger_head set checkpoint = ${kept[0]!.checkpoint} where size = 4`
    await expect(round()).rejects.toMatchObject({ reason: 'fork', seq: 1 })
    expect(JSON.parse(readFileSync(refused(), 'utf8'))).toMatchObject({ firstRow: 1 })
  })

  test.each([
    [
      'rows and heads cut off',
      'delete from access_ledger where seq >= 2; delete from ledger_head where size > 2',
      0,
    ],
    ['only the heads cut off', 'delete from ledger_head where size > 2', 0],
    ['everything gone', 'truncate access_ledger, ledger_head', 0],
  ])('T19: refuses a log that became shorter: %s', async (_, statement, firstRow) => {
    await grow(4)
    await grow(2)
    await round()
    await db.sql.unsafe(statement)
    await expect(round()).rejects.toMatchObject({ reason: 'shrunken', seq: firstRow })
    expect(existsSync(refused())).toBe(true)
  })

  test('T19: refuses a head whose rows the log does not show', async () => {
    await grow(4)
    await round()
    await grow(3)
    await db.sql`delete from access_ledger where seq = 5`
    await expect(round()).rejects.toMatchObject({ reason: 'shrunken', seq: 5 })
  })

  test('T19: does not follow another key, and goes on with the right one', async () => {
    await grow(2)
    await round()
    const other = await db.sql`
      insert into ledger_log (origin, public_key) values ('other.test/log', 'x') returning origin`
    expect(other).toHaveLength(1)
    await expect(round()).rejects.toMatchObject({ reason: 'otherLog' })
    await db.sql`delete from ledger_log where origin = 'other.test/log'`
    expect(await round()).toMatchObject({ size: 2 })
    const unknown = { dir: join(root, 'second'), logKey: 'some.test/key+00000000+AAAA' }
    await expect(round(unknown)).rejects.toMatchObject({ reason: 'otherLog' })
  })

  test('T19: the command runs a round, and ends with a sentence and status 3 at a fork', async () => {
    await grow(3)
    const command = ['witness', '--url', web.url, '--dir', witnessDir(), '--once', '--json']
    const good = await sesshu(...command, '--data-dir', dataDir())
    expect([good.code, JSON.parse(good.stdout).size]).toEqual([0, 3])
    const inside = await sesshu(...command, '--data-dir', witnessDir())
    expect([inside.code, inside.stderr]).toEqual([1, expect.stringContaining('--dir')])
    await rewrite({ seq: 0, actor: 'x' }, log.signer)
    const { code, stderr } = await sesshu(...command, '--data-dir', dataDir())
    expect([code, stderr]).toEqual([3, expect.stringContaining('refused.json')])
  })
})
