// A campaign whose days keep taking longer than they should runs slower, for good.
import { describe, expect, it } from 'vitest'
import { campaignPace } from '../../../config/campaign-pace.ts'

const dayMs = 86_400_000
const midnight = Date.parse('2021-05-01T15:00:00Z')
const shouldTakeMs = 10_000

/** Days that take so long, one after the other, seen at their middle and at their end. */
function afterDays(tookMs: number[], lengthMs = shouldTakeMs): number {
  const pace = campaignPace(lengthMs)
  let wallMs = 1_000_000
  pace.seen(midnight - dayMs / 2, wallMs)
  for (const [i, took] of tookMs.entries()) {
    pace.seen(midnight + i * dayMs, wallMs)
    pace.seen(midnight + (i + 0.5) * dayMs, wallMs + took / 2)
    wallMs += took
  }
  pace.seen(midnight + tookMs.length * dayMs, wallMs)
  return dayMs / pace.now()
}

describe('the length of a campaign’s day', () => {
  it.each([
    { days: [], is: 10_000, why: 'as it was asked for' },
    { days: [10_000, 11_000, 14_900, 12_000], is: 10_000, why: 'a little late is no habit' },
    { days: [60_000, 60_000], is: 10_000, why: 'nor are two days, however long' },
    { days: [60_000, 60_000, 10_000, 60_000], is: 10_000, why: 'nor days with a swift one among' },
    { days: [20_000, 16_000, 15_000], is: 15_000, why: 'of three slow days the least of them' },
    { days: [14_000, 30_000, 16_000, 60_000], is: 15_000, why: 'and half as long again at most' },
    { days: [15_000, 15_000, 15_000, 20_000, 15_000, 15_000], is: 15_000, why: 'then enough' },
    {
      days: [60_000, 60_000, 60_000, 60_000, 60_000, 60_000],
      ...{ is: 22_500, why: 'and once more when that was not enough' },
    },
    {
      days: [60_000, 60_000, 60_000, 10_000, 10_000, 10_000],
      ...{ is: 15_000, why: 'never shorter again' },
    },
  ])('$is ms after $days: $why', ({ days, is }) => {
    expect(afterDays(days)).toBeCloseTo(is)
  })

  it.each([
    { took: 3_900, is: 1_000, why: 'a second or two of work is no reason' },
    { took: 4_000, is: 1_500, why: 'three are' },
  ])('of a second is $is ms after days of $took: $why', ({ took, is }) => {
    expect(afterDays(Array(3).fill(took), 1_000)).toBeCloseTo(is)
  })

  it('learns nothing of a day whose beginning was not seen', () => {
    const pace = campaignPace(shouldTakeMs)
    for (let i = 0; i < 10; i += 2) pace.seen(midnight + i * dayMs, i * 1_000_000)
    expect(dayMs / pace.now()).toBeCloseTo(shouldTakeMs)
  })
})
