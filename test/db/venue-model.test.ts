// The system against a model of it: random scans, visits without a dose, voids, corrections, moves to
// another person, new sheets, moves to another town, days and evenings, in any order and with repeats. After
// every step both hold the same register and the same plan, and no notice that the other does not owe.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import { createLog } from '../../config/log.ts'
import { connect, type Sql } from '../../db/client.ts'
import { testApi } from '../support/api.ts'
import { seedStaff } from '../support/credentials.ts'
import { sealedDatabase } from '../support/sealed.ts'
import { seedTowns } from '../support/town.ts'
import { firstDay, Lives, people, type Real, type Step } from '../support/venue-lives.ts'

let on: Real
let worker: Sql
const dataDir = mkdtempSync(join(tmpdir(), 'sesshu-model-'))
beforeAll(async () => {
  const db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  const api = testApi(db, firstDay)
  worker = connect(db.urls.sesshu_worker, { name: 'test', max: 2 })
  const log = createLog({ name: 'test', to: { write: () => {} } })
  const vault = db.keyd.vault('worker')
  const activities = createActivities({ sql: worker, vault, clock: api.clock, log, dataDir })
  on = { db, api, activities }
})
afterAll(async () => {
  await worker?.end({ timeout: 1 })
  await on?.api.close()
  await on?.db.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

const some = (max: number) => fc.nat({ max })
const one = <D extends string>(...what: D[]) => fc.constantFrom(...what)
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ do: one('scan'), who: some(people - 1), claim: fc.constantFrom(1, 1, 2), ago: some(9) },
      ...{ moderna: fc.boolean(), sheet: some(2) },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: one('screening'),
      who: some(people - 1),
      number: fc.constantFrom(1, 2),
      ago: some(9),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: one('void', 'reattribute'), dose: some(9), to: some(people - 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: one('correct'), dose: some(9), earlier: fc.integer({ min: 1, max: 12 }) },
      what: one('day', 'product', 'claim'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('newSheet', 'move'), who: some(people - 1) }) },
  { weight: 4, arbitrary: fc.record({ do: one('again', 'evening') }) },
  { weight: 4, arbitrary: fc.record({ do: one('pass'), days: fc.constantFrom(1, 7, 14, 21, 43) }) },
)

const firstDose = { do: 'scan', claim: 1, ago: 0, moderna: false, sheet: 0 } as const
/** Two of them have had a first dose when a life begins: most of what happens then is about the second. */
const opening: Step[] = [
  { ...firstDose, who: 0 },
  { ...firstDose, who: 1 },
]

/** A few lives in every build, none begun after ten seconds; as many as wanted by SESSHU_MODEL_RUNS. */
const wanted = Number(process.env.SESSHU_MODEL_RUNS ?? 0)
const livesAtMost = 12
const noneAfterMs = 10_000
const seed = Number(process.env.SESSHU_MODEL_SEED ?? Date.now() % 2 ** 31)

test(`the system and its model live alike (seed ${seed})`, async () => {
  const seen = new Map<string, number>()
  const life = fc
    .array(steps, { minLength: 5, maxLength: 15 })
    .map((more): Step[] => [...opening, ...more])
  const beganAt = performance.now()
  await fc.assert(
    fc.asyncProperty(life, async (taken) => {
      if (!wanted && performance.now() - beganAt > noneAfterMs) return
      const lives = await Lives.begin(on)
      for (const step of taken) {
        await lives.take(step)
        await lives.compare()
        seen.set(step.do, (seen.get(step.do) ?? 0) + 1)
      }
    }),
    { seed, numRuns: wanted || livesAtMost },
  )
  if (wanted) console.info(Object.fromEntries(seen), await noticesMade())
  expect(seen.size).toBeGreaterThan(5)
}, 1_200_000)

/** What a long run has tried, for whoever asked for one. */
async function noticesMade(): Promise<Record<string, number>> {
  const rows = await on.db.sql`
    select concat_ws(' ', kind, round, state, reason) as what, count(*)::int as n from notice
     group by 1 order by 1`
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]))
}
