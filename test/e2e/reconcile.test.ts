// Every way in which Temporal can disagree with the database, planted by hand in a running system:
// found, named and repaired. A lost Temporal is rebuilt, and nobody gets a notice twice.
import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { Client, Connection } from '@temporalio/client'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sesshuDataConverter } from '../../codec/data-converter.ts'
import { realClock } from '../../config/clock.ts'
import { connect, withPurpose } from '../../db/client.ts'
import { readFacts } from '../../db/queries/facts.ts'
import { deleteDataDir } from '../../db/server.ts'
import type { CourseFacts } from '../../domain/course.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { courseStart } from '../../workflows/course-start.ts'
import { courseFacts, courseWorkflowId, courseWorkflowType } from '../../workflows/messages.ts'
import { sesshu } from '../support/command.ts'
import { asProgram, letTestTokenIn } from '../support/credentials.ts'
import { newDataDir } from '../support/running-system.ts'
import { arrangedIn } from '../support/system-vault.ts'
import { HEALTHY_WITHIN_MS } from '../support/systems.ts'
import { aResident, aScan, type SeededResident, seedTowns } from '../support/town.ts'
import { until } from '../support/until.ts'

const dataDir = newDataDir()
let system: System
let people: Awaited<ReturnType<typeof arrangedIn>>
let sql: postgres.Sql
let connection: Connection
let client: Client

beforeAll(start)
afterAll(async () => {
  await stop()
  await deleteDataDir(dataDir)
})

async function start(): Promise<void> {
  const log = { info: () => {}, warn: () => {} }
  system = await startSystem({ dataDir, own: true, log, ports: { web: 0, ui: 0 } })
  await system.waitHealthy(HEALTHY_WITHIN_MS)
  const { temporalAddress: address, temporalNamespace: namespace } = system.urls
  people = await arrangedIn(dataDir, system)
  sql = people.sql
  connection = await Connection.connect({ address })
  const dataConverter = sesshuDataConverter(system.codecKeys)
  client = new Client({ connection, namespace, dataConverter })
  await seedTowns(sql)
  await letTestTokenIn(sql)
}

async function stop(): Promise<void> {
  await people.close()
  await connection.close()
  await system.stop()
}

async function scan(resident: SeededResident, dose: number, givenOn: string): Promise<string> {
  const response = await fetch(`${system.urls.web}/api/v1/scans`, {
    method: 'POST',
    headers: asProgram,
    body: JSON.stringify(aScan(resident, { claimedDoseNumber: dose, givenOn })),
  })
  expect(response.status).toBe(201)
  const [row] = await sql<{ id: string }[]>`
    select id from course where home_resident_id = ${resident.residentId}`
  return row?.id as string
}

const recently = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** A course in the middle of its wait: nothing falls due while a test runs. */
async function aCourse(): Promise<{ id: string; resident: SeededResident }> {
  const resident = await aResident(people)
  return { id: await scan(resident, 1, recently(3)), resident }
}

const run = (id: string) => client.workflow.getHandle(courseWorkflowId(id))
const status = async (id: string) => (await run(id).describe()).status.name
const runsVersion = async (id: string) =>
  (await run(id).query<CourseFacts | undefined>(courseFacts.name))?.version
const rowsVersion = async (id: string) =>
  (await sql`select version from course where id = ${id}`)[0]?.version
const delivered = () => until(async () => (await sql`select from outbox`).count === 0)
const mails = () => readdirSync(system.dir.mail).filter((name) => name.endsWith('.eml'))

type Told = { code: number; counts: Record<string, number>; of: (kind: string) => string[] }

async function reconcile(...args: string[]): Promise<Told> {
  const { code, stdout, stderr } = await sesshu(
    'reconcile',
    '--json',
    '--data-dir',
    dataDir,
    ...args,
  )
  expect(stdout, stderr).not.toBe('')
  const { counts, differences } = JSON.parse(stdout)
  const of = (kind: string): string[] =>
    differences
      .filter((one: { kind: string }) => one.kind === kind)
      .map(({ courseId }: { courseId: string }) => courseId)
      .sort()
  return { code, counts, of }
}

async function untilNothingDiffers(): Promise<void> {
  await delivered()
  await until(async () => (await reconcile()).code === 0)
}

