// Which form of assessment a register asks for: the bounds, exactly, and that more people never ask for less.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import { decidePiaForm, piaForms } from '../../../domain/pia-form.ts'

const on = '2021-07-05' as PlainDate
const form = (persons: number, handlers = 10, hadSeriousAccident = false) =>
  decidePiaForm({ persons, handlers, hadSeriousAccident }, on).form

describe('the form', () => {
  it.each([
    [0, 'none'],
    [999, 'none'],
    [1_000, 'basicItem'],
    [9_999, 'basicItem'],
    [10_000, 'basicItem'],
    [99_999, 'basicItem'],
    [100_000, 'priorityItem'],
    [299_999, 'priorityItem'],
    [300_000, 'fullItem'],
  ] as const)('for %i people is %s', (persons, expected) => {
    expect(form(persons)).toBe(expected)
  })

  it.each([
    [999, 'none'],
    [9_999, 'basicItem'],
    [10_000, 'priorityItem'],
    [99_999, 'priorityItem'],
    [100_000, 'fullItem'],
  ] as const)(
    'for %i people with 500 handlers, or after a serious accident, is %s',
    (persons, expected) => {
      expect(form(persons, 500)).toBe(expected)
      expect(form(persons, 1, true)).toBe(expected)
    },
  )

  it('is not heavier for 499 handlers', () => {
    expect(form(100_000, 499)).toBe('priorityItem')
  })

  it('law: more people, more handlers or an accident never ask for less', () => {
    const facts = fc.record({
      persons: fc.integer({ min: 0, max: 500_000 }),
      handlers: fc.integer({ min: 0, max: 1_000 }),
      hadSeriousAccident: fc.boolean(),
    })
    fc.assert(
      fc.property(facts, fc.nat(300_000), fc.nat(600), (before, people, handlers) => {
        const weight = (more: typeof before) => piaForms.indexOf(decidePiaForm(more, on).form)
        const after = {
          ...before,
          persons: before.persons + people,
          handlers: before.handlers + handlers,
        }
        expect(weight(after)).toBeGreaterThanOrEqual(weight(before))
        expect(weight({ ...before, hadSeriousAccident: true })).toBeGreaterThanOrEqual(
          weight(before),
        )
      }),
    )
  })

  it('comes with the basic-item form beside it, and residents are heard on a full one', () => {
    const full = decidePiaForm({ persons: 300_000, handlers: 1, hadSeriousAccident: false }, on)
    expect(full.documents).toEqual(['basicItem', 'fullItem'])
    expect(full.needsPublicComment).toBe(true)
    expect(
      decidePiaForm({ persons: 1, handlers: 1, hadSeriousAccident: true }, on).documents,
    ).toEqual([])
  })
})

it('there is no rule before the law, and people are whole', () => {
  const facts = { persons: 1, handlers: 1, hadSeriousAccident: false }
  expect(() => decidePiaForm(facts, '2014-04-19' as PlainDate)).toThrow('No rule')
  expect(() => decidePiaForm({ ...facts, persons: 1.5 }, on)).toThrow('whole numbers')
  expect(() => decidePiaForm({ ...facts, handlers: -1 }, on)).toThrow('whole numbers')
})
