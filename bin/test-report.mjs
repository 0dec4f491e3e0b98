import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/**
 * Counts one vitest JSON report. What vitest fails without naming a test (a file that does not
 * load, an unhandled rejection, no test at all) counts as a failure too: nothing is lost.
 */
export function readReport(json, exitCode) {
  let report
  try {
    report = JSON.parse(json)
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const passed = report.numPassedTests
  const skipped = report.numPendingTests + report.numTodoTests
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === 'failed' &&
      !file.assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length
  const named = report.numFailedTests + brokenFiles
  const failed = named === 0 && (exitCode !== 0 || passed + skipped === 0) ? 1 : named
  return { passed, failed, skipped }
}

/**
 * Every test of one report by its file (from the root), its full name and what became of it: what
 * evidence is made of. A report that cannot be read names none.
 */
export function namedTests(json, root) {
  let report
  try {
    report = JSON.parse(json)
  } catch {
    return []
  }
  return report.testResults.flatMap((file) =>
    file.assertionResults.map(({ fullName, status }) => ({
      file: relative(root, file.name).replaceAll('\\', '/'),
      name: fullName.trim(),
      status: status === 'passed' || status === 'failed' ? status : 'skipped',
    })),
  )
}

const linesOfAFault = 8

/**
 * What failed in one report, a paragraph each: file, full name and the first lines of its message.
 * A log of which only the end is kept still says what to mend.
 */
export function failuresInWords(json, root) {
  let report
  try {
    report = JSON.parse(json)
  } catch {
    return ['The tests ended without a report: what they printed last says why.']
  }
  return report.testResults.flatMap((file) => {
    const path = relative(root, file.name).replaceAll('\\', '/')
    const failed = file.assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return file.status === 'failed' ? [inWords(path, file.message)] : []
    return failed.map((test) =>
      inWords(`${path}: ${test.fullName.trim()}`, test.failureMessages?.join('\n')),
    )
  })
}

const failuresSaid = 30

/** Failures once more at the end, where they are found without scrolling back an hour. */
export function saidAgain(failures) {
  if (failures.length === 0) return ''
  const more = failures.length - failuresSaid
  const last = more > 0 ? [`… and ${more} more, named above.`] : []
  return `${['\nWhat failed:', ...failures.slice(0, failuresSaid), ...last].join('\n\n')}\n`
}

function inWords(title, message) {
  const lines = stripVTControlCharacters(message ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  return [title, ...lines.slice(0, linesOfAFault).map((line) => `    ${line}`)].join('\n')
}

export function addUp(counts) {
  return counts.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}
