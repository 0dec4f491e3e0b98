// When the outbox sends: at once on a new connection, and with longer and longer pauses without one.
import { expect, test } from 'vitest'
import type { FlushResult, OutboxState } from '../../../web/client/outbox-types.ts'
import { keepFlushing } from '../../../web/client/reconnect.ts'

const result = (more: Partial<FlushResult>): FlushResult => ({
  sent: 0,
  conflicts: 0,
  left: 0,
  outcomes: [],
  ...more,
})
const state = (unsent: number): OutboxState => ({
  unsent,
  conflicts: 0,
  isOld: false,
  isNearlyFull: false,
})

function tablet(answers: (FlushResult | 'throws')[]) {
  const waits: number[] = []
  let timer: (() => void) | undefined
  let reconnect = () => {}
  let change = (_: OutboxState) => {}
  let flushes = 0
  const stop = keepFlushing(
    {
      onChange(listener) {
        change = listener
        listener(state(1))
        return () => {}
      },
    },
    async () => {
      flushes += 1
      const answer = answers.shift() ?? result({})
      if (answer === 'throws') throw new Error('no database')
      return answer
    },
    {
      onReconnect(listener) {
        reconnect = listener
        return () => {}
      },
      wait(ms, then) {
        waits.push(ms)
        timer = then
        return () => {
          timer = undefined
        }
      },
      random: () => 0.5,
    },
  )
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
  return {
    waits,
    flushes: () => flushes,
    change: (unsent: number) => change(state(unsent)),
    isWaiting: () => timer !== undefined,
    later: async () => {
      const then = timer
      timer = undefined
      then?.()
      await settled()
    },
    reconnect: async () => {
      reconnect()
      await settled()
    },
    settled,
    stop,
  }
}

const offline = result({ stopped: 'offline', left: 1 })

test('pauses grow to a minute, and a new connection is used at once', async () => {
  const venue = tablet(new Array(9).fill(offline))
  await venue.settled()
  for (let n = 0; n < 8; n++) await venue.later()
  expect(venue.waits.slice(-9)).toEqual([
    ...[2_000, 4_000, 8_000, 16_000, 32_000],
    ...[60_000, 60_000, 60_000, 60_000],
  ])
  const before = venue.flushes()
  await venue.reconnect()
  expect(venue.flushes()).toBe(before + 1)
})

test('waits for as long as the system asks', async () => {
  const venue = tablet([result({ stopped: 'tryLater', retryAfterMs: 90_000, left: 1 })])
  await venue.settled()
  expect(venue.waits.at(-1)).toBe(90_000)
})

test('rests while there is nothing to send, and goes on after a fault of its own', async () => {
  const venue = tablet(['throws', result({ sent: 1 })])
  await venue.settled()
  expect(venue.isWaiting()).toBe(true)
  venue.change(0)
  await venue.later()
  expect([venue.flushes(), venue.isWaiting()]).toEqual([2, false])
  venue.stop()
  await venue.reconnect()
  expect(venue.flushes()).toBe(2)
})
