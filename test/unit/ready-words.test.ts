// Every code of readiness has words and, unless it is green, a cure; in both languages, counts filled in.

import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readyCodes } from '../../db/queries/ready.ts'
import { pagesJa } from '../../i18n/pages-ja.ts'
import { readyWords } from '../../i18n/ready.ts'

const green = ['planInForce', 'senderKnown', 'registered', 'ticketsThere', 'numbersThere']
green.push('venuesThere', 'devicesThere', 'waveReleased', 'releasedByTwo')

test.each(readyCodes)('%s', (code) => {
  for (const lang of ['ja', 'en'] as const) {
    const { says, whatToDo } = readyWords(code, { residents: 12_345 }, lang)
    expect(says + (whatToDo ?? '')).not.toMatch(/[{}]/)
    expect(whatToDo === undefined).toBe(green.includes(code))
    // For clerks: an address of the interface tells them nothing.
    expect(says + (whatToDo ?? '')).not.toMatch(/\/api\/|\b(?:GET|PUT|POST)\b/)
  }
  expect(readyWords('registered', { residents: 12_345 }, 'ja').says).toContain('12,345人')
})

test('what clerks read says コード and 準備済み, as their own lists do', async () => {
  const words = new URL('../../i18n/', import.meta.url)
  const names = (await readdir(words, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, words), 'utf8')))
  expect(names.filter((_, i) => texts[i]!.includes('符号'))).toEqual([])
  expect(pagesJa.waves.readyStates.ready).toBe('準備済み')
})
