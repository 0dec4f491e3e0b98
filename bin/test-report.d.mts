export type TestCounts = { passed: number; failed: number; skipped: number }

/** Counts one vitest JSON report; an unreadable one is one failure. */
export function readReport(json: string, exitCode: number): TestCounts

export type NamedTest = { file: string; name: string; status: 'passed' | 'failed' | 'skipped' }

/** Every test of one report, its file relative to `root`. */
export function namedTests(json: string, root: string): NamedTest[]

export function addUp(counts: TestCounts[]): TestCounts

export function failuresInWords(json: string, root: string): string[]

/** A paragraph each, thirty at most; nothing where nothing failed. */
export function saidAgain(failures: string[]): string
