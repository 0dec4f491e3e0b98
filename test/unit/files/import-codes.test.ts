/** Proves: every code that reading can say has its words, its reason and its cure in both languages. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { municipalityCodeFault } from '../../../domain/municipality-code.ts'
import { fileRefusalCodes } from '../../../files/read-file.ts'
import { importCodeText, readerCodes } from '../../../i18n/import-codes.ts'

const root = resolve(import.meta.dirname, '../../..')

/** Codes as they stand in the sources: `fault('x')`, `code: 'x'`, `say.flag(field, 'x')`. */
async function saidInFiles(): Promise<Set<string>> {
  const names = await readdir(join(root, 'files'), { recursive: true })
  const said = new Set<string>(fileRefusalCodes)
  for (const name of names.filter((one) => one.endsWith('.ts'))) {
    const text = await readFile(join(root, 'files', name), 'utf8')
    const patterns = [
      /fault\('(\w+)'\)/g,
      /flagged\('(\w+)'/g,
      /code: '(\w+)'/g,
      /say\.(?:fault|flag)\([^,()]+(?:\([^()]*\))?, '(\w+)'/g,
      /note\((?:-1|column\.index), '(\w+)'/g,
      /(?:fault|flag) = '(\w+)'/g,
      /broken\(buffer, from, '(\w+)'/g,
      /lostDigits\(digits, \d+, '(\w+)'/g,
    ]
    for (const pattern of patterns) for (const match of text.matchAll(pattern)) said.add(match[1]!)
  }
  for (const code of ['1', '131042', '991040']) said.add(municipalityCodeFault(code) ?? '')
  said.delete('')
  return said
}

test('every code has its words', async () => {
  const said = await saidInFiles()
  expect(said.size).toBeGreaterThan(60)
  expect([...said].filter((code) => !(code in readerCodes))).toEqual([])
})

test('words, reason and cure are there in both languages', () => {
  for (const code of Object.keys(readerCodes)) {
    for (const language of ['ja', 'en'] as const) {
      const text = importCodeText(code, language)!
      expect([text.words, text.reason, text.cure].every((part) => part.length > 0)).toBe(true)
    }
    expect(importCodeText(code, 'ja')!.words).toMatch(/[\u3041-\u30ff]/)
    expect(importCodeText(code, 'en')!.words).not.toMatch(/[\u3041-\u3096]/)
  }
})
