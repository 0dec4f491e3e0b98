// T19 end to end: rows changed in PostgreSQL as superuser, exported and verified by the real commands.
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeBundle } from '../../../cli/ledger/export.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { exportLedger } from '../../../db/ledger/export.ts'
import { connectForLooks, recordLooks } from '../../../db/ledger/record-looks.ts'
import type { ExportedRow } from '../../../domain/ledger-row.ts'
import { runWitness } from '../../../ledger/witness-run.ts'
import { testApi } from '../../support/api.ts'
import { sesshu } from '../../support/command.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { headsOver, lookOf, sealed } from '../../support/ledger.ts'
import { listen, openSealer } from '../../support/sealer.ts'

const rows = 30
const witnessedRows = 24

let db: TestDatabase
let authority: Sql
let root: string
let log: Awaited<ReturnType<typeof openSealer>>

/** A ledger of 30 rows, of which a witness has seen 24; the tests change copies of its tables. */
beforeAll(async () => {
  db = await freshDatabase()
  root = mkdtempSync(join(tmpdir(), 'sesshu-tampering-'))
  authority = connect(db.urls.sesshu_authority, { name: 'test', max: 2 })
  log = await openSealer(db, join(root, 'system'))
  const looks = connectForLooks(db.urls.sesshu_api, 'test')
  for (const count of [10, 14]) await grow(looks, count)
  await witness()
  await grow(looks, rows - witnessedRows)
  await looks.end({ timeout: 1 })
  await db.sql`create table kept_ledger as table access_ledger`
  await db.sql`create table kept_head as table ledger_head`
})
afterAll(async () => {
  await log.close()
  await authority.end({ timeout: 1 })
  await db.drop()
  rmSync(root, { recursive: true, force: true })
})
beforeEach(async () => {
  await db.sql`truncate access_ledger, ledger_head`
  await db.sql`insert into access_ledger table kept_ledger`
  await db.sql`insert into ledger_head table kept_head`
})
afterEach(() => rmSync(bundle(), { force: true }))

const bundle = () => join(root, 'bundle.jsonl')
const witnessFile = () => join(root, 'witness.jsonl')

async function grow(looks: Sql, count: number): Promise<void> {
  const one = () => ({
    municipalityCode: '011002',
    residentId: randomUUID(),
    purpose: 'manageRegister',
    fields: ['name', 'address'],
    detail: Uint8Array.of(7, 7, 7),
  })
  await recordLooks(looks, Array.from({ length: count }, one))
  await log.sealer.drain()
  await log.sealer.signHead()
}

async function witness(): Promise<void> {
  const api = testApi(db)
  const web = await listen(api)
  await runWitness({
    url: web.url,
    dir: join(root, 'witness'),
    systemDataDir: join(root, 'system'),
    everyMs: 10,
    once: true,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  })
  await web.close()
  await api.close()
  copyFileSync(join(root, 'witness', 'witness.jsonl'), witnessFile())
}

async function verify() {
  await writeBundle(authority, bundle())
  const files = ['--bundle', bundle(), '--witness', witnessFile()]
  const said = await sesshu('ledger', 'verify', ...files)
  const { code, stdout } = await sesshu('ledger', 'verify', ...files, '--json')
  return { code, said: said.stdout, ...JSON.parse(stdout) }
}

/** All hashes made anew over what stands there now, and all heads signed again with the stolen key. */
async function coverTracks(): Promise<void> {
  const now: ExportedRow[] = []
  await exportLedger(db.sql as unknown as Sql, { row: (row) => void now.push(row), head: () => {} })
  const anew = sealed(now.map(lookOf))
  await db.sql`truncate ledger_head`
  await db.sql`update access_ledger set seq = seq + 1000000`
  for (const row of anew) {
    await db.sql`
      update access_ledger set seq = ${row.seq}, leaf_hash = decode(${row.leafHash}, 'base64'),
             chain_hash = decode(${row.chainHash}, 'base64') where id = ${row.id}`
  }
  const sizes = [10, 24, 30].map((size) => Math.min(size, anew.length))
  for (const [i, checkpoint] of headsOver(anew, sizes, log.signer).entries()) {
    await db.sql`
      insert into ledger_head (size, root_hash, signed_at, checkpoint)
      values (${sizes[i]!}, decode(repeat('00', 32), 'hex'), now(), ${checkpoint})
      on conflict do nothing`
  }
}

