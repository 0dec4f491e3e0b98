// The watch's own rule, without a database: what it has in common with the sender is the result alone.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noticeIdOf } from '../../../db/queries/notice-id.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { planCourse } from '../../../domain/plan.ts'
import { possibleNotices } from '../../../monitor/assess.ts'
import { addDays, daysFrom, weekdayOf } from '../../../monitor/days.ts'
import { dueBy } from '../../../monitor/due-by.ts'
import { type CourseFactsSeen, defaultSettings } from '../../../monitor/facts.ts'
import { mailFrom } from '../../../monitor/journal.ts'
import { isDerived, noticeIdFor } from '../../../monitor/notice-id.ts'
import { isBorneOut } from '../../../monitor/reasons.ts'
import { sendingDay } from '../../../monitor/rule.ts'

const town = '131041'
const day0 = '2021-05-01'
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const runs = { seed, numRuns: 300 }

const facts = (more: Partial<CourseFactsSeen> = {}): CourseFactsSeen => ({
  courseId: randomUUID(),
  town,
  residentId: randomUUID(),
  closedBecause: null,
  declinedFrom: null,
  remindersWaitUntil: null,
  status: 'registered',
  statusOn: null,
  moveOutPlannedOn: null,
  relocation: null,
  doses: [],
  events: [],
  protections: [],
  refusals: [],
  saidDeclines: [],
  screenedOn: [],
  recalls: [],
  ticketOn: null,
  ticketIssuedOn: null,
  wasTicketRevoked: false,
  calledUpOn: null,
  mailVerifiedOn: null,
  toldAtStay: false,
  wasToldAtStay: false,
  hasSender: true,
  byHand: [],
  toldByHand: [],
  returned: { letters: [], mails: [], isStopped: false, isLookedFor: false },
  calledFor: [],
  ageInQuestion: false,
  wasAgeInQuestion: false,
  wasCorrected: false,
  claims: [],
  ...more,
})

const dose = (number: number, givenOn: string, product = 'pfizer') => ({
  ...{ id: randomUUID(), town, number, product, venue: '1310000001', givenOn },
  ...{ recordedOn: givenOn, recordedMs: Date.parse(`${givenOn}T03:00:00Z`), voidedMs: null },
})

const due = (of: CourseFactsSeen, day: string, graceDays = 21) =>
  dueBy({
    facts: of,
    settings: defaultSettings,
    papers: [],
    grace: () => ({ shortest: graceDays, longest: graceDays }),
    day,
    settledOn: () => undefined,
  })

