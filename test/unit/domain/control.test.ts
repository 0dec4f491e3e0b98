// A promise is proven by tests that ran and passed, all of them; and the plan, its tests and both languages go together.
import { describe, expect, it } from 'vitest'
import { type Control, joinControls, proveControls, type TestRun } from '../../../domain/control.ts'
import { readPlan } from '../../../domain/plan-document.ts'

const ja = readPlan('# 計\n\n## 鍵\n\n### K1 約束\n- しくみ: 一\n- 試験: 二\n')
const en = readPlan('# P\n\n## Keys\n\n### K1 A promise\n- Mechanism: one\n- Test: two\n')
const tests = [{ id: 'K1', tests: [{ file: 'test/a.test.ts', name: 'keeps' }] }]
const [control] = joinControls(tests, { ja, en }) as [Control]

const run = (...outcomes: [string, string, 'passed' | 'failed' | 'skipped'][]): TestRun => ({
  format: 'sesshu-tests/1',
  ranAt: '2026-11-25T00:00:00Z',
  tests: outcomes.map(([file, name, status]) => ({ file, name, status })),
})
const proof = (ran: TestRun | undefined, of: Control = control) => proveControls([of], ran)[0]!

describe('a control', () => {
  it('takes its words from both texts', () => {
    expect(control.words.ja).toEqual({
      section: '鍵',
      promise: '約束',
      mechanism: '一',
      test: '二',
    })
    expect(control.words.en).toMatchObject({ promise: 'A promise', mechanism: 'one', test: 'two' })
  })

  it.each([
    ['a promise without tests', [], { ja, en }],
    ['tests without a promise', [...tests, { ...tests[0]!, id: 'K9' }], { ja, en }],
    ['no English', tests, { ja, en: readPlan('# P\n\n## Keys\n') }],
    ['no Japanese', tests, { ja: readPlan('# 計\n\n## 鍵\n'), en }],
    ['no mechanism', tests, { ja, en: readPlan('# P\n\n## K\n\n### K1 A\n- Test: t\n') }],
  ])('is refused with %s', (_what, given, plans) => {
    expect(() => joinControls(given, plans)).toThrow('The plan and its controls')
  })
})

describe('it is proven', () => {
  it('when each named test passed', () => {
    const ran = run(['test/a.test.ts', 'a town keeps it', 'passed'])
    expect(proof(ran)).toMatchObject({ isProven: true, passed: 1, gaps: [] })
  })

  it('not without a run, by another file, or by another name', () => {
    const notRun = { isProven: false, gaps: [{ why: 'notRun' }] }
    expect(proof(undefined)).toMatchObject(notRun)
    expect(proof(run(['test/b.test.ts', 'keeps', 'passed']))).toMatchObject(notRun)
    expect(proof(run(['test/a.test.ts', 'loses', 'passed']))).toMatchObject(notRun)
  })

  it('not when one of several failed or was left out', () => {
    const passed = ['test/a.test.ts', 'keeps one', 'passed'] as const
    const failed = run([...passed], ['test/a.test.ts', 'keeps two', 'failed'])
    expect(proof(failed)).toMatchObject({ isProven: false, passed: 1, gaps: [{ why: 'failed' }] })
    const skipped = run([...passed], ['test/a.test.ts', 'keeps two', 'skipped'])
    expect(proof(skipped)).toMatchObject({ isProven: false, gaps: [{ why: 'skipped' }] })
  })

  it('by all of a file when no name is given', () => {
    const all = { ...control, tests: [{ file: 'test/a.test.ts', name: '' }] }
    const ran = run(['test/a.test.ts', 'x', 'passed'], ['test/a.test.ts', 'y', 'failed'])
    expect(proof(ran, all)).toMatchObject({ isProven: false, gaps: [{ why: 'failed' }] })
  })

  it('not when it names no test at all', () => {
    expect(proof(run(), { ...control, tests: [] }).isProven).toBe(false)
  })
})
