// The plan is read as it was written: nothing of the text is lost, and what is built otherwise is refused.
import { describe, expect, it } from 'vitest'
import { readPlan } from '../../../domain/plan-document.ts'

const text = `# A plan

It says something
over two lines.

## Keys

Words about keys.

### K1 A promise
More of it.
- Mechanism: this,
  and that.
- Test: so.

### K2 Another
- Mechanism: m
- Test: t

## 目的
日本語の行は
つながる。
`

describe('a plan', () => {
  it('is read into sections and promises, each paragraph on one line', () => {
    const plan = readPlan(text)
    expect(plan.title).toBe('A plan')
    expect(plan.opening).toEqual(['It says something over two lines.'])
    expect(plan.sections.map(({ title }) => title)).toEqual(['Keys', '目的'])
    expect(plan.sections[0]).toEqual({
      title: 'Keys',
      body: ['Words about keys.'],
      promises: [
        {
          id: 'K1',
          title: 'A promise',
          body: ['More of it.'],
          points: ['Mechanism: this, and that.', 'Test: so.'],
        },
        { id: 'K2', title: 'Another', body: [], points: ['Mechanism: m', 'Test: t'] },
      ],
    })
  })

  it('puts no space between wrapped lines of Japanese', () => {
    expect(readPlan(text).sections[1]?.body).toEqual(['日本語の行はつながる。'])
  })

  it('ends a promise where the next section begins', () => {
    expect(readPlan(text).sections[1]?.promises).toEqual([])
  })

  it.each([
    ['without a title', 'Words.\n\n## S\n', 'Line 1'],
    ['without a section', '# T\n\nWords.\n', 'no section'],
    ['with a promise outside a section', '# T\n\n### K1 P\n', 'Line 3'],
    ['with a promise without an id', '# T\n\n## S\n\n### P\n', 'Line 5'],
    ['with a heading of another level', '# T\n\n## S\n\n#### K1 P\n', 'Line 5'],
  ])('%s is refused, with the line', (_what, wrong, why) => {
    expect(() => readPlan(wrong)).toThrow(why)
  })
})
