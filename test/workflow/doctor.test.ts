// What doctor says of real servers: nothing to complain of a fresh system, and each fault by name.
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Check, type Checked, carryOut } from '../../cli/doctor/check.ts'
import { databaseChecks } from '../../cli/doctor/database.ts'
import { processChecks } from '../../cli/doctor/processes.ts'
import { temporalChecks } from '../../cli/doctor/temporal.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

async function look(checks: Check[]): Promise<Map<string, Checked>> {
  const results = await Promise.all(checks.map(carryOut))
  return new Map(results.map((result) => [result.name, result]))
}

const lookAtDatabase = () => look(databaseChecks(database.urls.owner))
const lookAtTemporal = (address: string, ...namespaces: string[]) =>
  look(temporalChecks({ options: { address }, namespaces }))

test('a fresh database is in order', async () => {
  for (const result of (await lookAtDatabase()).values()) {
    expect(result).toMatchObject({ status: 'ok' })
  }
})

test('migrations that are missing, edited or too new are told apart', async () => {
  const { sql } = database
  const newest = sql`(select max(name) from schema_migration)`
  const [row] = await sql`select name, sha256 from schema_migration where name = ${newest}`
  const said = async () => (await lookAtDatabase()).get('Migrations')

  await sql`update schema_migration set sha256 = 'other' where name = ${row?.name}`
  expect(await said()).toMatchObject({ status: 'fail', message: expect.stringMatching(/edited/) })
  await sql`delete from schema_migration where name = ${row?.name}`
  expect(await said()).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/not applied/),
  })
  await sql`insert into schema_migration ${sql(row ?? {})}`
  await sql`insert into schema_migration (name, sha256) values ('9999_later.sql', 'later')`
  expect(await said()).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/ahead of this program/),
  })
  await sql`delete from schema_migration where name = '9999_later.sql'`
  expect(await said()).toMatchObject({ status: 'ok' })
})

test('news that nobody fetches is told, and a table in the wrong hands', async () => {
  const { sql } = database
  await sql`alter table outbox drop constraint outbox_course_id_fkey`
  await sql`insert into outbox (course_id, version, next_try_at)
            values (gen_random_uuid(), 1, now() - interval '5 minutes')`
  expect((await lookAtDatabase()).get('Outbox')).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/1 rows wait, the oldest for 30\d s/),
  })
  await sql`update outbox set set_aside_at = now()`
  expect((await lookAtDatabase()).get('Outbox')).toMatchObject({
    message: expect.stringMatching(/1 rows are set aside/),
  })

  await sql`create table stray ()`
  await sql`alter table stray owner to sesshu_api`
  expect((await lookAtDatabase()).get('Database roles')).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/sesshu_api/),
  })
  await sql`drop table stray`
})

test('a database that is away fails with its reason, not with a stack', async () => {
  const results = await look(databaseChecks('postgres://nobody@127.0.0.1:1/none'))
  for (const result of results.values()) {
    expect(result).toMatchObject({ status: 'fail', message: expect.stringMatching(/ECONNREFUSED/) })
  }
})

test('Temporal: version, namespace and search attributes', async () => {
  const { address, namespace } = inject('temporal')
  const good = await lookAtTemporal(address, 'not-there', namespace)
  expect(good.get('Temporal server')).toMatchObject({ status: 'ok' })
  expect(good.get('Search attributes')).toMatchObject({ status: 'ok' })
  const lost = await lookAtTemporal(address, 'not-there')
  expect(lost.get('Temporal server')).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/no namespace/),
  })
  const away = await lookAtTemporal('127.0.0.1:1', namespace)
  expect(away.get('Temporal server')?.status).toBe('fail')
})

test('a process that will not stay up is named with its reason', async () => {
  const part = { since: '2021-06-01T00:00:00.000Z', restarts: 0 }
  const parts = [
    { ...part, name: 'api', state: 'ready' as const },
    { ...part, name: 'relay', state: 'restarting' as const, detail: 'ended with status 1\nmore' },
  ]
  const told = (await look(processChecks(parts, 'log'))).get('Processes')
  expect(told).toMatchObject({
    status: 'fail',
    message: 'relay is restarting (ended with status 1)',
  })
})
