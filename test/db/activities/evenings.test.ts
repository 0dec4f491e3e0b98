// When letters leave: the common evening, the missed ones, the early timer; in a year far from now.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createActivities } from '../../../activities/index.ts'
import { clockOf } from '../../../config/clock.ts'
import { addDays, tokyoInstant } from '../../../domain/calendar.ts'
import { on, round1On, World } from './fixture.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

const today = on('2121-07-05')
const tomorrow = addDays(today, 1)
const seven = 1140
const wallAt = (day: typeof today, minute: number) => Date.parse(tokyoInstant(day, minute))

const activitiesBy = (clock: ReturnType<typeof clockOf>) =>
  createActivities({ ...world.deps, clock })
const real = () => activitiesBy(clockOf(() => []))

const cases: [string, number, string | undefined, string, number | 'atOnce'][] = [
  ['the first, before it', 600, undefined, today, seven],
  ['the first, on the minute: the next', seven, undefined, tomorrow, seven],
  ['after yesterday', 600, addDays(today, -1), today, seven],
  ['after today', seven + 1, today, tomorrow, seven],
  ['one missed', seven + 30, addDays(today, -1), today, 'atOnce'],
  ['missed, the morning after', 60, addDays(today, -2), addDays(today, -1), 'atOnce'],
  ['of many missed only the last', 600, addDays(today, -30), addDays(today, -1), 'atOnce'],
  ['already seen to ahead of a clock set back', 600, tomorrow, addDays(today, 2), seven],
]

test.each(cases)('%s', async (_what, minute, after, batchOn, eveningMinute) => {
  const workflowNowMs = wallAt(today, minute)
  const afterBatchOn = after === undefined ? {} : { afterBatchOn: on(after) }
  const evening = await real().nextEvening({ ...afterBatchOn, workflowNowMs })
  expect(evening.batchOn).toBe(batchOn)
  const eveningMs = eveningMinute === 'atOnce' ? workflowNowMs : wallAt(on(batchOn), eveningMinute)
  expect(Date.parse(evening.eveningAt)).toBe(eveningMs)
})

test('is the earliest that any town has set', async () => {
  await world.newTown({ eveningMinute: 1200 })
  const early = await world.newTown({ eveningMinute: 1080 })
  const ask = { workflowNowMs: wallAt(today, 600) }
  const at = async () => Date.parse((await real().nextEvening(ask)).eveningAt)
  expect(await at()).toBe(wallAt(today, 1080))
  await world.sql`delete from municipality_setting where municipality_code = ${early}`
  expect(await at()).toBe(wallAt(today, 1200))
  await world.sql`update municipality_setting set evening_minute = ${seven}`
})

test('waits in wall time for a campaign evening', async () => {
  const startedMs = wallAt(today, 0)
  const campaignAt = Date.parse(tokyoInstant(on('2021-07-05'), 0))
  // A campaign day in 1.2 s.
  const clock = clockOf(() => [{ wallAt: startedMs, campaignAt, pace: 72_000 }])
  const evening = await activitiesBy(clock).nextEvening({ workflowNowMs: startedMs + 10 })
  expect(evening.batchOn).toBe('2021-07-05')
  expect(Date.parse(evening.eveningAt) - startedMs).toBe(1.2 * 1000 * (seven / 1440))
})

test('towns are told when it has come, and an earlier question is sent away', async () => {
  const [town, other, empty] = [await world.newTown(), await world.newTown(), await world.newTown()]
  for (const each of [town, other]) {
    const made = await world.personWithDose({ town: each })
    world.setDay(round1On)
    await world.sendNotice(made)
  }
  const { activities } = world
  const ask = { batchOn: round1On, workflowNowMs: 0 }
  expect(await activities.townsWithQueuedLetters(ask)).toHaveProperty('notBefore')

  world.setDay(round1On, seven)
  expect(await activities.townsWithQueuedLetters(ask)).toEqual({ towns: [town, other].sort() })
  expect([town, other]).not.toContain(empty)

  await world.seal(town, round1On)
  // Sealed and not printed: still to be seen to. Printed: not again, even with letters queued since.
  expect(await activities.townsWithQueuedLetters(ask)).toEqual({ towns: [town, other].sort() })
  await world.print(town, round1On)
  await world.sendNotice(await world.personWithDose({ town }))
  expect(await activities.townsWithQueuedLetters(ask)).toEqual({ towns: [other] })
})
