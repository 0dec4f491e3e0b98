// Reporting grace from what was recorded, by the definition and beside an independent count.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withPurpose } from '../../../db/client.ts'
import { ensureGrace, graceOn } from '../../../db/queries/grace.ts'
import { addDays } from '../../../domain/calendar.ts'
import { on, World } from './fixture.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

const day = on('2021-07-10')

type Recorded = { lagDays: number; recordedOn?: string; isVoided?: boolean }

async function townThatRecorded(
  doses: Recorded[],
  setting: { minimumGraceDays?: number } = {},
): Promise<string> {
  const town = await world.newTown(setting)
  const person = await world.personWithDose({ town }, { givenOn: on('2020-01-01') })
  const of = { town, residentId: person.residentId, courseId: person.courseId }
  for (const { lagDays, recordedOn = '2021-07-09', isVoided = false } of doses) {
    const given = addDays(on(recordedOn), -lagDays)
    const id = await world.dose(of, 2, given, 'pfizer', on(recordedOn))
    if (isVoided) {
      await world.sql`
        update dose set voided_at = now(), voided_by = 'test', void_reason = 'test' where id = ${id}`
    }
  }
  return town
}

const grace = (town: string) =>
  withPurpose(world.worker, { municipalityCode: town, purpose: 'sendNotice', look: [] }, (tx) =>
    graceOn(tx, town, day),
  )

const ensure = (town: string, on = day) =>
  withPurpose(world.worker, { municipalityCode: town, purpose: 'sendNotice', look: [] }, (tx) =>
    ensureGrace(tx, town, on),
  )

const times = (n: number, recorded: Recorded) => Array.from({ length: n }, () => recorded)

describe('of a town that recorded', () => {
  const cases: [
    string,
    Recorded[],
    { minimumGraceDays?: number },
    { days: number; doses: number },
  ][] = [
    ['nothing', [], {}, { days: 21, doses: 0 }],
    ['49 doses late', times(49, { lagDays: 40 }), {}, { days: 21, doses: 49 }],
    ['50 doses late', times(50, { lagDays: 40 }), {}, { days: 40, doses: 50 }],
    ['50 doses at once', times(50, { lagDays: 0 }), {}, { days: 21, doses: 50 }],
    [
      'the last 5 of 100 late: the 95th is not among them',
      [...times(95, { lagDays: 25 }), ...times(5, { lagDays: 60 })],
      {},
      { days: 25, doses: 100 },
    ],
    [
      'the last 6 of 100 late: the 95th is',
      [...times(94, { lagDays: 25 }), ...times(6, { lagDays: 60 })],
      {},
      { days: 60, doses: 100 },
    ],
    [
      'only within the window of 28 whole days',
      [
        ...times(25, { lagDays: 30, recordedOn: '2021-06-12' }),
        ...times(25, { lagDays: 30, recordedOn: '2021-07-09' }),
        ...times(9, { lagDays: 90, recordedOn: '2021-06-11' }),
        ...times(9, { lagDays: 90, recordedOn: '2021-07-10' }),
      ],
      {},
      { days: 30, doses: 50 },
    ],
    [
      'doses that were voided',
      [...times(49, { lagDays: 30 }), { lagDays: 30, isVoided: true }],
      {},
      { days: 21, doses: 49 },
    ],
    [
      'less than it grants',
      times(50, { lagDays: 5 }),
      { minimumGraceDays: 3 },
      { days: 5, doses: 50 },
    ],
    ['too little to say', times(3, { lagDays: 5 }), { minimumGraceDays: 3 }, { days: 3, doses: 3 }],
    ['years late', times(50, { lagDays: 500 }), {}, { days: 365, doses: 50 }],
  ]

  test.each(cases)('%s', async (_what, doses, setting, expected) => {
    const town = await townThatRecorded(doses, setting)
    expect(await grace(town)).toEqual(expected)
  })

  test('anything: the smallest lag that at least 95% did not exceed', async () => {
    const lags = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 50, maxLength: 70 })
    await fc.assert(
      fc.asyncProperty(lags, async (all) => {
        const town = await townThatRecorded(all.map((lagDays) => ({ lagDays })))
        const { days } = await grace(town)
        const within = (lag: number) => all.filter((each) => each <= lag).length / all.length
        expect(days).toBeGreaterThanOrEqual(21)
        expect(within(days)).toBeGreaterThanOrEqual(0.95)
        if (days > 21) expect(within(days - 1)).toBeLessThan(0.95)
      }),
      { numRuns: 4 },
    )
  })
})

test('is computed once a day and kept, whatever is recorded afterwards', async () => {
  const town = await townThatRecorded([])
  const first = await Promise.all([ensure(town), ensure(town), ensure(town)])
  expect(first).toEqual([21, 21, 21])
  const { residentId, courseId } = await world.personWithDose({ town })
  for (let n = 0; n < 50; n += 1) {
    await world.dose(
      { town, residentId, courseId },
      2,
      on('2021-05-30'),
      'pfizer',
      on('2021-07-09'),
    )
  }
  expect(await ensure(town)).toBe(21)
  expect(await ensure(town, addDays(day, 1))).toBe(40)
  const kept = await world.sql`
    select day::text, days from municipality_grace where municipality_code = ${town} order by day`
  expect(kept).toEqual([
    { day, days: 21 },
    { day: addDays(day, 1), days: 40 },
  ])
})
