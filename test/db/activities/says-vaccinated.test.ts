/** Proves: while a dose is looked for that somebody says was given, no round leaves; afterwards it does. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { type Made, on, round1On, World } from './fixture.ts'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

const until = addDays(round1On, 10)
/** What `holdReminders` writes, arranged. */
async function waits(made: Made, day: PlainDate | null, today: PlainDate): Promise<void> {
  await world.sql`update course set reminders_wait_until = ${day} where id = ${made.courseId}`
  await world.replan(made.courseId, today)
}
const aPerson = async (mail?: string) => {
  town = await world.newTown()
  return world.personWithDose({ town, ...(mail && { mail }) })
}

test('a round that falls due is held with its reason, and leaves when the wait is over', async () => {
  const made = await aPerson()
  await waits(made, until, on('2021-06-01'))
  expect((await world.facts(made.courseId)).steps.find((step) => step.round === 1)?.on).toBe(
    round1On,
  )
  world.setDay(round1On)
  const facts = await world.sendNotice(made)
  expect(await world.notices(made.courseId)).toMatchObject([
    { round: 1, state: 'held', reason: 'saysVaccinated' },
  ])
  expect(facts.steps[0]).toMatchObject({ kind: 'reminder', round: 1, on: until })
  world.setDay(until)
  await world.sendNotice(made, world.reminder(made, 1, until))
  expect(await world.notices(made.courseId)).toMatchObject([
    { round: 1, state: 'queued', reason: null },
  ])
})

test('told after the letter was queued, it is taken back at the seal, and owed again afterwards', async () => {
  const made = await aPerson()
  world.setDay(round1On)
  await world.sendNotice(made)
  await waits(made, until, round1On)
  world.setDay(round1On, 1150)
  expect(await world.seal(town, round1On)).toEqual({ letters: 0 })
  expect(await world.notices(made.courseId)).toMatchObject([
    { round: 1, state: 'held', reason: 'saysVaccinated' },
  ])
  expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'withdrawn' }])
  const { steps } = await world.facts(made.courseId)
  expect(steps[0]).toMatchObject({ kind: 'reminder', round: 1, on: until })
})

test('decided by a clerk before its time, what is owed is owed at once', async () => {
  const made = await aPerson('hanako@example.jp')
  await waits(made, until, on('2021-06-01'))
  world.setDay(round1On)
  await world.sendNotice(made)
  const next = addDays(round1On, 2)
  await waits(made, null, next)
  expect((await world.facts(made.courseId)).steps[0]).toMatchObject({ round: 1, on: round1On })
  world.setDay(next)
  await world.sendNotice(made)
  expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
})

test('a dose that is found in time ends it: nothing leaves', async () => {
  const made = await aPerson()
  await waits(made, until, on('2021-06-01'))
  world.setDay(round1On)
  await world.sendNotice(made)
  await world.dose(made, 2, on('2021-05-25'), 'pfizer', round1On)
  world.setDay(until)
  const facts = await world.sendNotice(made, world.reminder(made, 1, until))
  expect(facts.stage).toBe('complete')
  expect(await world.notices(made.courseId)).toMatchObject([{ round: 1, state: 'held' }])
  expect(await world.attempts(made.courseId)).toEqual([])
})
