// What comes next in an import: from any state it ends, an apply once begun is never turned back, and
// nothing is applied that nobody wished for.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanFileName } from '../../../db/queries/imports/receive.ts'
import { importStates } from '../../../domain/import.ts'
import {
  importWishes,
  isOver,
  mayWish,
  nextStep,
  type RunFacts,
} from '../../../domain/import-run.ts'
import { importDetails, importStepSummary } from '../../../domain/import-words.ts'

const facts = fc.record(
  {
    state: fc.constantFrom(...importStates),
    isLayoutKnown: fc.boolean(),
    needsLayout: fc.boolean(),
    wish: fc.constantFrom(...importWishes),
    isPaused: fc.boolean(),
    hasResults: fc.boolean(),
  },
  { requiredKeys: ['state', 'isLayoutKnown', 'needsLayout', 'isPaused', 'hasResults'] },
) as fc.Arbitrary<RunFacts>

test('nothing is applied or undone that nobody wished for, and applying goes on', () => {
  fc.assert(
    fc.property(facts, (run) => {
      const step = nextStep(run)
      if (step === 'apply') expect(run.wish === 'apply' || run.state === 'applying').toBe(true)
      if (step === 'undo') expect(run.wish).toBe('undo')
      if (run.state === 'applying') expect(step).toBe('apply')
      if (step === 'clear') expect(['received', 'reading', 'reviewed']).toContain(run.state)
    }),
  )
})

test('every import comes to rest: each step leads on, whatever is wished', () => {
  const after = { guess: 'received', review: 'reviewed', apply: 'applied', undo: 'undone' } as const
  fc.assert(
    fc.property(facts, (start) => {
      let run = start
      for (let steps = 0; steps < 8; steps += 1) {
        const step = nextStep(run)
        if (step === 'end') expect(isOver(run.state)).toBe(true)
        if (step === 'end' || step === 'wait') return
        if (step === 'guess') run = { ...run, isLayoutKnown: true }
        else if (step === 'results') run = { ...run, hasResults: true }
        else if (step === 'clear') run = { ...run, state: 'discarded' }
        else run = { ...run, state: after[step], hasResults: false }
      }
      throw new Error(`no end from ${JSON.stringify(start)}`)
    }),
  )
})

test('a wish is taken in its own states alone', () => {
  for (const state of importStates) {
    expect(mayWish(state, 'apply')).toBe(state === 'reviewed')
    expect(mayWish(state, 'undo')).toBe(state === 'applied')
    expect(isOver(state) && mayWish(state, 'discard')).toBe(false)
  }
})

test('what operators read is short and has both languages', () => {
  const counts = { rows: 3, new: 1, changed: 1, same: 1, needsDecision: 0, rejected: 0 }
  for (const state of importStates) {
    const next = { step: 'wait', state, isPaused: true, needsLayout: false, counts } as const
    const [ja, en] = importDetails(next).split('---')
    expect(ja).toMatch(/3行：新規1、変更1、同じ1、要判断0、不可0/)
    expect(en).toMatch(/3 rows: 1 new/)
  }
  expect(Buffer.byteLength(importStepSummary('review'))).toBeLessThan(200)
})

test('a file’s name is kept without folders, and refused with a My Number in it', () => {
  expect(cleanFileName('C:\\住基\\一覧 2021.csv')).toBe('一覧 2021.csv')
  expect(cleanFileName('\u0000')).toBe('file')
  expect(() => cleanFileName('住民１２３４５６７８９０１８.csv')).toThrow('My Number')
  expect(cleanFileName('20210601120000.csv')).toBe('20210601120000.csv')
})
