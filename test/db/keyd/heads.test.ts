/** Proves that keyd does not go on with a log or a list whose end was cut off, and does with an older database. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { seedTowns, town } from '../../support/town.ts'

let database: TestDatabase
let keyd: TestKeyd

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  keyd = await startTestKeyd(database, { approvals: async () => async () => {} })
  await keyd.vault('api').createKeys(town, [randomUUID()])
  for (let n = 0; n < 3; n += 1) await erase()
  await keyd.end()
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
})

const erase = () =>
  keyd
    .link('keys')
    .ask('erase', { municipalityCode: town, residentIds: [randomUUID()], reason: 'request' })

const list = () => join(keyd.folder, 'erasures.jsonl')
const log = () => join(keyd.folder, 'log', readdirSync(join(keyd.folder, 'log'))[0] as string)

/** Without its last `lines`, each file is still a chain that holds together. */
async function startCut(path: string, lines: number): Promise<unknown> {
  const whole = readFileSync(path, 'utf8')
  const kept = whole.split('\n').slice(0, -1 - lines)
  writeFileSync(path, kept.map((line) => `${line}\n`).join(''))
  try {
    return await keyd.start().then(
      () => undefined,
      (error) => error,
    )
  } finally {
    await keyd.end()
    writeFileSync(path, whole)
  }
}

it('T19: a list of the erased that lost its end is refused, so that nobody comes back', async () => {
  for (const lines of [1, 3]) {
    expect(String(await startCut(list(), lines))).toMatch(/is not the one that was here before/)
  }
})

it('T19: a log that lost its end is refused', async () => {
  for (const lines of [1, 4]) {
    expect(String(await startCut(log(), lines))).toMatch(/is not the one that was here before/)
  }
})

it('a database that was restored to an earlier day is no reason to stop', async () => {
  const before = await database.sql`select * from keyd_head`
  await keyd.start()
  await erase()
  await keyd.end()
  for (const { keyd: whose, name, seq, hash } of before) {
    await database.sql`
      update keyd_head set seq = ${seq}, hash = ${hash} where keyd = ${whose} and name = ${name}`
  }
  await keyd.start()
  expect((await keyd.link('keys').ask('status', {})).erasures.seq).toBe(4)
})
