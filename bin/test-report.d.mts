export type TestCounts = { passed: number; failed: number; skipped: number }

/** Counts one vitest JSON report; an unreadable one is one failure. */
export function readReport(json: string, exitCode: number): TestCounts

export function addUp(counts: TestCounts[]): TestCounts
