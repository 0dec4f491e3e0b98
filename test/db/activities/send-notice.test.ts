// A notice whose time has come is queued once, or its reason is kept: looked at in the rows.

import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import { on, round1On, World } from './fixture.ts'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
  town = await world.newTown()
})
afterAll(() => world.close())

describe('owed', () => {
  test('is queued as a letter without a mail address, and the next round waits', async () => {
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([
      { town, kind: 'reminder', round: 1, state: 'queued', queuedOn: round1On, leftOn: null },
    ])
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'letter', state: 'queued' },
    ])
    expect(facts).toMatchObject({
      stage: 'secondDoseOverdue',
      steps: [{ kind: 'reminder', round: 2, on: addDays(round1On, 14) }],
    })
    expect(await world.news(made.courseId)).toEqual([])
  })

  test('is queued as a mail when there is an address', async () => {
    const made = await world.personWithDose({ town, mail: 'hanako@example.invalid' })
    world.setDay(round1On)
    await world.sendNotice(made)
    expect(await world.attempts(made.courseId)).toMatchObject([
      { channel: 'mail', state: 'queued' },
    ])
  })

  test('asked again, finds its own row and changes nothing', async () => {
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    const first = await world.sendNotice(made)
    const rows = await Promise.all([world.notices(made.courseId), world.attempts(made.courseId)])
    const [again, atOnce] = await Promise.all([world.sendNotice(made), world.sendNotice(made)])
    expect([again, atOnce]).toEqual([first, first])
    expect(
      await Promise.all([world.notices(made.courseId), world.attempts(made.courseId)]),
    ).toEqual(rows)
  })

  test('asked many times at once, is queued once', async () => {
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await Promise.all(Array.from({ length: 6 }, () => world.sendNotice(made)))
    expect(await world.attempts(made.courseId)).toHaveLength(1)
  })

  test('a relocation notice and a reminder are two', async () => {
    const newTown = await world.newTown()
    const made = await world.personWithDose({ town })
    const moved = await world.moveTo(made, newTown, round1On)
    world.setDay(addDays(round1On, 7))
    await world.sendNotice(moved, {
      kind: 'relocationNotice',
      doseNumber: 2,
      occasion: moved.eventId,
      round: 1,
      on: addDays(round1On, 7),
    })
    await world.sendNotice(moved)
    expect(await world.notices(made.courseId)).toMatchObject([
      { town: newTown, kind: 'relocationNotice', state: 'queued' },
      { town: newTown, kind: 'reminder', state: 'queued' },
    ])
  })
})

describe('not its day', () => {
  test('a timer that came early changes nothing and waits for the day', async () => {
    const made = await world.personWithDose({ town })
    const before = await world.facts(made.courseId)
    world.setDay(addDays(round1On, -1))
    const facts = await world.sendNotice(made)
    expect(facts.version).toBe(before.version)
    expect(facts.steps).toContainEqual(expect.objectContaining({ kind: 'reminder', on: round1On }))
    expect(await world.notices(made.courseId)).toEqual([])
  })

  test('a smaller grace of the day does not advance an early timer', async () => {
    const eager = await world.newTown()
    const made = await world.personWithDose({ town: eager })
    await world.sql`
      update municipality_setting set minimum_grace_days = 3 where municipality_code = ${eager}`
    world.setDay(addDays(round1On, -1))
    const facts = await world.sendNotice(made)
    expect(facts.steps).toContainEqual(expect.objectContaining({ kind: 'reminder', on: round1On }))
    expect(await world.notices(made.courseId)).toEqual([])
  })

  test('a longer grace of the day postpones', async () => {
    const slow = await world.newTown()
    const made = await world.personWithDose({ town: slow })
    for (let n = 0; n < 50; n += 1) {
      const recordedOn = addDays(round1On, -1)
      const { residentId, courseId } = await world.personWithDose({ town: slow })
      const of = { town: slow, residentId, courseId }
      await world.dose(of, 2, addDays(recordedOn, -30), 'pfizer', recordedOn)
    }
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(facts.steps).toMatchObject([{ kind: 'reminder', round: 1, on: addDays(round1On, 9) }])
    expect(await world.notices(made.courseId)).toEqual([])
  })
})

