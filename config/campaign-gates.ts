import type { DayGate } from './campaign.ts'

const dayMs = 86_400_000
const tokyoOffsetMs = 9 * 3_600_000
/** Half a day ahead the day's work is mostly known; looking all day long would be work itself. */
const looksAheadMs = dayMs / 2

export type Gates = {
  /** The gate (campaign ms) that is closed as of a campaign instant; infinite without gates. */
  nextMs(campaignMs: number): number
  /** Opens the next gate if nothing is pending before it. Answers whether time may go on. */
  look(campaignMs: number): Promise<boolean>
}

/** One gate a day. What outlasts its patience is not waited for again: the judge will see it. */
export function gatesOf(gate: DayGate | undefined): Gates {
  if (!gate) return { nextMs: () => Number.POSITIVE_INFINITY, look: async () => true }
  const givenUp = new Set<string>()
  let opened = Number.NEGATIVE_INFINITY
  let closedSince: number | undefined
  const nextMs = (campaignMs: number) => {
    const midnight = Math.floor((campaignMs + tokyoOffsetMs) / dayMs) * dayMs - tokyoOffsetMs
    const today = midnight + gate.minuteOfDay * 60_000
    const next = today >= campaignMs - 1 ? today : today + dayMs
    return Math.max(next, opened + dayMs)
  }
  return {
    nextMs,
    async look(campaignMs) {
      const gateMs = nextMs(campaignMs)
      if (campaignMs < gateMs - looksAheadMs) return true
      const pending = (await gate.pending(gateMs)).filter((id) => !givenUp.has(id))
      const isReached = campaignMs >= gateMs - 1
      if (pending.length > 0) {
        if (!isReached) return true
        closedSince ??= Date.now()
        if (Date.now() - closedSince < gate.patienceMs) return false
        for (const id of pending) givenUp.add(id)
      }
      opened = gateMs
      closedSince = undefined
      return true
    },
  }
}
