import { describe, expect, test } from 'vitest'
import { type ClockSegment, clockOf } from '../../../config/clock.ts'

const dayMs = 86_400_000
const day = 1_000
const pace = dayMs / day

const at = (segments: ClockSegment[], wallMs: number) =>
  clockOf(
    () => segments,
    () => wallMs,
  )

describe('the wall instant of a campaign instant', () => {
  const running: ClockSegment = { wallAt: 0, campaignAt: 0, pace }
  const heldAfterTwoDays: ClockSegment = { wallAt: 2 * day, campaignAt: 2 * dayMs, pace: 0 }

  test.each<[string, ClockSegment[], number, number, number]>([
    ['real time is its own', [], 5_000, 9_000, 9_000],
    ['a running clock is reached by its pace', [running], day, 3 * dayMs, 3 * day],
    ['what has passed is now', [running], 4 * day, dayMs, 4 * day],
    [
      'a held clock: no sooner than if it went on now',
      [running, heldAfterTwoDays],
      2_000,
      12 * dayMs,
      2_000 + 10 * day,
    ],
    [
      'a clock held for a while: half as much later',
      [running, heldAfterTwoDays],
      5_000,
      12 * dayMs,
      5_000 + 10 * day + 1_500,
    ],
    [
      'a clock held for long: eight days later again',
      [running, heldAfterTwoDays],
      62_000,
      12 * dayMs,
      62_000 + 10 * day + 8 * day,
    ],
    [
      'a held clock: a near step waits a quarter of a second',
      [running, heldAfterTwoDays],
      2_100,
      2 * dayMs + 1,
      2_350,
    ],
    [
      'a clock that never ran: a quarter of a second',
      [{ wallAt: 0, campaignAt: 0, pace: 0 }],
      100,
      30 * dayMs,
      350,
    ],
  ])('%s', (_, segments, wallMs, campaignMs, expected) => {
    expect(at(segments, wallMs).wallAt(campaignMs)).toBe(expected)
  })

  test('tells the one asker of its kind the soonest, however long it has been held', () => {
    const segments = [running, heldAfterTwoDays]
    expect(at(segments, 62_000).soonestAt(12 * dayMs)).toBe(62_000 + 10 * day)
    expect(at(segments, 62_000).soonestAt(2 * dayMs + 1)).toBe(62_250)
    expect(at([running], day).soonestAt(3 * dayMs)).toBe(3 * day)
  })
})