test('an untouched ledger is intact, and newer rows are said to be newer', async () => {
  const verdict = await verify()
  expect(verdict).toMatchObject({ code: 0, isIntact: true, rows, witnessedRows, heads: 3 })
  expect(verdict.said).toContain('Intact')
  expect(verdict.said).toContain('6 rows are newer')
  expect(statSync(bundle()).mode & 0o777).toBe(0o600)
})

describe.each(['plainly', 'with every hash and signature made anew'])('T19: %s', (how) => {
  const isCovered = how !== 'plainly'

  test.each([
    [
      'an actor edited',
      `update access_ledger set actor = 'account/other' where seq = 7`,
      7,
      'edited',
    ],
    [
      'a microsecond',
      `update access_ledger set looked_at = looked_at + interval '1 microsecond' where seq = 0`,
      0,
      'edited',
    ],
    ['ciphertext', `update access_ledger set detail = '\\x07' where seq = 23`, 23, 'edited'],
    [
      'the fields',
      `update access_ledger set fields = '{name}' where seq between 5 and 9`,
      5,
      'edited',
    ],
    ['the person', `update access_ledger set resident_id = null where seq = 11`, 11, 'edited'],
    ['a row deleted', 'delete from access_ledger where seq = 3', 3, 'missing'],
    ['rows deleted', 'delete from access_ledger where seq in (12, 13, 20)', 12, 'missing'],
    ['two rows swapped', 'swap', 4, 'reordered'],
    ['truncated', 'delete from access_ledger where seq >= 15', 15, 'truncated'],
    ['emptied', 'delete from access_ledger', 0, 'truncated'],
  ])('%s', async (_, statement, seq, why) => {
    if (statement === 'swap') await swapRows(4, 17)
    else await db.sql.unsafe(statement)
    if (isCovered) await coverTracks()
    const verdict = await verify()
    const found = isCovered && why === 'edited' ? 'notAsWitnessed' : why
    expect(verdict).toMatchObject({ code: 3, isIntact: false, fault: { seq, why: found } })
    expect(verdict.said).toContain(`Row ${seq} `)
    expect(verdict.said).toContain('the authority')
  })
})

async function swapRows(a: number, b: number): Promise<void> {
  await db.sql`update access_ledger set seq = seq + 1000000 where seq in (${a}, ${b})`
  await db.sql`update access_ledger set seq = ${a} where seq = ${b + 1_000_000}`
  await db.sql`update access_ledger set seq = ${b} where seq = ${a + 1_000_000}`
}

test('T19: a row put in is named', async () => {
  await db.sql`update access_ledger set seq = seq + 1000000 where seq >= 9`
  await db.sql`update access_ledger set seq = seq - 999999 where seq >= 1000000`
  await db.sql`
    insert into access_ledger select 9, gen_random_uuid(), looked_at, actor, actor_role, office, purpose,
           municipality_code, resident_id, course_id, fields, legal_basis, break_glass_id, detail,
           leaf_hash, chain_hash from kept_ledger where seq = 9`
  expect((await verify()).fault).toEqual({ seq: 9, why: 'inserted' })
})

test('T19: rows that only the log’s own key vouches for are checked against it', async () => {
  await db.sql`update access_ledger set actor = 'account/other' where seq = 27`
  expect((await verify()).fault).toEqual({ seq: 27, why: 'edited' })
})

test('what cannot be judged is no verdict: sentences that say what to do', async () => {
  await writeBundle(authority, bundle())
  const other = await sesshu('ledger', 'verify', '--bundle', bundle(), '--witness', bundle())
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('proves nothing')])
  const swapped = await sesshu(
    'ledger',
    'verify',
    '--bundle',
    witnessFile(),
    '--witness',
    witnessFile(),
  )
  expect([swapped.code, swapped.stderr]).toEqual([1, expect.stringContaining('no bundle')])
  const none = await sesshu('ledger', 'verify', '--bundle', '/nowhere', '--witness', witnessFile())
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('There is no file')])
  const key = ['--witness-key', 'w.test/other+00000000+AAAA']
  const files = ['--bundle', bundle(), '--witness', witnessFile()]
  const foreign = await sesshu('ledger', 'verify', ...files, ...key)
  expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('another witness')])
  expect((await sesshu('ledger', 'nonsense')).code).toBe(2)
  expect((await sesshu('ledger', 'verify')).code).toBe(2)
})
