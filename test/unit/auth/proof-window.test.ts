// Nonces live for one to two slots, belong to one process, and let each proof through once.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { proofWindow } from '../../../auth/proof-window.ts'

const slotMs = 1_000

function windowAt(start: number) {
  const time = { now: start }
  return { time, window: proofWindow({ slotMs, now: () => time.now }) }
}

test('T1: a nonce is fresh for one slot at least and two at most', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), fc.nat(5_000), (start, wait) => {
      const { time, window } = windowAt(start)
      const nonce = window.nonce()
      time.now += wait
      if (wait < slotMs) expect(window.isFresh(nonce)).toBe(true)
      if (wait >= 2 * slotMs) expect(window.isFresh(nonce)).toBe(false)
    }),
  )
})

test('T1: a proof counts once for as long as its nonce lives', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 20 }), (waits) => {
      const { time, window } = windowAt(0)
      const nonce = window.nonce()
      expect(window.isFirstUse(nonce, 'a-proof')).toBe(true)
      for (const wait of waits) {
        time.now += wait
        if (window.isFresh(nonce)) expect(window.isFirstUse(nonce, 'a-proof')).toBe(false)
      }
    }),
  )
})

test('T1: a nonce of another process, or of none, is strange', () => {
  const { window } = windowAt(0)
  expect(window.isFresh(windowAt(0).window.nonce())).toBe(false)
  fc.assert(fc.property(fc.string(), (text) => !window.isFresh(text)))
  expect(window.isFresh(`${window.nonce()}A`)).toBe(false)
})

test('what is over is forgotten', () => {
  const { time, window } = windowAt(0)
  const nonce = window.nonce()
  window.isFirstUse(nonce, 'a-proof')
  time.now += 3 * slotMs
  expect(window.isFresh(nonce)).toBe(false)
})
