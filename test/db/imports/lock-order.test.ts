// A clerk's press and the end of a step lock an import's two rows in one order, so that neither waits for the
// other for ever.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Sql, withPurpose } from '../../../db/client.ts'
import { becomeState, runScope } from '../../../db/queries/imports/run.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let sql: Sql

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  sql = connect(db.urls.sesshu_import, { name: 'test lock order', max: 3 })
})
afterAll(async () => {
  await sql?.end({ timeout: 1 })
  await db?.drop()
})

test('a press that holds the run may change the file while a step ends', async () => {
  const ref = { municipalityCode: town, importId: randomUUID() }
  await db.sql`
    insert into import_file (municipality_code, id, file_name, mode, sha256, bytes, received_by,
                             received_on, state)
    values (${town}, ${ref.importId}, 'a.csv', 'full', ${'a'.repeat(64)}, 1, 'a', '2021-06-01',
            'reviewed')`
  await db.sql`
    insert into import_run (municipality_code, import_id, received_on)
    values (${town}, ${ref.importId}, '2021-06-01')`
  let step: Promise<boolean> | undefined
  await withPurpose(sql, runScope(town), async (tx) => {
    await tx`
      select from import_run
       where (municipality_code, import_id) = (${town}, ${ref.importId}) for update`
    step = withPurpose(sql, runScope(town), (other) =>
      becomeState(other, ref, 'discarded', ['reviewed']),
    )
    step.catch(() => {})
    await untilSomebodyWaits()
    await tx`
      update import_file set state = 'reading'
       where (municipality_code, id) = (${town}, ${ref.importId})`
  })
  // It comes after the press, and finds the state no more from which it would have gone on.
  expect(await step).toBe(false)
})

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await db.sql`
      select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`
    if (waiting.length > 0) return
    await sleep(20)
  }
}