describe('not to be sent', () => {
  test('not owed any more: no row, and facts without the step', async () => {
    const made = await world.personWithDose({ town })
    await world.dose(made, 2, on('2021-05-22'))
    world.setDay(round1On)
    expect(await world.sendNotice(made)).toMatchObject({ stage: 'complete', steps: [] })
    expect(await world.notices(made.courseId)).toEqual([])
  })

  test('between two towns it is held, and is queued in the new one under the same row', async () => {
    const newTown = await world.newTown()
    const made = await world.personWithDose({ town })
    await world.planToMoveOut(made, addDays(round1On, -1), addDays(round1On, -5))
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(facts.steps.map((step) => step.kind)).toEqual(['followUp'])
    const [held] = await world.notices(made.courseId)
    expect(held).toMatchObject({ state: 'held', reason: 'betweenMunicipalities', queuedOn: null })
    expect(await world.attempts(made.courseId)).toEqual([])

    const moved = await world.moveTo(made, newTown, addDays(round1On, 4))
    world.setDay(addDays(round1On, 4))
    await world.sendNotice(moved)
    expect(await world.notices(made.courseId)).toMatchObject([
      { id: held!.id, town: newTown, state: 'queued', reason: null },
    ])
    expect(await world.attempts(made.courseId)).toMatchObject([{ town: newTown, state: 'queued' }])
  })

  test('protected at home, on the last day too: suppressed, and a task by hand', async () => {
    const made = await world.personWithDose({ town })
    await world.protect(made, addDays(round1On, -10), round1On)
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([
      { state: 'suppressed', reason: 'protected' },
    ])
    expect(await world.attempts(made.courseId)).toEqual([])
    expect(await world.tasks(made.courseId)).toMatchObject([
      { town, kind: 'noticeByHand', occasion: made.doseId },
    ])
    expect(facts.steps).toMatchObject([{ kind: 'reminder', round: 2 }])
  })

  test('protected in the former town: suppressed, and the task is there', async () => {
    const newTown = await world.newTown()
    const made = await world.personWithDose({ town })
    await world.protect(made, addDays(round1On, -10))
    const moved = await world.moveTo(made, newTown, addDays(round1On, -2))
    world.setDay(round1On)
    await world.sendNotice(moved)
    expect(await world.notices(made.courseId)).toMatchObject([
      { town: newTown, state: 'suppressed', reason: 'protected' },
    ])
    expect(await world.tasks(made.courseId)).toMatchObject([{ town, kind: 'noticeByHand' }])
  })

  test.each([
    ['over', addDays(round1On, -30), addDays(round1On, -1)],
    ['still to come', addDays(round1On, 1), undefined],
  ])('a protection that is %s hinders nothing', async (_when, from, to) => {
    const made = await world.personWithDose({ town })
    await world.protect(made, from, to)
    world.setDay(round1On)
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
  })
})

describe('failures', () => {
  const failureOf = async (asked: Promise<unknown>): Promise<ApplicationFailure> => {
    const error = await asked.then(
      () => undefined,
      (reason) => reason,
    )
    expect(error).toBeInstanceOf(ApplicationFailure)
    return error
  }

  test('T12: a person whom row security hides is alarmed as well, and the notice is still owed', async () => {
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sql`alter policy worker_select on person using (false)`
    try {
      expect(await failureOf(world.sendNotice(made))).toMatchObject({ type: 'personNotVisible' })
      expect(await world.notices(made.courseId)).toEqual([])
    } finally {
      await world.sql`select make_policy('person', 'sesshu_worker', 'select')`
    }
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
  })

  test('a person who is not to be seen is alarmed and tried again, never "no longer owed"', async () => {
    const made = await world.personWithDose({ town })
    await world.sql`delete from residence where resident_id = ${made.residentId}`
    await world.sql`delete from person where resident_id = ${made.residentId}`
    world.setDay(round1On)
    const failure = await failureOf(world.sendNotice(made))
    expect(failure).toMatchObject({ type: 'personNotVisible', nonRetryable: false })
    expect(world.logged.at(-1)).toContain('"alarm":"personNotVisible"')
    expect(await world.notices(made.courseId)).toEqual([])
  })

  test('an ask that is none is refused for good', async () => {
    const made = await world.personWithDose({ town })
    const failure = await failureOf(
      world.sendNotice(made, { ...world.reminder(made), on: on('2021-02-30') }),
    )
    expect(failure).toMatchObject({ type: 'programmingError', nonRetryable: true })
    expect(failure.message).toContain('step.on')
  })

  test('no failure repeats what the database was asked to store', async () => {
    const made = await world.personWithDose({ town })
    await world.sql`alter table notice add constraint refuse_all check (due_on < '2000-01-01') not valid`
    world.setDay(round1On)
    const failure = await failureOf(world.sendNotice(made))
    await world.sql`alter table notice drop constraint refuse_all`
    expect(failure).toMatchObject({ type: 'outage', nonRetryable: false })
    expect(`${failure.message}${failure.cause}`).not.toContain(made.residentId)
  })
})
