// What `npm test` leaves for evidence: each test by file, full name and outcome; read back, or refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failuresInWords, namedTests, saidAgain } from '../../../bin/test-report.mjs'
import { readTestRun } from '../../../evidence/test-run.ts'
import { passingRun } from './sample-pack.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-run-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a report', () => {
  it('is every test by name; what did not pass is no pass', () => {
    const outcomes = ['passed', 'failed', 'pending', 'skipped', 'todo']
    const report = {
      testResults: [
        {
          name: '/repo/test/unit/a.test.ts',
          assertionResults: outcomes.map((status, n) => ({ fullName: `group  ${n}`, status })),
        },
      ],
    }
    const found = namedTests(JSON.stringify(report), '/repo')
    expect(found.map(({ status }) => status)).toEqual([
      'passed',
      'failed',
      'skipped',
      'skipped',
      'skipped',
    ])
    expect(found[0]).toEqual({ file: 'test/unit/a.test.ts', name: 'group  0', status: 'passed' })
  })

  it('that cannot be read names none', () => {
    expect(namedTests('', '/repo')).toEqual([])
  })
})

describe('what failed', () => {
  const wordsOf = (...testResults: object[]) =>
    failuresInWords(JSON.stringify({ testResults }), '/repo')

  it('is told by file, name and the first lines of its message, without colours', () => {
    const file = {
      name: '/repo/test/db/a.test.ts',
      status: 'failed',
      assertionResults: [
        { fullName: ' a batch holds ', status: 'passed' },
        {
          fullName: ' a batch leaves ',
          status: 'failed',
          failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[39m\n\n    at a.test.ts:4:1'],
        },
      ],
    }
    expect(wordsOf(file)).toEqual([
      'test/db/a.test.ts: a batch leaves\n    expected 1 to be 2\n        at a.test.ts:4:1',
    ])
  })

  it('names a file that does not load, and passes over one that passed', () => {
    const whole = { name: '/repo/b.test.ts', status: 'passed', assertionResults: [] }
    const broken = {
      ...whole,
      name: '/repo/a.test.ts',
      status: 'failed',
      message: 'No such module',
    }
    expect(wordsOf(whole, broken)).toEqual(['a.test.ts\n    No such module'])
  })

  it('is said too where no report was left', () => {
    expect(failuresInWords('', '/repo')).toHaveLength(1)
  })

  it('is said once more at the end, the first thirty whole and the rest as a number', () => {
    const failures = Array.from({ length: 32 }, (_, n) => `a.test.ts: case ${n}`)
    expect(saidAgain([])).toBe('')
    expect(saidAgain(failures.slice(0, 30))).toContain('a.test.ts: case 29\n')
    expect(saidAgain(failures.slice(0, 30))).not.toContain('more')
    expect(saidAgain(failures)).toMatch(/case 29\n\n… and 2 more, named above\.\n$/)
  })
})

describe('a kept run', () => {
  const path = () => join(folder, 'last.json')

  it('is read back, with more or less about the checkout', () => {
    writeFileSync(path(), JSON.stringify({ ...passingRun(), isDirty: true }))
    expect(readTestRun(path())).toMatchObject({ commit: 'a'.repeat(40), isDirty: true })
    const { commit: _, ...bare } = passingRun()
    writeFileSync(path(), JSON.stringify(bare))
    expect(readTestRun(path())?.commit).toBeUndefined()
  })

  it('that is none is refused, and none is none', () => {
    writeFileSync(path(), JSON.stringify({ ...passingRun(), format: 'something/1' }))
    expect(() => readTestRun(path())).toThrow()
    expect(readTestRun(join(folder, 'other.json'))).toBeUndefined()
  })
})
