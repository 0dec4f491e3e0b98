// The evidence command on a live database with its key process, sealer and witness: a promise without a
// passing test is named and fails, what can be counted is counted, nobody is in it, and it is signed.
import { randomUUID } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectForLooks, recordLooks } from '../../../db/ledger/record-looks.ts'
import { DEFINER_ROLE, processRoles } from '../../../db/roles.ts'
import type { TestRun } from '../../../domain/control.ts'
import type { Pack } from '../../../evidence/pack.ts'
import { purposeWords, roleWords } from '../../../i18n/evidence/codes.ts'
import { tableWords } from '../../../i18n/evidence/tables.ts'
import { runWitness } from '../../../ledger/witness-run.ts'
import { tokenName } from '../../../supervisor/keyd-process.ts'
import { testApi } from '../../support/api.ts'
import { sesshu } from '../../support/command.ts'
import { seedStaff } from '../../support/credentials.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { listen, openSealer } from '../../support/sealer.ts'
import { aResident, otherTown, seedTowns, town } from '../../support/town.ts'
import { passingRun } from '../../unit/evidence/sample-pack.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'

let db: SealedDatabase
let root: string
let log: Awaited<ReturnType<typeof openSealer>>
const given = process.env.DATABASE_URL

const markers = ['標識姓', '標識町', 'marker@mail.invalid', '4987654321']
const witnessFile = () => join(root, 'witness', 'witness.jsonl')

beforeAll(async () => {
  db = await sealedDatabase()
  root = mkdtempSync(join(tmpdir(), 'sesshu-evidence-'))
  const system = join(root, 'system')
  mkdirSync(join(system, 'run'), { recursive: true })
  const passwords = Object.fromEntries(
    processRoles.map((role) => [role, decodeURIComponent(new URL(db.urls[role]).password)]),
  )
  const tokens = { [tokenName('monitor')]: db.keyd.token('monitor') }
  writeFileSync(join(system, 'credentials.json'), JSON.stringify({ ...passwords, ...tokens }))
  symlinkSync(db.keyd.socketPath, join(system, 'run', 'keyd.sock'))
  process.env.DATABASE_URL = db.urls.owner
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  await aResident(db, {
    family: '標識姓',
    address: '標識町1番地',
    mail: 'marker@mail.invalid',
    ticketNumber: '4987654321',
  } as never)
  log = await openSealer(db, system)
  await growLedger()
})
afterAll(async () => {
  await log?.close()
  await db?.drop()
  rmSync(root, { recursive: true, force: true })
  if (given === undefined) delete process.env.DATABASE_URL
  else process.env.DATABASE_URL = given
})

/** Twelve looks, chained and signed, all of them seen by a witness. */
async function growLedger(): Promise<void> {
  const looks = connectForLooks(db.urls.sesshu_api, 'test')
  const look = () => ({
    ...{ municipalityCode: town, residentId: randomUUID(), purpose: 'showCourse' },
    fields: ['course'],
  })
  await recordLooks(looks, Array.from({ length: 12 }, look))
  await looks.end({ timeout: 1 })
  await log.sealer.drain()
  await log.sealer.signHead()
  const served = await listen(testApi(db))
  await runWitness({
    ...{ url: served.url, dir: join(root, 'witness'), systemDataDir: join(root, 'system') },
    ...{ everyMs: 1_000, once: true, log: pino({ level: 'silent' }) },
    signal: new AbortController().signal,
  })
  await served.close()
}

let written = 0

async function evidence(run: TestRun | undefined, ...more: string[]) {
  written += 1
  const folder = join(root, `pack-${written}`)
  const results = join(root, `run-${written}.json`)
  if (run) writeFileSync(results, JSON.stringify(run))
  const args = ['--data-dir', join(root, 'system'), '--out', folder, '--json']
  const said = await sesshu(
    'evidence',
    '--municipality',
    town,
    ...args,
    '--results',
    results,
    ...more,
  )
  const read = (name: string) => readFileSync(join(folder, name))
  return {
    ...said,
    folder,
    said: said.code === 2 ? undefined : JSON.parse(said.stdout),
    pack: () => JSON.parse(read('evidence.json').toString('utf8')) as Pack,
    read,
  }
}

