/** A town's evenings for a test: its people's letters, what its workflow would do, and calls by its staff. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { testApi } from '../../support/api.ts'
import { as, type Staff, seedStaff } from '../../support/credentials.ts'
import { type Made, round1On, World } from '../activities/fixture.ts'

export const evening = 1140

export let world: World
export let api: ReturnType<typeof testApi>
export let ids: Record<Staff, string>
export let town: string
export let apiSql: Sql

export async function openEvenings(): Promise<void> {
  world = await World.open()
  ids = await seedStaff(world.sql)
  api = testApi(world.db, round1On)
  apiSql = connect(world.db.urls.sesshu_api, { name: 'test sample', max: 2 })
}

export async function closeEvenings(): Promise<void> {
  await api?.close()
  await apiSql?.end({ timeout: 1 })
  await world.close()
}

export async function newTown(setting: Parameters<World['newTown']>[0]) {
  town = await world.newTown(setting)
  await world.sql`
    update account set office = ${town}
     where login in ('clerk', 'municipaladministrator')`
}

export async function queued(count: number): Promise<Made[]> {
  const made: Made[] = []
  for (let i = 0; i < count; i += 1) {
    const person = await world.personWithDose({ town, family: `見本${i}` })
    world.setDay(round1On)
    await world.sendNotice(person)
    made.push(person)
  }
  world.setDay(round1On, evening)
  return made
}

const askOf = (batchOn = round1On) => ({ municipalityCode: town, batchOn, workflowNowMs: 0 })
export const next = (batchOn = round1On) => world.activities.nextBatchStep(askOf(batchOn))

/** Does what its workflow would, until there is something to wait for. */
export async function run(batchOn = round1On) {
  for (;;) {
    const asked = askOf(batchOn)
    const answer = await world.activities.nextBatchStep(asked)
    if (answer.step === 'wait' || answer.step === 'end') return answer
    if (answer.step === 'seal') await world.activities.sealBatch(asked)
    if (answer.step === 'print') await world.activities.printBatch(asked)
    if (answer.step === 'abort') await world.activities.abortBatch(asked)
    if (answer.step === 'reprint') await world.activities.reprintLetters(asked)
    if (answer.step === 'clear') await world.activities.clearBatch(asked)
  }
}

export async function call(who: Staff, what: string, body?: object, day = round1On) {
  const path = `/api/v1/batches/${town}/${day}${what}`
  const answer = await api.app.request(path, {
    method: body ? 'POST' : 'GET',
    headers: { ...as(who), 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

export const seen = (letters: number) => ({ letters, referenceOn: round1On })

export async function released(letters: number) {
  await run()
  await call('clerk', '/check', seen(letters))
  expect((await call('municipalAdministrator', '/release', seen(letters))).status).toBe(200)
}

export const hotFolder = () => join(world.dataDir, 'print', town)
export const manifestOf = (day = round1On) =>
  JSON.parse(readFileSync(join(hotFolder(), `${town}-${day}.manifest.json`), 'utf8'))

export async function openTasks() {
  const rows = await world.sql`
    select kind from task where municipality_code = ${town} and done_at is null order by kind`
  return rows.map(({ kind }) => kind)
}
