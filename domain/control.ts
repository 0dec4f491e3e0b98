/**
 * A control is one promise of the supervisory plan, the mechanism that keeps it, and the tests that
 * fail without that mechanism. Its words stand in the newest plan, its tests in `data/controls.json`;
 * what a run of the tests says of it is worked out here.
 */
import { DomainError } from './errors.ts'
import type { PlanDocument, Promised } from './plan-document.ts'

/** A file of tests and part of a test's full name (its groups before it); '' means all of the file. */
export type NamedTest = { file: string; name: string }

/** How the tests of one promise are found. */
export type ControlTests = {
  /** A letter and a number, as the plan names it. */
  id: string
  tests: readonly NamedTest[]
  /** Done again and again on purpose, and shown with the day on which it last went well. */
  isDrill?: boolean
}

export type Lang = 'ja' | 'en'
export type ControlWords = { section: string; promise: string; mechanism: string; test: string }
export type Control = ControlTests & { words: Record<Lang, ControlWords> }

const marks = {
  ja: { mechanism: 'しくみ: ', test: '試験: ' },
  en: { mechanism: 'Mechanism: ', test: 'Test: ' },
} as const satisfies Record<Lang, object>

/** Throws `malformedPlan` when a promise has no tests, tests no promise, or a text no counterpart. */
export function joinControls(
  tests: readonly ControlTests[],
  plans: Record<Lang, PlanDocument>,
): Control[] {
  const ja = wordsOf(plans.ja, 'ja')
  const en = wordsOf(plans.en, 'en')
  const byId = new Map(tests.map((one) => [one.id, one]))
  for (const id of [...en.keys(), ...byId.keys()]) {
    if (!ja.has(id)) throw malformed(`${id} is not in the Japanese plan`)
  }
  return [...ja].map(([id, words]) => {
    const found = byId.get(id)
    const english = en.get(id)
    if (!found || !english) throw malformed(`${id} has no tests, or no English`)
    return { ...found, words: { ja: words, en: english } }
  })
}

function wordsOf(plan: PlanDocument, lang: Lang): Map<string, ControlWords> {
  const words = new Map<string, ControlWords>()
  for (const { title, promises } of plan.sections) {
    for (const promised of promises) {
      if (words.has(promised.id)) throw malformed(`${promised.id} is there twice`)
      words.set(promised.id, {
        section: title,
        promise: promised.title,
        mechanism: pointOf(promised, marks[lang].mechanism),
        test: pointOf(promised, marks[lang].test),
      })
    }
  }
  return words
}

function pointOf({ id, points }: Promised, mark: string): string {
  const found = points.find((point) => point.startsWith(mark))
  if (!found) throw malformed(`${id} does not say its ${mark.trim()}`)
  return found.slice(mark.length)
}

function malformed(what: string): DomainError {
  return new DomainError('malformedPlan', `The plan and its controls: ${what}`)
}

export type TestOutcome = {
  file: string
  /** With the names of its groups, a space between. */
  name: string
  status: 'passed' | 'failed' | 'skipped'
}

export const testRunFormat = 'sesshu-tests/1'

/** What one run of `npm test` left behind. */
export type TestRun = {
  format: typeof testRunFormat
  ranAt: string
  /** Undefined outside a checkout. */
  commit?: string | undefined
  /** Files were changed since that commit. */
  isDirty?: boolean | undefined
  tests: readonly TestOutcome[]
}

export type Gap = NamedTest & { why: 'notRun' | 'failed' | 'skipped' }
export type Proof = {
  control: Control
  isProven: boolean
  passed: number
  /** Why not, one a test that is named. */
  gaps: Gap[]
}

/** A control is proven when each test that it names was run, and all that go by that name passed. */
export function proveControls(controls: readonly Control[], run: TestRun | undefined): Proof[] {
  const byFile = new Map<string, TestOutcome[]>()
  for (const outcome of run?.tests ?? []) {
    const known = byFile.get(outcome.file)
    if (known) known.push(outcome)
    else byFile.set(outcome.file, [outcome])
  }
  return controls.map((control) => {
    const gaps: Gap[] = []
    let passed = 0
    for (const named of control.tests) {
      const found = (byFile.get(named.file) ?? []).filter(({ name }) => name.includes(named.name))
      const why = gapIn(found)
      if (why) gaps.push({ ...named, why })
      passed += found.filter(({ status }) => status === 'passed').length
    }
    return { control, isProven: control.tests.length > 0 && gaps.length === 0, passed, gaps }
  })
}

function gapIn(found: readonly TestOutcome[]): Gap['why'] | undefined {
  if (found.length === 0) return 'notRun'
  if (found.some(({ status }) => status === 'failed')) return 'failed'
  return found.some(({ status }) => status === 'skipped') ? 'skipped' : undefined
}