describe('a pack', () => {
  test('with every promise proven is whole, signed, and as an authority may read it', async () => {
    const made = await evidence(passingRun(), '--witness', witnessFile())
    expect([made.stderr.includes(db.urls.owner), made.code]).toEqual([false, 0])
    expect(made.said).toMatchObject({ form: 'none', shortfalls: [] })
    expect(readdirSync(made.folder).sort()).toEqual([
      'evidence-en.pdf',
      'evidence-ja.pdf',
      'evidence.json',
      'evidence.pub',
      'manifest.json',
      'manifest.sig',
      'plan-en.md',
      'plan-ja.md',
    ])
    const [ledger] = await db.sql<{ rows: number }[]>`
      select count(*)::int as rows from access_ledger`
    const rows = ledger!.rows
    expect(made.pack()).toMatchObject({
      municipality: { code: town },
      pia: { persons: 1, arePersonsCounted: true, form: 'none' },
      plan: { inForce: 1, newest: 1 },
      keys: { store: 'files', versions: [1], counts: [{ keyVersion: 1, residents: 1 }] },
      ledger: { size: rows, verdict: { isIntact: true, rows, witnessedRows: rows } },
      emergencies: { uses: 0 },
    })
    const verified = await sesshu('evidence', '--verify', made.folder)
    expect(verified).toMatchObject({ code: 0 })
    expect(verified.stdout).toContain('5 files are as they were signed')
  })

  test('with one letter changed does not verify, and the file is named', async () => {
    const made = await evidence(passingRun())
    appendFileSync(join(made.folder, 'evidence-ja.pdf'), ' ')
    const verified = await sesshu('evidence', '--verify', made.folder)
    expect(verified).toMatchObject({ code: 3, stdout: 'evidence-ja.pdf was changed.\n' })
  })

  test('with one test left out fails, and names the promise in the answer and in both papers', async () => {
    const made = await evidence(passingRun(['K2']))
    expect(made.code).toBe(1)
    expect(made.said.shortfalls).toEqual([{ kind: 'unproven', control: 'K2' }])
    for (const [name, words] of [
      ['evidence-ja.pdf', '約束K2を示す試験が合格していません'],
      ['evidence-en.pdf', 'PromiseK2hasnopassingtest'],
    ] as const) {
      const { pages } = await readPdf(new Uint8Array(made.read(name)))
      expect(pages[0]?.flat).toContain(words)
    }
  })

  test('with a test that failed fails too, and without results every promise is named', async () => {
    const run = passingRun()
    const tests = run.tests.map((one, at) =>
      at === 0 ? { ...one, status: 'failed' as const } : one,
    )
    expect((await evidence({ ...run, tests })).said.shortfalls).toEqual([
      { kind: 'unproven', control: 'W1' },
    ])
    expect(await evidence(undefined)).toMatchObject({ code: 2 })
  })

  test('for another number of people asks for another form', async () => {
    const forms = []
    for (const persons of ['12000', '250000', '300000']) {
      forms.push((await evidence(passingRun(), '--persons', persons)).said.documents)
    }
    expect(forms).toEqual([['basicItem'], ['basicItem', 'priorityItem'], ['basicItem', 'fullItem']])
    const strict = await evidence(passingRun(), '--persons', '12000', '--serious-accident')
    expect(strict.said.form).toBe('priorityItem')
  })

  test('is refused for no number, no town, and no such town', async () => {
    expect((await evidence(passingRun(), '--persons', 'many')).code).toBe(2)
    const dataDir = ['--data-dir', join(root, 'system')]
    expect((await sesshu('evidence', ...dataDir)).code).toBe(2)
    expect((await sesshu('evidence', '--municipality', '131042', ...dataDir)).code).toBe(2)
    expect((await sesshu('evidence', '--municipality', '012025', ...dataDir)).code).toBe(2)
  })
})

test('a town without an accepted plan, and a key process that is away, are named', async () => {
  await db.sql`insert into plan_answer (municipality_code, version, answer, comment, answered_by)
               select ${town}, 1, 'objects', '説明を求めます。', id from account limit 1`
  await db.keyd.end()
  const made = await evidence(passingRun())
  expect(made.code).toBe(1)
  expect(made.said.shortfalls).toEqual([{ kind: 'planNotAccepted' }, { kind: 'keydAway' }])
  await db.keyd.start()
  await db.sql`insert into plan_answer (municipality_code, version, answer, answered_by)
               select ${town}, 1, 'accepts', id from account limit 1`
}, 30_000)

test('a ledger that was changed is named, with the first bad row', async () => {
  await db.sql`create table kept as table access_ledger`
  await db.sql`update access_ledger set purpose = 'disclose' where seq = 4`
  const made = await evidence(passingRun(), '--witness', witnessFile())
  expect(made.said.shortfalls).toEqual([{ kind: 'ledgerDamaged' }])
  expect(made.pack().ledger.verdict?.fault).toContain('Row 4')
  await db.sql`truncate access_ledger`
  await db.sql`insert into access_ledger table kept`
  await db.sql`drop table kept`
})

test('nobody is in it, and no key', async () => {
  const made = await evidence(passingRun())
  const papers = await Promise.all(
    ['evidence-ja.pdf', 'evidence-en.pdf'].map(async (name) => {
      const { pages, info } = await readPdf(new Uint8Array(made.read(name)))
      return pages.map((page) => page.flat).join('') + JSON.stringify(info)
    }),
  )
  const everything = [...papers, made.read('evidence.json').toString('utf8')].join('')
  const ids = await db.sql<{ id: string }[]>`
    select id from resident union all select id from account`
  const key = readFileSync(join(root, 'system', 'evidence', 'evidence.key'), 'utf8').split('\n')[1]!
  for (const marker of [...markers, ...ids.map(({ id }) => id), key, otherTown]) {
    expect(everything).not.toContain(marker)
  }
  expect(statSync(join(root, 'system', 'evidence', 'evidence.key')).mode & 0o777).toBe(0o600)
})

test('who can read what is the database’s own word, and every table, role and purpose has words', async () => {
  const { access, crossings, sealedFields, retention } = (await evidence(passingRun())).pack()
  expect(sealedFields.filter(({ purpose }) => !(purpose in purposeWords))).toEqual([])
  expect(retention.map((line) => line.class)).toContain('accessLedger')
  const tables = await db.sql<{ name: string }[]>`
    select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`
  const without = tables.map(({ name }) => name).filter((name) => !(name in tableWords))
  expect(without).toEqual([])
  const roles = [...processRoles, DEFINER_ROLE]
  expect(roles.filter((role) => !(role in roleWords))).toEqual([])
  expect(access.filter(({ role }) => !roles.includes(role as never))).toEqual([])
  expect(access.filter(({ purpose }) => !(purpose in purposeWords))).toEqual([])
  expect(crossings.map(({ name }) => name)).toContain('residents_counted')
  const plain = access.filter(({ table, role }) => table === 'plan_answer' && role === 'sesshu_api')
  expect(plain).toMatchObject([{ commands: ['select', 'insert'], reach: 'open', columns: null }])
})