test('planted differences are found, each by its name, and repaired', async () => {
  const courses = []
  for (let n = 0; n < 5; n += 1) courses.push(await aCourse())
  const [whole, terminated, untold, stale, over] = courses as [
    ...[(typeof courses)[0], (typeof courses)[0], (typeof courses)[0], (typeof courses)[0]],
    (typeof courses)[0],
  ]
  await delivered()
  await until(async () => (await runsVersion(over.id)) === 1)
  await untilNothingDiffers()

  const [relay] = ['relay'].map((name) => system.kill(name, 'SIGSTOP'))
  expect(relay).toBeGreaterThan(0)
  await run(terminated.id).terminate('planted')
  await scan(untold.resident, 2, recently(0))
  await scan(stale.resident, 2, recently(0))
  await run(untold.id).terminate('planted')
  await sql`update course set stage = 'awaitingSecondDose' where id = ${untold.id}`
  await sql`update course set stage = 'awaitingSecondDose' where id = ${stale.id}`
  await sql`delete from outbox`
  await sql`update course set stage = 'closed', closed_because = 'declined', version = version + 1,
                              declined_from = now()::date, cause = 'closed', steps = '[]' where id = ${over.id}`
  const unknownId = randomUUID()
  const facts = (await factsOf(whole.id)) as CourseFacts
  await client.workflow.signalWithStart(courseWorkflowType, {
    ...courseStart(unknownId, facts),
    taskQueue: 'nobody-works-here',
  })
  const refused = await aCourse()
  await sql`update outbox set set_aside_at = now(), tries = 8, last_error = 'planted'
             where course_id = ${refused.id}`

  await until(async () => (await reconcile()).counts.unknown === 1)
  const found = await reconcile('--repair')
  expect(found.code).toBe(1)
  expect(found.of('missing')).toEqual([terminated.id, untold.id].sort())
  expect(found.of('stale')).toEqual([stale.id])
  expect(found.of('extra')).toEqual([over.id])
  expect(found.of('unknown')).toEqual([unknownId])
  expect(found.of('setAside')).toEqual([refused.id])
  expect(found.counts).toMatchObject({ late: 0, failing: 0 })

  await sesshu('reconcile', '--repair', '--clear-set-aside', '--data-dir', dataDir)
  system.kill('relay', 'SIGCONT')
  await delivered()
  await until(async () => (await status(over.id)) === 'COMPLETED')
  for (const { id } of [terminated, untold, stale, refused]) {
    await until(async () => (await runsVersion(id)) === (await rowsVersion(id)))
  }
  const left = await reconcile()
  expect(left.counts).toMatchObject({ missing: 0, stale: 0, extra: 0, setAside: 0, unknown: 1 })
  expect(await status(unknownId)).toBe('RUNNING')
  await run(unknownId).terminate('test over')
  await until(async () => (await reconcile()).code === 0)
})

test('a lost Temporal is rebuilt from the rows, and no notice leaves twice', async () => {
  const resident = await aResident(people, { mail: 'someone@example.invalid' })
  const id = await scan(resident, 1, '2021-06-09')
  await until(() => mails().length === 1)
  await until(async () => (await noticesOf(id)).includes('1 left'))
  await delivered()
  const before = await noticesOf(id)

  await stop()
  for (const name of readdirSync(dataDir).filter((one) => one.startsWith('temporal.db'))) {
    rmSync(`${dataDir}/${name}`)
  }
  await start()
  const [{ open } = { open: 0 }] = await sql<{ open: number }[]>`
    select count(*)::int as open from course where stage not in ('complete', 'closed')`
  // The worst case: facts from before the notice left, by which the run would send it at once.
  await sql`update course set steps = jsonb_build_array(jsonb_build_object(
              'kind', 'reminder', 'phase', 'overdue', 'doseNumber', 2, 'round', 1,
              'occasion', (select occasion from notice where course_id = ${id} limit 1),
              'on', '2021-07-22')) where id = ${id}`

  const lost = await reconcile('--repair')
  expect(lost.code).toBe(1)
  expect(lost.counts.missing).toBe(open)
  await untilNothingDiffers()
  await until(async () => (await runsVersion(id)) === (await rowsVersion(id)))
  expect(await noticesOf(id)).toEqual(before)
  expect(mails()).toHaveLength(1)
})

test('a course is shown in words, and a scan says what became of it', async () => {
  const { id, resident } = await aCourse()
  await delivered()
  const shown = await sesshu('course', id, '--data-dir', dataDir)
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(/Waiting for the second dose/)
  expect(shown.stdout).toMatch(/Run: running, goes by version 1$/m)
  expect(shown.stdout).not.toContain('見本')

  const { line } = aScan(resident, { claimedDoseNumber: 2 }) as { line?: string }
  const dose = ['--venue', '1310400018', '--product', 'pfizer', '--lot', 'TEST01']
  const where = ['--line', line as string, '--given-on', recently(0), '--data-dir', dataDir]
  const held = await sesshu('scan', '--read-by', 'typed', ...dose, ...where)
  expect([held.code, held.stdout]).toEqual([1, expect.stringMatching(/^Held/)])
  const recorded = await sesshu(
    'scan',
    '--birth-year',
    '1950',
    '--read-by',
    'typed',
    ...dose,
    ...where,
  )
  expect([recorded.code, recorded.stdout]).toEqual([0, expect.stringMatching(/^Recorded/)])
  const refused = await sesshu('scan', ...dose, ...where, '--line', '123')
  expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/nothing was written/)])
  const guessed = await sesshu('scan', '--line', line as string, '--data-dir', dataDir)
  expect([guessed.code, guessed.stderr]).toEqual([2, expect.stringMatching(/--venue/)])
})

async function factsOf(id: string): Promise<CourseFacts | undefined> {
  const relay = connect(system.urls.roles.sesshu_relay, { name: 'test', max: 1 })
  try {
    const scope = { municipalityCode: [], purpose: 'deliverNews' } as const
    return await withPurpose(relay, scope, async (tx) =>
      (await readFacts(tx, [id], realClock)).get(id),
    )
  } finally {
    await relay.end({ timeout: 1 })
  }
}

async function noticesOf(id: string): Promise<string[]> {
  const rows = await sql<{ notice: string }[]>`
    select round || ' ' || state as notice from notice where course_id = ${id} order by round`
  return rows.map(({ notice }) => notice)
}
