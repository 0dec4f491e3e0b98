// A duty that comes round: never twice at once, however slow a round is, and a fault ends nothing.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inCampaign, repeat } from '../../../config/repeat.ts'

test('a round that takes longer than the pause is not begun beside itself', async () => {
  let underWay = 0
  let most = 0
  let rounds = 0
  let isEnough = () => {}
  const enough = new Promise<void>((resolve) => {
    isEnough = resolve
  })
  const duty = repeat({
    round: async () => {
      most = Math.max(most, ++underWay)
      await sleep(5)
      underWay -= 1
      if (++rounds === 3) isEnough()
    },
    onFault: () => {},
    pauseMs: () => 1,
  })
  await enough
  await duty.stop()
  expect(most).toBe(1)
  expect(underWay).toBe(0)
})

test('a fault is told, the next round comes after its own pause, and the end waits for what is under way', async () => {
  const told: unknown[] = []
  const pauses: boolean[] = []
  let isSecond = () => {}
  const second = new Promise<void>((resolve) => {
    isSecond = resolve
  })
  let rounds = 0
  let hasEnded = false
  const duty = repeat({
    round: async (signal) => {
      rounds += 1
      if (rounds === 1) throw new Error('made up')
      isSecond()
      while (!signal.aborted) await sleep(1)
      hasEnded = true
    },
    onFault: (error) => told.push(error),
    pauseMs: ({ hasFailed }) => {
      pauses.push(hasFailed)
      return 1
    },
  })
  await second
  await duty.stop()
  expect(told).toEqual([new Error('made up')])
  expect(pauses[0]).toBe(true)
  expect(hasEnded).toBe(true)
})

test('a leisurely duty waits first, and stops without a round', async () => {
  let rounds = 0
  const round = async () => {
    rounds += 1
  }
  const duty = repeat({ round, onFault: () => {}, pauseMs: () => 60_000, isLeisurely: true })
  await sleep(5)
  await duty.stop()
  expect(rounds).toBe(0)
})

test.each([
  [{ isDemo: true, isCampaign: false }, ['refresh']],
  [{ isDemo: true, isCampaign: true }, ['work']],
  [{ isDemo: false, isCampaign: false }, ['work']],
])('in %o it does %o', async ({ isDemo, isCampaign }, expected) => {
  const done: string[] = []
  const clock = { isCampaign: () => isCampaign, refresh: async () => void done.push('refresh') }
  await inCampaign({ clock: clock as never, isDemo }, async () => void done.push('work'))
  expect(done).toEqual(expected)
})
