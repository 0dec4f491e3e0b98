import type { DayGate } from './campaign.ts'

const dayMs = 86_400_000
const tokyoOffsetMs = 9 * 3_600_000
/** Half a day ahead the day's work is mostly known; looking all day long would be work itself. */
const looksAheadMs = dayMs / 2
/** A wall instant holds a fraction of a millisecond, which compressed is many of the campaign's. */
const nearMs = 60_000

export type Gates = {
  /** The gate (campaign ms) that is closed as of a campaign instant; infinite without gates. */
  nextMs(campaignMs: number): number
  /** Opens the next gate if nothing is pending before it. Answers whether time may go on. */
  look(campaignMs: number): Promise<boolean>
  /** Something is away: what a gate waits for cannot be done now, and its patience begins anew. */
  away(): void
}

/** The gates of every day, each with its own patience. */
export function gatesOf(gates: DayGate[]): Gates {
  const all = gates.map(gateOf)
  return {
    nextMs: (campaignMs) => Math.min(...all.map((gate) => gate.nextMs(campaignMs))),
    async look(campaignMs) {
      const open = await Promise.all(all.map((gate) => gate.look(campaignMs)))
      return open.every(Boolean)
    },
    away() {
      for (const gate of all) gate.away()
    },
  }
}

/** What outlasts its patience is not waited for again: the judge will see it. */
function gateOf(gate: DayGate): Gates {
  const givenUp = new Set<string>()
  let opened = Number.NEGATIVE_INFINITY
  let closedSince: number | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  const nextMs = (campaignMs: number) => {
    const midnight = Math.floor((campaignMs + tokyoOffsetMs) / dayMs) * dayMs - tokyoOffsetMs
    const today = midnight + gate.minuteOfDay * 60_000
    const next = today >= campaignMs - nearMs ? today : today + dayMs
    return Math.max(next, opened + dayMs)
  }
  return {
    nextMs,
    async look(campaignMs) {
      const gateMs = nextMs(campaignMs)
      if (campaignMs < gateMs - looksAheadMs) return true
      const isReached = campaignMs >= gateMs - nearMs
      // Time that runs goes on; a gate that is reached stays shut until the next look.
      if (Date.now() - lookedAt < (gate.lookEveryMs ?? 0)) return !isReached
      lookedAt = Date.now()
      const pending = (await gate.pending(gateMs)).filter((id) => !givenUp.has(id))
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
    away() {
      closedSince = undefined
    },
  }
}
