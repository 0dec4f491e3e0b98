/** Proves: the plan says what is owed and when, whatever the order of the news. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import {
  declinedFromOn,
  type PlanDose,
  type PlanInput,
  type PlanNotice,
  planCourse,
} from '../../../domain/plan.ts'

const day = (text: string) => text as PlainDate
const given = day('2021-06-09')

function aDose(changes: Partial<PlanDose> = {}): PlanDose {
  return { id: 'd1', claimedDoseNumber: 1, givenOn: given, productCode: 'pfizer', ...changes }
}

function input(changes: Partial<PlanInput> = {}): PlanInput {
  return {
    today: day('2021-06-10'),
    doses: [aDose()],
    home: { status: 'registered' },
    notices: [],
    followUps: [],
    settings: {
      graceDays: 21,
      roundGapDays: 14,
      followUpAfterDays: 14,
      relocationTicketWaitDays: 7,
    },
    ...changes,
  }
}

function reminder(round: number, changes: Partial<PlanNotice> = {}): PlanNotice {
  return {
    kind: 'reminder',
    doseNumber: 2,
    occasion: 'd1',
    round,
    state: 'left',
    on: day('2021-07-22'),
    ...changes,
  }
}

const stepsOf = (plan: ReturnType<typeof planCourse>) =>
  plan.steps.map((step) => [step.kind, step.round, step.on])

describe('when the second dose is missing', () => {
  test.each([
    ['pfizer', '2021-07-01'],
    ['novavax', '2021-07-01'],
    ['moderna', '2021-07-08'],
    ['astrazeneca', '2021-09-02'],
  ])('%s is overdue on %s', (productCode, overdueOn) => {
    const plan = planCourse(input({ doses: [aDose({ productCode })] }))
    expect(plan).toMatchObject({ stage: 'awaitingSecondDose', overdueOn, product: productCode })
    expect(stepsOf(plan)).toEqual([
      ['stage', 0, overdueOn],
      ['reminder', 1, addDays(day(overdueOn), 21)],
    ])
  })

  const overdue = { today: day('2021-08-20') }
  test.each<[string, Partial<PlanInput>, string, unknown[]]>([
    ['round 1 at overdue + grace', {}, 'secondDoseOverdue', ['reminder', 1, '2021-07-22']],
    [
      'a longer grace of the town',
      { settings: { ...input().settings, graceDays: 30 } },
      'secondDoseOverdue',
      ['reminder', 1, '2021-07-31'],
    ],
    [
      'round 2 fourteen days after round 1 left',
      { notices: [reminder(1)] },
      'secondDoseOverdue',
      ['reminder', 2, '2021-08-05'],
    ],
    [
      'a suppressed round counts as done',
      { notices: [reminder(1, { state: 'suppressed' })] },
      'secondDoseOverdue',
      ['reminder', 2, '2021-08-05'],
    ],
    [
      'a held round is still owed',
      { notices: [reminder(1, { state: 'held' })] },
      'secondDoseOverdue',
      ['reminder', 1, '2021-07-22'],
    ],
    [
      'follow-up after the last round',
      { notices: [reminder(1), reminder(2, { on: day('2021-08-05') })] },
      'secondDoseOverdue',
      ['followUp', 0, '2021-08-19'],
    ],
  ])('%s', (_, changes, stage, step) => {
    const plan = planCourse(input({ ...overdue, ...changes }))
    expect(plan.stage).toBe(stage)
    expect(stepsOf(plan)).toEqual([step])
  })

  test('a visit without a dose leaves two weeks before the first reminder, and only before it', () => {
    const firstRound = (lastScreenedOn: string) =>
      stepsOf(planCourse(input({ lastScreenedOn: day(lastScreenedOn) }))).at(-1)
    expect(firstRound('2021-07-08')).toEqual(['reminder', 1, '2021-07-22'])
    expect(firstRound('2021-07-09')).toEqual(['reminder', 1, '2021-07-23'])
    expect(firstRound('2021-08-01')).toEqual(['reminder', 1, '2021-08-15'])
    const secondRound = { lastScreenedOn: day('2021-08-01'), notices: [reminder(1)] }
    expect(stepsOf(planCourse(input(secondRound))).at(-1)).toEqual(['reminder', 2, '2021-08-05'])
  })

  test('after the follow-up is opened it waits on, without an end', () => {
    const notices = [reminder(1), reminder(2, { on: day('2021-08-05') })]
    const plan = planCourse(input({ ...overdue, notices, followUps: ['d1'] }))
    expect(plan).toMatchObject({ stage: 'inFollowUp', steps: [] })
  })
})

describe('moves', () => {
  const relocation = {
    eventId: 'm1',
    effectiveOn: day('2021-06-15'),
    recordedOn: day('2021-06-20'),
  }
  test.each([
    ['without a ticket after seven days', {}, '2021-06-27'],
    ['when the ticket is registered', { ticketRegisteredOn: day('2021-06-22') }, '2021-06-22'],
    [
      'a ticket that comes too late changes nothing',
      { ticketRegisteredOn: day('2021-07-30') },
      '2021-06-27',
    ],
  ])('the relocation notice leaves %s', (_, more, on) => {
    const plan = planCourse(input({ relocation: { ...relocation, ...more } }))
    expect(stepsOf(plan)[0]).toEqual(['relocationNotice', 1, on])
  })

  test('nobody who moved before the first dose gets a relocation notice', () => {
    const before = { ...relocation, effectiveOn: day('2021-06-08') }
    expect(planCourse(input({ relocation: before })).steps.map((s) => s.kind)).not.toContain(
      'relocationNotice',
    )
  })

  test('between two towns only the move is watched', () => {
    const moveOut = { plannedOn: day('2021-06-10'), eventId: 'o1' }
    const plan = planCourse(input({ home: { status: 'registered', moveOut } }))
    expect(stepsOf(plan)).toEqual([
      ['stage', 0, '2021-07-01'],
      ['followUp', 0, '2021-07-10'],
    ])
  })

  test('before the planned day the reminder stands', () => {
    const moveOut = { plannedOn: day('2021-06-30'), eventId: 'o1' }
    const kinds = planCourse(input({ home: { status: 'registered', moveOut } })).steps.map(
      (s) => s.kind,
    )
    expect(kinds).toEqual(['stage', 'reminder', 'followUp'])
  })

  test('nobody who has had every dose gets a relocation notice', () => {
    const doses = [aDose(), aDose({ id: 'd2', claimedDoseNumber: 2, givenOn: day('2021-06-30') })]
    expect(planCourse(input({ doses, relocation }))).toMatchObject({ stage: 'complete', steps: [] })
  })
})

describe('the end', () => {
  test.each(['deceased', 'movedAbroad', 'removedFromRegister'] as const)('%s closes', (status) => {
    expect(planCourse(input({ home: { status } }))).toMatchObject({
      stage: 'closed',
      closedBecause: status,
      steps: [],
    })
  })

  test.each(['registered', 'deceased', 'movedAbroad', 'removedFromRegister'] as const)(
    'what people decided stays when the home is %s',
    (status) => {
      for (const closedBecause of ['merged', 'erased'] as const) {
        expect(planCourse(input({ home: { status }, closedBecause }))).toMatchObject({
          ...{ stage: 'closed', closedBecause },
        })
      }
    },
  )

  test.each([
    ['closes', '2021-06-10', 'closed'],
    ['of the day of a dose that came after it is over', '2021-06-09', 'awaitingSecondDose'],
    ['before a dose is over', '2021-06-01', 'awaitingSecondDose'],
  ])('a refusal %s', (_name, from, stage) => {
    const plan = planCourse(input({ declinedFrom: day(from) }))
    expect(plan).toMatchObject({ stage, ...(stage === 'closed' && { closedBecause: 'declined' }) })
  })

  test('whoever died has not declined, whatever they said', () => {
    const home = { status: 'deceased' } as const
    const plan = planCourse(input({ home, declinedFrom: day('2021-06-10') }))
    expect(plan.closedBecause).toBe('deceased')
  })

  test('a dose that was known when somebody declined is no change of mind', () => {
    const today = given
    expect(declinedFromOn(today, [])).toBe(today)
    expect(declinedFromOn(today, [aDose({ givenOn: day('2021-06-01') })])).toBe(today)
    expect(declinedFromOn(today, [aDose()])).toBe('2021-06-10')
  })

  test('the three-dose product of small children waits for a third', () => {
    const doses = ['d1', 'd2'].map((id, i) =>
      aDose({
        id,
        claimedDoseNumber: i + 1,
        givenOn: addDays(given, 21 * i),
        productCode: 'pfizer6moTo4y',
      }),
    )
    const plan = planCourse(input({ doses }))
    expect(plan).toMatchObject({ stage: 'awaitingSecondDose', dosesGiven: 2 })
    expect(plan.steps.at(-1)?.doseNumber).toBe(3)
  })
})

describe('laws', () => {
  const anyDose = fc.record({
    id: fc.uuid(),
    claimedDoseNumber: fc.integer({ min: 1, max: 3 }),
    givenOn: fc.integer({ min: 0, max: 120 }).map((n) => addDays(given, n)),
    productCode: fc.constantFrom('pfizer', 'moderna', 'astrazeneca', 'novavax'),
  })
  const anyDoses = fc.uniqueArray(anyDose, { maxLength: 4, selector: (d) => d.id })

  test('the order in which doses are heard does not matter', () => {
    fc.assert(
      fc.property(
        anyDoses.chain((doses) =>
          fc.tuple(fc.constant(doses), fc.shuffledSubarray(doses, { minLength: doses.length })),
        ),
        ([doses, shuffled]) => {
          expect(planCourse(input({ doses: shuffled }))).toEqual(planCourse(input({ doses })))
        },
      ),
    )
  })

  test('no notice is planned before the dose is overdue and the grace has passed', () => {
    fc.assert(
      fc.property(anyDoses, fc.integer({ min: 0, max: 60 }), (doses, graceDays) => {
        const plan = planCourse(input({ doses, settings: { ...input().settings, graceDays } }))
        for (const step of plan.steps.filter((s) => s.kind === 'reminder')) {
          expect(step.on >= addDays(plan.overdueOn!, graceDays)).toBe(true)
        }
      }),
    )
  })

  test('a complete or closed course owes nothing', () => {
    fc.assert(
      fc.property(anyDoses, fc.constantFrom('registered', 'deceased'), (doses, status) => {
        const plan = planCourse(input({ doses, home: { status: status as 'registered' } }))
        if (plan.stage === 'complete' || plan.stage === 'closed') expect(plan.steps).toEqual([])
      }),
    )
  })

  test('passing time never brings a step forward', () => {
    fc.assert(
      fc.property(anyDoses, fc.integer({ min: 0, max: 200 }), (doses, days) => {
        const before = planCourse(input({ doses }))
        const later = planCourse(input({ doses, today: addDays(day('2021-06-10'), days) }))
        const on = (plan: typeof before, kind: string) =>
          plan.steps.find((s) => s.kind === kind)?.on
        expect(on(later, 'reminder')).toBe(on(before, 'reminder'))
      }),
    )
  })
})
