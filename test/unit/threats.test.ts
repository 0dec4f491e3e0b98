// Proves that docs/threats.md tells no tale: every threat has a test that is named after it and is there,
// or says to which later part it belongs.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const threats = 22

const text = await readFile(join(root, 'docs', 'threats.md'), 'utf8')
const rows = text
  .split('\n')
  .filter((line) => /^\| T\d/.test(line))
  .map((line) => {
    const cells = line.split('|').slice(1, -1)
    return { number: Number(/T(\d+)/.exec(cells[0]!)![1]), proof: cells.at(-1)!.trim() }
  })

/** `file` "name", "name"; `file` "name" */
function testsIn(proof: string): { file: string; name: string }[] {
  return [...proof.matchAll(/`([^`]+)`((?:,? "[^"]+")+)/g)].flatMap(([, file, names]) =>
    [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => ({ file: file!, name: name! })),
  )
}

describe('docs/threats.md', () => {
  it('has a row for every threat, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: threats }, (_, i) => i + 1),
    )
  })

  it.each(rows)(
    'T$number is proven by tests named after it, or belongs to a later part',
    async ({ number, proof }) => {
      const tests = testsIn(proof)
      if (tests.length === 0) {
        expect(proof).toMatch(/^later: issue \d+/)
        return
      }
      for (const { file, name } of tests) {
        expect(name).toMatch(new RegExp(`^(T\\d+, )*T${number}(, T\\d+)*: `))
        const source = await readFile(join(root, file), 'utf8')
        const quoted = [`'${name}'`, `"${name}"`, `\`${name}\``]
        const isThere = quoted.some((one) => source.includes(one))
        expect(isThere, `${file}: ${name}`).toBe(true)
      }
    },
  )
})
