// What reconcile reads and writes as the monitor's own role, and that its slices cover every id once.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseLsn, segmentsBetween } from '../../db/backup/wal.ts'
import { connect, type Sql } from '../../db/client.ts'
import {
  clearSetAside,
  coursesById,
  enqueueAgain,
  openCoursesIn,
  setAsideCourses,
} from '../../db/queries/reconcile.ts'
import { slicesOf } from '../../relay/slices.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { aResident, seedTowns } from '../support/town.ts'

let db: SealedDatabase
let monitor: Sql

beforeAll(async () => {
  db = await sealedDatabase()
  monitor = connect(db.urls.sesshu_monitor, { name: 'test', max: 1 })
  await seedTowns(db.sql)
})
afterAll(async () => {
  await monitor.end({ timeout: 1 })
  await db.drop()
})

async function aCourse(stage: string, steps: object[] = []): Promise<string> {
  const { municipalityCode, residentId } = await aResident(db)
  const id = randomUUID()
  await db.sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage,
                        closed_because, steps)
    values (${id}, ${municipalityCode}, ${residentId}, 'wave', 'replanned', ${stage},
            ${stage === 'closed' ? 'declined' : null}, ${db.sql.json(steps as never)})`
  return id
}

test('every open course is in exactly one slice, and shows its first step that is performed', async () => {
  const steps = [
    { kind: 'stage', on: '2021-07-01' },
    { kind: 'reminder', on: '2021-07-22' },
  ]
  const open = [await aCourse('awaitingSecondDose', steps), await aCourse('awaitingFirstDose')]
  await aCourse('closed')
  for (const expected of [1, 10_000]) {
    const found = []
    for (const slice of slicesOf(expected)) found.push(...(await openCoursesIn(monitor, slice)))
    expect(found.map(({ id }) => id).sort()).toEqual([...open].sort())
    const first = found.find(({ id }) => id === open[0])
    expect(first).toMatchObject({ nextStepOn: '2021-07-22', nextNoticeOn: '2021-07-22' })
  }
})

test('what waits already is left alone; what was set aside only goes on when asked', async () => {
  const [waits, aside] = [await aCourse('awaitingFirstDose'), await aCourse('awaitingFirstDose')]
  expect(await enqueueAgain(monitor, [waits, aside, randomUUID()])).toBe(2)
  expect(await enqueueAgain(monitor, [waits])).toBe(0)
  await db.sql`update outbox set set_aside_at = now(), tries = 8 where course_id = ${aside}`
  expect(await setAsideCourses(monitor, 10)).toEqual([aside])
  expect((await coursesById(monitor, [aside])).get(aside)).toMatchObject({
    isSetAside: true,
    isWaiting: false,
  })
  expect(await clearSetAside(monitor, [waits, aside])).toBe(1)
  expect((await coursesById(monitor, [aside])).get(aside)).toMatchObject({
    isSetAside: false,
    isWaiting: true,
  })
})

test('slices cover every id once, whatever is expected', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 300_000 }), (id, expected) => {
      const holding = slicesOf(expected).filter(({ from, to }) => from <= id && id <= to)
      expect(holding).toHaveLength(1)
      expect(id.startsWith(holding[0]?.prefix ?? 'none')).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test.each([
  ['0/2000028', '0/2000029', ['000000010000000000000002']],
  ['0/2000028', '0/3000000', ['000000010000000000000002']],
  ['0/2000028', '0/3000001', ['000000010000000000000002', '000000010000000000000003']],
  ['0/FF000000', '1/1000000', ['0000000100000000000000FF', '000000010000000100000000']],
])('WAL from %s to %s lies in the files that PostgreSQL names', (from, to, names) => {
  const geometry = { timeline: 1, segmentBytes: 16_777_216n }
  expect(segmentsBetween(parseLsn(from), parseLsn(to), geometry)).toEqual(names)
})
