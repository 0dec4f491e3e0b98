/** Imports in memory: what the database would say of each, and what was done. */
import { randomUUID } from 'node:crypto'
import { Context } from '@temporalio/activity'
import type { ImportActivities } from '../../domain/activity-contract.ts'
import type { ImportCounts, ImportState } from '../../domain/import.ts'
import { type ImportStep, type ImportWish, nextStep } from '../../domain/import-run.ts'

type Step = Exclude<ImportStep, 'wait' | 'end'>

type Import = {
  state: ImportState
  layout: 'unknown' | 'known' | 'needed'
  isUnclear: boolean
  isPaused: boolean
  wish: ImportWish | undefined
  resultsFor: ImportState | undefined
  steps: Step[]
  asks: number
  hangs?: { step: Step; reached(): void; isOver: boolean }
}

const counts: ImportCounts = {
  rows: 3,
  new: 1,
  changed: 1,
  same: 1,
  needsDecision: 0,
  rejected: 0,
}

export class ImportModel {
  readonly #imports = new Map<string, Import>()
  /** All that went into or came out of an activity. */
  readonly payloads: unknown[] = []

  receive({ isUnclear = false } = {}): string {
    const id = randomUUID()
    this.#imports.set(id, {
      ...{ state: 'received', layout: 'unknown', isUnclear, isPaused: false },
      ...{ wish: undefined, resultsFor: undefined, steps: [], asks: 0 },
    })
    return id
  }

  /** As a clerk would: before the review it is kept until then. */
  wish(id: string, wish: ImportWish | 'none'): void {
    this.#of(id).wish = wish === 'none' ? undefined : wish
  }

  hold(id: string, isPaused: boolean): void {
    this.#of(id).isPaused = isPaused
  }

  sayLayout(id: string): void {
    this.#of(id).layout = 'known'
  }

  /** The step does not end in its first worker. Resolves when it has begun. */
  hangIn(id: string, step: Step): Promise<void> {
    return new Promise((resolve) => {
      this.#of(id).hangs = { step, reached: resolve, isOver: false }
    })
  }

  letGo(id: string): void {
    const { hangs } = this.#of(id)
    if (hangs) hangs.isOver = true
  }

  stateOf = (id: string): ImportState => this.#of(id).state
  stepsOf = (id: string): Step[] => this.#of(id).steps
  asksOf = (id: string): number => this.#of(id).asks

  activities(): ImportActivities {
    const step = (name: Step, work: (one: Import) => void) => async (ask: { importId: string }) => {
      this.payloads.push(ask)
      const one = this.#of(ask.importId)
      const { hangs } = one
      if (hangs && !hangs.isOver && hangs.step === name) {
        hangs.reached()
        // A worker that is told to go leaves the step in the middle.
        await new Promise((_, reject) => {
          const { cancellationSignal } = Context.current()
          cancellationSignal.addEventListener('abort', () => reject(new Error('gone')))
        })
      }
      one.steps.push(name)
      work(one)
      const answer = { over: true }
      this.payloads.push(answer)
      return answer
    }
    return {
      nextImportStep: async (ask) => {
        this.payloads.push(ask)
        const one = this.#of(ask.importId)
        one.asks += 1
        const facts = {
          state: one.state,
          isLayoutKnown: one.layout === 'known',
          needsLayout: one.layout === 'needed',
          isPaused: one.isPaused,
          hasResults: one.resultsFor === one.state,
          ...(one.wish && { wish: one.wish }),
        }
        const next = { step: nextStep(facts), state: one.state, counts }
        const answer = { ...next, isPaused: one.isPaused, needsLayout: facts.needsLayout }
        this.payloads.push(answer)
        return answer
      },
      guessImport: step('guess', (one) => {
        one.layout = one.isUnclear ? 'needed' : 'known'
      }),
      reviewImport: step('review', (one) => {
        one.state = 'reviewed'
      }),
      resultsOfImport: step('results', (one) => {
        one.resultsFor = one.state
      }),
      applyImport: step('apply', (one) => {
        one.state = 'applied'
      }),
      undoImport: step('undo', (one) => {
        one.state = 'undone'
      }),
      clearImport: step('clear', (one) => {
        one.state = 'discarded'
      }),
    }
  }

  #of(id: string): Import {
    const one = this.#imports.get(id)
    if (!one) throw new Error('there is no such import')
    return one
  }
}
