// Every code of readiness has words and, unless it is green, a cure; in both languages, counts filled in.

import { expect, test } from 'vitest'
import { readyCodes } from '../../db/queries/ready.ts'
import { readyWords } from '../../i18n/ready.ts'

const green = ['planInForce', 'senderKnown', 'registered', 'ticketsThere', 'numbersThere']
green.push('venuesThere', 'devicesThere', 'waveReleased')

test.each(readyCodes)('%s', (code) => {
  for (const lang of ['ja', 'en'] as const) {
    const { says, whatToDo } = readyWords(code, { residents: 12_345 }, lang)
    expect(says + (whatToDo ?? '')).not.toMatch(/[{}]/)
    expect(whatToDo === undefined).toBe(green.includes(code))
  }
  expect(readyWords('registered', { residents: 12_345 }, 'ja').says).toContain('12,345人')
})
