// The words of a course: a table of states, and limits that hold for any facts there can be.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CourseFacts,
  type CourseStep,
  causes,
  type PlainDate,
  stages,
} from '../../../domain/course.ts'
import {
  activitySummary,
  courseWords,
  newestFactsSummary,
  operatorDetails,
  startSummary,
  timerSummary,
} from '../../../domain/course-words.ts'

const day = (on: string) => on as PlainDate

function aStep(step: Partial<CourseStep>): CourseStep {
  return {
    kind: 'reminder',
    doseNumber: 2,
    occasion: '6f9f0c1e-0000-4000-8000-000000000001',
    round: 0,
    on: day('2021-06-21'),
    at: '2021-06-21T00:00:00.000Z',
    ...step,
  }
}

function facts(some: Partial<CourseFacts>): CourseFacts {
  return {
    version: 3,
    cause: 'doseGiven',
    stage: 'secondDoseOverdue',
    dosesGiven: 1,
    municipalityCode: '990019',
    product: 'pfizer',
    steps: [],
    ...some,
  }
}

const reminder = (round: number) => aStep({ kind: 'reminder', phase: 'overdue', round })

describe('one line says where the course stands and what comes next', () => {
  test.each<[string, Partial<CourseFacts>, string, string]>([
    [
      'nobody has come yet',
      { stage: 'awaitingFirstDose', dosesGiven: 0 },
      '1回目の接種待ち・届出・記録を待機中',
      'Waiting for the first dose, waiting for news',
    ],
    [
      'only the second dose is known',
      { stage: 'awaitingFirstDose', dosesGiven: 1 },
      '2回目のみ記録あり・1回目の記録待ち・届出・記録を待機中',
      'Only a second dose is recorded, waiting for the record of the first, waiting for news',
    ],
    [
      'the second dose is not due',
      { stage: 'awaitingSecondDose', steps: [aStep({ kind: 'stage' }), reminder(1)] },
      '2回目の接種待ち・次の処理 6/21',
      'Waiting for the second dose, next step on 21 June 2021',
    ],
    [
      'overdue, before round 1',
      { steps: [reminder(1)] },
      '2回目の期限超過・次の処理 6/21',
      'Second dose overdue, next step on 21 June 2021',
    ],
    [
      'overdue, after round 1',
      { steps: [reminder(2)] },
      '2回目の期限超過・督促1回処理済・次の処理 6/21',
      'Second dose overdue, reminder rounds done: 1, next step on 21 June 2021',
    ],
    [
      'overdue, after every round',
      { steps: [aStep({ kind: 'followUp', phase: 'overdue' })] },
      '2回目の期限超過・督促は全回処理済・次の処理 6/21',
      'Second dose overdue, all reminder rounds done, next step on 21 June 2021',
    ],
    [
      'overdue between two towns: nothing is claimed of reminders',
      { steps: [aStep({ kind: 'followUp' })] },
      '2回目の期限超過・次の処理 6/21',
      'Second dose overdue, next step on 21 June 2021',
    ],
    [
      'followed up by hand',
      { stage: 'inFollowUp' },
      '2回目の期限超過・市区町村が個別に確認中・督促は全回処理済・届出・記録を待機中',
      'Second dose overdue, the municipality follows up by hand, all reminder rounds done, waiting for news',
    ],
    ['complete', { stage: 'complete' }, '接種完了', 'Complete'],
    [
      'closed by a death',
      { stage: 'closed', closedBecause: 'deceased' },
      '終了（死亡の届出）',
      'Closed: death was reported',
    ],
    ['closed, nobody said why', { stage: 'closed' }, '終了', 'Closed'],
  ])('%s', (_case, some, ja, en) => {
    expect(courseWords(facts(some), 'ja').summary).toBe(ja)
    expect(courseWords(facts(some), 'en').summary).toBe(en)
  })
})

test('the next step says what and when, the details say the rest', () => {
  const steps = [aStep({ kind: 'relocationNotice', round: 1 }), reminder(1)]
  const ja = courseWords(facts({ steps }), 'ja')
  expect(ja.next).toBe('次の処理 2021年6月21日 転入者へのお知らせ')
  expect(ja.details).toBe(
    [
      '**2回目の期限超過**',
      '',
      '- 次の処理 2021年6月21日 転入者へのお知らせ',
      '- その後: 2021年6月21日 督促1回目',
      '- 接種記録数: 1 (pfizer)',
      '- 市区町村コード: 990019',
      '- 記録の版: 3 (doseGiven)',
    ].join('\n'),
  )
  expect(courseWords(facts({ steps }), 'en').next).toBe(
    'Next on 21 June 2021: notice after the move',
  )
  expect(operatorDetails(facts({ steps })).startsWith(ja.details)).toBe(true)
})

const anyStep: fc.Arbitrary<CourseStep> = fc
  .record({
    kind: fc.constantFrom('stage', 'reminder', 'relocationNotice', 'followUp'),
    doseNumber: fc.integer({ min: 1, max: 99 }),
    occasion: fc.uuid(),
    round: fc.integer({ min: 0, max: 9 }),
    on: fc
      .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
      .map((date) => day(date.toISOString().slice(0, 10))),
  })
  .map((step) => ({ ...step, at: `${step.on}T00:00:00.000Z` }) as CourseStep)

const bytes = (text: string) => Buffer.byteLength(text, 'utf8')

test('what histories keep stays under 200 bytes, whatever the step', () => {
  expect(bytes(startSummary('6f9f0c1e-0000-4000-8000-000000000001'))).toBeLessThan(200)
  expect(bytes(newestFactsSummary)).toBeLessThan(200)
  fc.assert(
    fc.property(anyStep, (step) => {
      expect(bytes(timerSummary(step))).toBeLessThan(200)
      expect(bytes(activitySummary(step))).toBeLessThan(200)
    }),
  )
})

test('every fact finds words, and none of them is undefined', () => {
  const anyFacts = fc.record({
    version: fc.nat(),
    cause: fc.constantFrom(...causes),
    stage: fc.constantFrom(...stages),
    dosesGiven: fc.nat({ max: 9 }),
    municipalityCode: fc.constant('990019'),
    steps: fc.array(anyStep, { maxLength: 5 }),
  })
  fc.assert(
    fc.property(anyFacts, fc.constantFrom('ja', 'en'), (some, lang) => {
      const words = courseWords(some, lang)
      for (const text of Object.values(words)) {
        expect(text).not.toBe('')
        expect(text).not.toMatch(/undefined|NaN/)
      }
    }),
  )
})
