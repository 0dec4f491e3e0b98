// What registers tell of a person, in any order and repeated, ends in one state: a table of cases,
// then the law by fast-check over made-up lives and contradictory towns.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import {
  linkBasisOn,
  type RegisterFact,
  type RegisterFactKind,
  registerFactKinds,
  residencyOf,
} from '../../../domain/residency.ts'

const on = (day: string) => day as PlainDate

type Told = {
  by: string
  kind: RegisterFactKind
  day: string
  notified?: string
  from?: string
}

function facts(...told: Told[]): RegisterFact[] {
  return told.map((fact, i) => ({
    eventId: `e${i}`,
    kind: fact.kind,
    residentId: fact.by,
    effectiveOn: on(fact.day),
    notifiedOn: on(fact.notified ?? fact.day),
    ...(fact.from ? { previousResidentId: fact.from } : {}),
  }))
}

function summary(residents: string[], told: RegisterFact[]) {
  const { home, states } = residencyOf(residents, told)
  return { home: home.residentId, states: Object.fromEntries([...states].sort()) }
}

describe('where a person is at home', () => {
  const toB: Told = { by: 'B', kind: 'movedIn', day: '2021-05-10', from: 'A' }
  const backToA: Told = { by: 'A', kind: 'movedIn', day: '2021-06-01', from: 'B' }
  const toC: Told = { by: 'C', kind: 'movedIn', day: '2021-05-20', from: 'A' }
  const registered = { status: 'registered' }

  test.each<[string, string[], Told[], string, Record<string, unknown>]>([
    ['never moved', ['A'], [], 'A', { A: registered }],
    [
      'moved in elsewhere',
      ['A', 'B'],
      [toB],
      'B',
      { A: { status: 'movedOut', statusOn: '2021-05-10' }, B: registered },
    ],
    [
      'two towns contradict: the later day is the home, the other is kept',
      ['A', 'B', 'C'],
      [toC, toB],
      'C',
      {
        A: { status: 'movedOut', statusOn: '2021-05-10' },
        B: { status: 'movedOut', statusOn: '2021-05-20' },
        C: registered,
      },
    ],
    [
      'back in the first town, its old plan spent',
      ['A', 'B'],
      [toB, backToA, { by: 'A', kind: 'moveOutNotified', day: '2021-05-09' }],
      'A',
      { A: registered, B: { status: 'movedOut', statusOn: '2021-06-01' } },
    ],
    [
      'on through a second town on the same day',
      ['A', 'B', 'C'],
      [{ ...toC, day: '2021-05-10', from: 'B' }, toB],
      'C',
      {
        A: { status: 'movedOut', statusOn: '2021-05-10' },
        B: { status: 'movedOut', statusOn: '2021-05-10' },
        C: registered,
      },
    ],
    [
      'a plan told again replaces the first',
      ['A'],
      [
        { by: 'A', kind: 'moveOutNotified', day: '2021-05-20', notified: '2021-05-03' },
        { by: 'A', kind: 'moveOutNotified', day: '2021-05-25', notified: '2021-05-01' },
      ],
      'A',
      { A: { ...registered, moveOut: { plannedOn: '2021-05-20', eventId: 'e0' } } },
    ],
    [
      'a plan cancelled by a notice that came first',
      ['A'],
      [
        { by: 'A', kind: 'moveCancelled', day: '2021-05-04' },
        { by: 'A', kind: 'moveOutNotified', day: '2021-05-20', notified: '2021-05-03' },
      ],
      'A',
      { A: registered },
    ],
    [
      'a death told twice keeps the earlier day',
      ['A'],
      [
        { by: 'A', kind: 'deceased', day: '2021-05-12' },
        { by: 'A', kind: 'deceased', day: '2021-05-11' },
      ],
      'A',
      { A: { status: 'deceased', statusOn: '2021-05-11' } },
    ],
    [
      'a death told by the former town closes the home too',
      ['A', 'B'],
      [toB, { by: 'A', kind: 'deceased', day: '2021-05-12' }],
      'B',
      {
        A: { status: 'deceased', statusOn: '2021-05-12' },
        B: { status: 'deceased', statusOn: '2021-05-12' },
      },
    ],
    [
      'abroad and back',
      ['B'],
      [
        { by: 'B', kind: 'movedIn', day: '2021-04-01' },
        { by: 'B', kind: 'movedAbroad', day: '2021-05-01' },
        { by: 'B', kind: 'movedIn', day: '2021-07-01' },
      ],
      'B',
      { B: registered },
    ],
    [
      'a former town does not send abroad who lives elsewhere by then',
      ['A', 'B'],
      [toB, { by: 'A', kind: 'movedAbroad', day: '2021-05-15' }],
      'B',
      { A: { status: 'movedOut', statusOn: '2021-05-10' }, B: registered },
    ],
    [
      'a move abroad cancelled before the day',
      ['A'],
      [
        { by: 'A', kind: 'movedAbroad', day: '2021-05-15', notified: '2021-05-01' },
        { by: 'A', kind: 'moveCancelled', day: '2021-05-10' },
      ],
      'A',
      { A: registered },
    ],
    [
      'abroad and back in the same town, known there before',
      ['A'],
      [
        { by: 'A', kind: 'movedAbroad', day: '2021-05-01' },
        { by: 'A', kind: 'movedIn', day: '2021-07-01' },
      ],
      'A',
      { A: registered },
    ],
    [
      'a removal',
      ['A'],
      [{ by: 'A', kind: 'removed', day: '2021-05-12' }],
      'A',
      { A: { status: 'removedFromRegister', statusOn: '2021-05-12' } },
    ],
    [
      'a removal restored, whichever was told first',
      ['A'],
      [
        { by: 'A', kind: 'restored', day: '2021-05-20' },
        { by: 'A', kind: 'removed', day: '2021-05-12' },
      ],
      'A',
      { A: registered },
    ],
    [
      'removed again after a restoration',
      ['A'],
      [
        { by: 'A', kind: 'removed', day: '2021-05-12' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
        { by: 'A', kind: 'removed', day: '2021-05-25' },
      ],
      'A',
      { A: { status: 'removedFromRegister', statusOn: '2021-05-25' } },
    ],
    [
      'removed here, moved in there: the removal is not a second home',
      ['A', 'B'],
      [toB, { by: 'A', kind: 'removed', day: '2021-05-08' }],
      'B',
      { A: { status: 'removedFromRegister', statusOn: '2021-05-08' }, B: registered },
    ],
    [
      'a former town does not remove who lives elsewhere by then',
      ['A', 'B'],
      [toB, { by: 'A', kind: 'removed', day: '2021-05-15' }],
      'B',
      { A: { status: 'movedOut', statusOn: '2021-05-10' }, B: registered },
    ],
    [
      'a restoration brings nobody back from another town',
      ['A', 'B'],
      [
        toB,
        { by: 'A', kind: 'removed', day: '2021-05-08' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
      ],
      'B',
      { A: { status: 'movedOut', statusOn: '2021-05-10' }, B: registered },
    ],
    [
      'a death told wrongly, and the row restored',
      ['A'],
      [
        { by: 'A', kind: 'deceased', day: '2021-05-12' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
      ],
      'A',
      { A: registered },
    ],
    [
      'a death found after a removal, for which the row was restored',
      ['A'],
      [
        { by: 'A', kind: 'removed', day: '2021-05-12' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
        { by: 'A', kind: 'deceased', day: '2021-05-11' },
      ],
      'A',
      { A: { status: 'deceased', statusOn: '2021-05-11' } },
    ],
    [
      'a restoration told again under another day, of a row whose person died meanwhile',
      ['A'],
      [
        { by: 'A', kind: 'removed', day: '2021-05-12' },
        { by: 'A', kind: 'deceased', day: '2021-05-14' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
        { by: 'A', kind: 'restored', day: '2021-05-21' },
      ],
      'A',
      { A: { status: 'deceased', statusOn: '2021-05-14' } },
    ],
    [
      'a death handed in after the restoration',
      ['A'],
      [
        { by: 'A', kind: 'deceased', day: '2021-05-12', notified: '2021-05-21' },
        { by: 'A', kind: 'restored', day: '2021-05-20' },
      ],
      'A',
      { A: { status: 'deceased', statusOn: '2021-05-12' } },
    ],
    [
      'dead here and moved in there: nobody is written to',
      ['A', 'B'],
      [
        { ...toB, day: '2021-05-20' },
        { by: 'A', kind: 'deceased', day: '2021-05-12' },
      ],
      'B',
      {
        A: { status: 'deceased', statusOn: '2021-05-12' },
        B: { status: 'deceased', statusOn: '2021-05-12' },
      },
    ],
    [
      'a plan and its cancellation of one day',
      ['A'],
      [
        { by: 'A', kind: 'moveCancelled', day: '2021-05-03' },
        { by: 'A', kind: 'moveOutNotified', day: '2021-05-20', notified: '2021-05-03' },
      ],
      'A',
      { A: registered },
    ],
    [
      'born here, and moved away',
      ['A', 'B'],
      [{ by: 'A', kind: 'born', day: '2021-05-01' }, toB],
      'B',
      { A: { status: 'movedOut', statusOn: '2021-05-10' }, B: registered },
    ],
  ])('%s', (_, residents, told, home, states) => {
    expect(summary(residents, facts(...told))).toEqual({ home, states })
  })

  const anyDay = fc.integer({ min: 10, max: 20 }).map((d) => `2021-05-${d}`)
  const anyRow = fc.constantFrom('A', 'B', 'C')
  const anyLife = fc.array(
    fc.record({
      by: anyRow,
      kind: fc.constantFrom<RegisterFactKind>('movedIn', ...registerFactKinds),
      day: anyDay,
      notified: anyDay,
      from: anyRow,
    }),
    { maxLength: 8 },
  )

  test('any order of any reports gives one state', () => {
    const shuffled = anyLife.chain((l) =>
      fc.tuple(fc.constant(facts(...l)), fc.shuffledSubarray(facts(...l), { minLength: l.length })),
    )
    fc.assert(
      fc.property(shuffled, ([inOrder, otherwise]) => {
        expect(summary(['A', 'B', 'C'], otherwise)).toEqual(summary(['A', 'B', 'C'], inOrder))
      }),
      { numRuns: 500 },
    )
  })

  test('the ids of rows decide nothing: they are random', () => {
    const renamed = { A: 'Z', B: 'Y', C: 'X' } as Record<string, string>
    const joined = anyLife.filter((life) => {
      const joins = life.filter((fact) => fact.kind === 'movedIn').map(({ by, from }) => by + from)
      return ['B', 'C'].every((row) => joins.some((j) => j === `${row}A` || j === `A${row}`))
    })
    fc.assert(
      fc.property(joined, (life) => {
        const other = life.map((fact) => {
          return { ...fact, by: renamed[fact.by]!, from: renamed[fact.from]! }
        })
        const { home, states } = summary(['A', 'B', 'C'], facts(...life))
        expect(summary(['Z', 'Y', 'X'], facts(...other))).toEqual({
          home: renamed[home],
          states: Object.fromEntries(
            Object.entries(states)
              .map(([row, state]) => [renamed[row]!, state] as const)
              .sort(),
          ),
        })
      }),
      { numRuns: 500 },
    )
  })

  test('nobody has two homes, and every former one has a day of leaving', () => {
    const move = fc.record({
      by: fc.constantFrom('A', 'B', 'C', 'D'),
      kind: fc.constant<RegisterFactKind>('movedIn'),
      day: fc.integer({ min: 10, max: 28 }).map((d) => `2021-05-${d}`),
      from: fc.constantFrom('A', 'B', 'C', 'D'),
    })
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 8 }), (moves) => {
        const told = facts(...moves)
        const rows = [...new Set(moves.flatMap((m) => [m.by, m.from]))]
        const { states, home } = residencyOf(rows, told)
        const newest = told
          .map((fact) => fact.effectiveOn)
          .sort()
          .at(-1)
        const there = [...states].filter(([, state]) => state.status === 'registered')
        expect(there.map(([id]) => id)).toEqual([home.residentId])
        expect(told.some((f) => f.effectiveOn === newest && f.residentId === home.residentId)).toBe(
          true,
        )
        for (const [id, state] of states) {
          if (id !== home.residentId) expect(state.statusOn).toBeDefined()
        }
      }),
      { numRuns: 300 },
    )
  })
})

test.each([
  ['2021-11-30', 'lifeBodyProperty.consent'],
  ['2022-01-01', 'lifeBodyProperty.consentImpracticable'],
])('the legal basis of a link made on %s is %s', (day, basis) => {
  expect(linkBasisOn(on(day))).toBe(basis)
})
