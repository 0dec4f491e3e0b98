// What a person does by hand: opened once, on its day, at the right town; and the newest facts.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FollowUpStep } from '../../../domain/activity-contract.ts'
import { addDays } from '../../../domain/calendar.ts'
import { dose1On, type Made, on, round1On, World } from './fixture.ts'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
  town = await world.newTown()
})
afterAll(() => world.close())

const ask = (made: Made, step: FollowUpStep) =>
  world.activities.openFollowUp({ courseId: made.courseId, step, workflowNowMs: 0 })

const followUp = (occasion: string, day: string): FollowUpStep => ({
  kind: 'followUp',
  doseNumber: 2,
  occasion,
  round: 0,
  on: on(day),
})

test('both rounds left, two weeks later the municipality is asked, once', async () => {
  const made = await world.personWithDose({ town })
  let day = round1On
  for (const round of [1, 2]) {
    world.setDay(day)
    await world.sendNotice(made, world.reminder(made, round, day))
    world.setDay(day, 1140)
    await world.seal(town, day)
    await world.print(town, day)
    day = addDays(day, 14)
  }
  const step = { ...followUp(made.doseId, day), phase: 'overdue' as const }
  world.setDay(addDays(day, -1))
  expect((await ask(made, step)).steps).toMatchObject([{ kind: 'followUp', on: day }])
  expect(await world.tasks(made.courseId)).toEqual([])

  world.setDay(day)
  const facts = await ask(made, step)
  expect(facts).toMatchObject({ stage: 'inFollowUp', steps: [] })
  expect(await ask(made, step)).toEqual(facts)
  expect(await world.tasks(made.courseId)).toEqual([
    { town, kind: 'followUp', occasion: made.doseId },
  ])
})

test('no move-in thirty days after a notified move-out: the old town is asked', async () => {
  const made = await world.personWithDose({ town })
  const plannedOn = addDays(dose1On, 10)
  const eventId = await world.planToMoveOut(made, plannedOn, addDays(dose1On, 5))
  const day = addDays(plannedOn, 30)
  world.setDay(day)
  const facts = await ask(made, followUp(eventId, day))
  expect(facts.steps).toEqual([])
  expect(await world.tasks(made.courseId)).toEqual([
    { town, kind: 'moveInMissing', occasion: eventId },
  ])
})

test('not to be done any more: no task', async () => {
  const made = await world.personWithDose({ town })
  const plannedOn = addDays(dose1On, 10)
  const eventId = await world.planToMoveOut(made, plannedOn, addDays(dose1On, 5))
  const newTown = await world.newTown()
  const moved = await world.moveTo(made, newTown, addDays(plannedOn, 2))
  world.setDay(addDays(plannedOn, 30))
  const facts = await ask(moved, followUp(eventId, addDays(plannedOn, 30)))
  expect(facts.municipalityCode).toBe(newTown)
  expect(await world.tasks(made.courseId)).toEqual([])
})

test('the newest facts are those of the row', async () => {
  const made = await world.personWithDose({ town })
  await world.die(made, round1On)
  const facts = await world.activities.newestFacts({ courseId: made.courseId })
  expect(facts).toEqual(await world.facts(made.courseId))
  expect(facts).toMatchObject({ stage: 'closed', closedBecause: 'deceased', steps: [] })
})

test('a course that is not there is alarmed and asked for again', async () => {
  const courseId = crypto.randomUUID()
  await expect(world.activities.newestFacts({ courseId })).rejects.toMatchObject({
    type: 'personNotVisible',
    nonRetryable: false,
  })
})