describe('the id of a notice', () => {
  const identity = fc.record({
    kind: fc.constantFrom('reminder', 'relocationNotice', 'lotRecall', 'invitation'),
    phase: fc.constantFrom(undefined, 'overdue', 'preDue'),
    doseNumber: fc.integer({ min: 1, max: 9 }),
    occasion: fc.uuid(),
    round: fc.integer({ min: 1, max: 9 }),
  })

  test(`is the same, written twice and apart (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.uuid(), identity, (courseId, { phase, ...one }) => {
        const sender = noticeIdOf(courseId, { ...one, ...(phase && { phase }) } as never)
        expect(noticeIdFor(courseId, { ...one, phase: phase ?? '' })).toBe(sender)
        expect(sender).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        )
        expect(isDerived(sender)).toBe(true)
      }),
      runs,
    )
  })

  test('of a course with a dose and a move is among those that it can have', () => {
    const one = facts({ doses: [dose(1, day0)] })
    const id = noticeIdOf(one.courseId, {
      ...{ kind: 'reminder', phase: 'overdue', doseNumber: 2 },
      ...{ occasion: one.doses[0]!.id, round: 2 },
    })
    expect(possibleNotices(one).get(id)).toMatchObject({ kind: 'reminder', round: 2 })
    expect(isDerived(randomUUID())).toBe(false)
  })
})

describe('what is due', () => {
  test.each([
    ['pfizer', 22],
    ['novavax', 22],
    ['pfizer5to11', 22],
    ['moderna', 29],
    ['astrazeneca', 85],
    ['unheardOf', 29],
  ])('%s: %i days and the grace after dose 1, not a day before', (product, days) => {
    const of = facts({ doses: [dose(1, day0, product)] })
    const on = addDays(day0, days + 21)
    expect(due(of, addDays(on, -1))).toEqual([])
    expect(due(of, on)).toMatchObject([{ kind: 'reminder', round: 1, on, notBefore: on }])
  })

  test('nothing to whoever is complete, has a second dose alone, has died, or declined since', () => {
    const late = '2021-12-01'
    const one = dose(1, day0)
    expect(due(facts({ doses: [one, dose(2, '2021-05-22')] }), late)).toEqual([])
    expect(due(facts({ doses: [dose(2, day0)] }), late)).toEqual([])
    expect(due(facts({ doses: [one], status: 'deceased' }), late)).toEqual([])
    expect(due(facts({ doses: [one], closedBecause: 'merged' }), late)).toEqual([])
    expect(due(facts({ doses: [one], declinedFrom: '2021-06-01' }), late)).toEqual([])
    expect(due(facts({ doses: [one], declinedFrom: day0 }), late)).toHaveLength(1)
    expect(due(facts({ doses: [{ ...one, voidedMs: 1 }] }), late)).toHaveLength(0)
  })

  test(`agrees with the sender's plan about round 1, whatever the days (seed ${seed})`, () => {
    const day = fc.integer({ min: 0, max: 120 }).map((n) => addDays(day0, n))
    const products = fc.constantFrom('pfizer', 'moderna', 'astrazeneca', 'novavax', 'pfizer5to11')
    const grace = fc.integer({ min: 0, max: 60 })
    const screened = fc.option(day, { nil: undefined })
    fc.assert(
      fc.property(
        day,
        products,
        grace,
        screened,
        (givenOn, productCode, graceDays, lastScreenedOn) => {
          const one = dose(1, givenOn, productCode)
          const plan = planCourse({
            today: givenOn as PlainDate,
            doses: [
              { id: one.id, claimedDoseNumber: 1, givenOn: givenOn as PlainDate, productCode },
            ],
            home: { status: 'registered' },
            notices: [],
            followUps: [],
            ...(lastScreenedOn && { lastScreenedOn: lastScreenedOn as PlainDate }),
            settings: {
              graceDays,
              roundGapDays: 14,
              followUpAfterDays: 14,
              relocationTicketWaitDays: 7,
            },
          } as Parameters<typeof planCourse>[0])
          const on = plan.steps.find(({ kind }) => kind === 'reminder')?.on
          const of = facts({ doses: [one], screenedOn: lastScreenedOn ? [lastScreenedOn] : [] })
          expect(due(of, '2022-12-31', graceDays)[0]?.on).toBe(on)
        },
      ),
      runs,
    )
  })

  test('is held or left out by facts of the day', () => {
    const doses = [dose(1, day0)]
    const why = (
      more: Partial<CourseFactsSeen>,
      papers: { town: string; venue: string | null; declaredOn: string }[] = [],
      day = '2021-06-20',
    ) => {
      const [one] = dueBy({
        ...{
          facts: facts({ doses, ...more }),
          settings: defaultSettings,
          papers,
          day,
        },
        ...{ grace: () => ({ shortest: 21, longest: 21 }), settledOn: () => undefined },
      })
      return one?.held ?? one?.excluded
    }
    expect(why({})).toBeUndefined()
    expect(why({ moveOutPlannedOn: '2021-06-20' })).toBe('betweenMunicipalities')
    expect(why({ moveOutPlannedOn: '2021-06-21' })).toBeUndefined()
    expect(why({ remindersWaitUntil: '2021-06-21' })).toBe('saysVaccinated')
    expect(why({ protections: [{ from: '2021-06-20', to: null, toldMs: 0 }] })).toBe('protected')
    expect(
      why({ protections: [{ from: '2021-06-01', to: '2021-06-19', toldMs: 0 }] }),
    ).toBeUndefined()
    expect(why({ toldAtStay: true })).toBe('toldAtStay')
    expect(why({ hasSender: false })).toBe('noSender')
    const back = (isStopped: boolean, isLookedFor: boolean) =>
      why({ returned: { letters: [], mails: [], isStopped, isLookedFor } })
    expect(back(true, true)).toBe('addressReturned')
    // A task that outlived a newer address, and a stop of which nobody was told, excuse nothing.
    expect(back(false, true)).toBeUndefined()
    expect(back(true, false)).toBeUndefined()
    expect(why({ toldByHand: [{ kind: 'reminder', on: '2021-06-17' }] })).toBe('toldByHand')
    expect(why({ toldByHand: [{ kind: 'reminder', on: '2021-06-16' }] })).toBeUndefined()
    expect(why({ ageInQuestion: true })).toBe('ageInQuestion')
    expect(why({}, [{ town, venue: null, declaredOn: '2021-06-07' }])).toBe('unkeyedPaper')
    expect(why({}, [{ town, venue: null, declaredOn: '2021-06-06' }])).toBeUndefined()
    expect(why({}, [{ town, venue: '1310000009', declaredOn: '2021-06-19' }])).toBeUndefined()
    // Declared anew each day, paper holds a round for no longer than two weeks from when it fell due.
    const declaredOn = '2021-08-01'
    const { on } = due(facts({ doses }), '2021-06-20')[0]!
    const holdsOn = (day: string) => why({}, [{ town, venue: null, declaredOn }], day)
    expect(holdsOn(addDays(on, 13))).toBe('unkeyedPaper')
    expect(holdsOn(addDays(on, 14))).toBeUndefined()
  })

  test('waits for the next day on which the town sends', () => {
    const settings = {
      ...defaultSettings,
      quietWeekdays: [0],
      holidaysAreQuiet: true,
      quietDays: ['2021-07-21'],
    }
    // A Sunday; 07-22 and 07-23 were holidays of 2021.
    expect(weekdayOf('2021-06-20')).toBe(0)
    expect(sendingDay('2021-06-20', settings)).toBe('2021-06-21')
    expect(sendingDay('2021-07-21', settings)).toBe('2021-07-24')
    expect(sendingDay('2021-06-22', settings)).toBe('2021-06-22')
    const never = { ...defaultSettings, quietWeekdays: [0, 1, 2, 3, 4, 5, 6] }
    expect(daysFrom('2021-06-20', sendingDay('2021-06-20', never))).toHaveLength(61)
  })
})

