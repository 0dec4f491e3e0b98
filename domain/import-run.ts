/**
 * The run of an import: what is to be done next, from what stands in its row. The workflow asks, an
 * activity does it and writes the next state; whoever dies in between leaves a row that says the same.
 */
import type { ImportCounts, ImportState } from './import.ts'

/** What a clerk, or the command line for one, asks of an import that is not over. */
export const importWishes = ['apply', 'discard', 'undo'] as const
export type ImportWish = (typeof importWishes)[number]

/** What the run goes by. Nothing of it names anybody. */
export type RunFacts = {
  state: ImportState
  /** How the file is to be read is known: by a profile of the town, or by a guess that fits. */
  isLayoutKnown: boolean
  /** It was guessed and does not suffice: a clerk has to say which column is which. */
  needsLayout: boolean
  wish?: ImportWish
  isPaused: boolean
  /** The file of results was written for the state it is in. */
  hasResults: boolean
}

export const importSteps = [
  'guess',
  'review',
  'results',
  'apply',
  'undo',
  'clear',
  'wait',
  'end',
] as const
export type ImportStep = (typeof importSteps)[number]

/** What the workflow is told; counts alone, for the words that operators read. */
export type NextStep = {
  step: ImportStep
  state: ImportState
  isPaused: boolean
  needsLayout: boolean
  counts: ImportCounts
}

/**
 * An apply that has begun is never turned back: it is one transaction, which is there or is not. Undone,
 * refused, failed and discarded imports are over; an applied one is, until somebody wishes to undo it.
 */
export function nextStep(run: RunFacts): ImportStep {
  const { state, wish } = run
  switch (state) {
    case 'received':
    case 'reading':
      if (wish === 'discard') return 'clear'
      if (run.isPaused) return 'wait'
      if (run.isLayoutKnown) return 'review'
      return run.needsLayout ? 'wait' : 'guess'
    case 'reviewed':
      if (wish === 'discard') return 'clear'
      // Nobody waits for the file of results before the button works.
      if (wish === 'apply') return 'apply'
      return run.hasResults ? 'wait' : 'results'
    case 'applying':
      return 'apply'
    case 'applied':
      if (wish === 'undo') return 'undo'
      return run.hasResults ? 'end' : 'results'
    case 'undone':
    case 'refused':
    case 'failed':
    case 'discarded':
      return 'end'
    default:
      return assertNever(state)
  }
}

/** Which wishes a state takes; any other is told that it comes too late, or too early. */
export function mayWish(state: ImportState, wish: ImportWish): boolean {
  switch (wish) {
    case 'apply':
      return state === 'reviewed'
    case 'discard':
      return state === 'received' || state === 'reading' || state === 'reviewed'
    case 'undo':
      return state === 'applied'
    default:
      return assertNever(wish)
  }
}

/** Reading may be held and taken up again; one transaction may not. */
export function mayPause(state: ImportState): boolean {
  return state === 'received' || state === 'reading'
}

/** Nothing more comes of it by itself. */
export function isOver(state: ImportState): boolean {
  return ['applied', 'undone', 'refused', 'failed', 'discarded'].includes(state)
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