test('a reason that nobody knows bears out nothing', () => {
  const claim = {
    ...{ kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion: randomUUID(), round: 1 },
    ...{
      noticeId: randomUUID(),
      state: 'suppressed' as const,
      on: day0,
      leftOn: null,
      attempts: [],
    },
  }
  expect(isBorneOut(facts(), { ...claim, reason: 'because' }, day0)).toBe(false)
  expect(isBorneOut(facts(), { ...claim, reason: 'toString' }, day0)).toBe(false)
  expect(isBorneOut(facts({ status: 'deceased' }), { ...claim, reason: 'deceased' }, day0)).toBe(
    true,
  )
})

test('an age in question bears out only with somebody asked to look', () => {
  const claim = {
    ...{ kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion: randomUUID(), round: 1 },
    ...{ noticeId: randomUUID(), state: 'suppressed' as const, on: day0, leftOn: null },
    ...{ attempts: [], reason: 'ageInQuestion' },
  }
  const byHand = [{ occasion: claim.occasion, round: 1, isDone: false }]
  expect(isBorneOut(facts({ wasAgeInQuestion: true, byHand }), claim, day0)).toBe(true)
  expect(isBorneOut(facts({ wasAgeInQuestion: true }), claim, day0)).toBe(false)
  expect(isBorneOut(facts({ byHand }), claim, day0)).toBe(false)
})

test('a mail that is no notice is none; a folded header is one line', () => {
  const id = randomUUID()
  expect(mailFrom('Subject: alarm\r\nAuto-Submitted: auto-generated')).toBeUndefined()
  expect(
    mailFrom(`X-Sesshu-Notice-Id:\r\n ${id}\r\nDate: Sun, 13 Jun 2021 10:00:00 +0900`),
  ).toEqual({
    ...{ noticeId: id, attemptId: null, acceptedMs: Date.parse('2021-06-13T01:00:00Z') },
  })
})

describe('what a town sends besides', () => {
  const settings = { ...defaultSettings, preDueDays: 7, invitationAfterDays: 60 }
  const besides = (of: CourseFactsSeen, day: string, more = {}) =>
    dueBy({
      facts: of,
      settings: { ...settings, ...more },
      papers: [],
      grace: () => ({ shortest: 21, longest: 21 }),
      day,
      settledOn: () => undefined,
    })
      .filter(({ kind, phase }) => kind === 'invitation' || phase === 'preDue')
      .map(({ kind, phase, on, held, excluded }) => ({ kind, phase, on, held, excluded }))
  const mailed = (more: Partial<CourseFactsSeen> = {}) =>
    facts({ doses: [dose(1, day0)], mailVerifiedOn: '2021-04-01', ...more })
  const preDueOn = addDays(day0, 14)

  test('a mail a week before the due date, until it is over, to a confirmed address', () => {
    expect(besides(mailed(), addDays(preDueOn, -1))).toEqual([])
    expect(besides(mailed(), preDueOn)).toMatchObject([{ phase: 'preDue', on: preDueOn }])
    expect(besides(mailed(), addDays(preDueOn, 15))).toEqual([])
    expect(besides(mailed({ mailVerifiedOn: null }), preDueOn)).toEqual([])
    expect(besides(mailed(), preDueOn, { preDueDays: 0 })).toEqual([])
  })

  test('nothing of it before it was written down, or its address confirmed', () => {
    const late = { ...dose(1, day0), recordedOn: addDays(preDueOn, 3) }
    expect(besides(mailed({ doses: [late] }), addDays(preDueOn, 2))).toEqual([])
    expect(besides(mailed({ doses: [late] }), addDays(preDueOn, 3))).toHaveLength(1)
    const confirmed = mailed({ mailVerifiedOn: addDays(preDueOn, 1) })
    expect(besides(confirmed, preDueOn)).toEqual([])
    const called = {
      calledUpOn: '2021-03-01',
      ticketIssuedOn: '2021-03-01',
      ticketOn: '2021-06-01',
    }
    expect(besides(facts(called), '2021-05-31')).toEqual([])
    expect(besides(facts(called), '2021-06-01')).toHaveLength(1)
  })

  test('an invitation so long after ticket, wave and visit, to whoever has had no dose', () => {
    const called = { calledUpOn: '2021-04-12', ticketIssuedOn: '2021-04-20' }
    const on = '2021-06-19'
    expect(besides(facts(called), '2021-06-18')).toEqual([])
    expect(besides(facts(called), on)).toMatchObject([{ kind: 'invitation', on }])
    expect(besides(facts({ ...called, screenedOn: ['2021-05-01'] }), on)).toEqual([])
    expect(besides(facts({ ...called, doses: [dose(1, day0)] }), on)).toEqual([])
    expect(besides(facts({ ...called, ticketIssuedOn: null }), on)).toEqual([])
    expect(besides(facts(called), on, { invitationAfterDays: 0 })).toEqual([])
  })

  test('an address that letters wait for holds a letter back, and no mail', () => {
    const returned = { letters: [], mails: [], isStopped: true, isLookedFor: true }
    const called = { calledUpOn: '2021-04-12', ticketIssuedOn: '2021-04-12', returned }
    expect(besides(facts(called), '2021-06-30')).toMatchObject([{ held: 'addressReturned' }])
    expect(besides(mailed({ returned }), preDueOn)).toMatchObject([{ held: undefined }])
  })
})
