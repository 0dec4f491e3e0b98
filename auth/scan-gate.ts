import type { Logger } from 'pino'
import { raiseAlert } from '../db/auth/alerts.ts'
import { noteUnknownTicket, townOfVenue } from '../db/auth/devices.ts'
import type { Sql } from '../db/client.ts'
import { type Caller, currentCaller, type MachineCaller, mayActFor } from './caller.ts'
import type { Limits } from './limits.ts'
import { Refusal } from './refusal.ts'

/** What stands before and after every scan, whoever sends it. */
export type ScanGate = {
  /** Takes so many scans from what the caller may send. Throws `Refusal` 429. */
  admit(scans: number): Promise<void>
  /**
   * Throws `Refusal` 403: a tablet writes for its own venue, a clerk or a town's machine for venues of the
   * own town; and the rest of a batch in which a tablet was locked is not looked at. 429 for a machine that
   * has sent too many tickets which nobody knows.
   */
  assertVenue(venueCode: string): Promise<void>
  /** A ticket that no register knows counts against the tablet, or the town's machine, that sent it. */
  noteUnknown(): Promise<void>
}

const venueTownsKept = 10_000

/** The demo's and the command line's are the system's own, and are bound to no town. */
function isTownsMachine(caller: Caller | undefined): caller is MachineCaller {
  return caller?.kind === 'machine' && caller.office !== 'system'
}

export function scanGate(deps: {
  sql: Sql
  log: Logger
  limits: Limits
  forgetDevice: (id: string) => void
}): ScanGate {
  const { sql, log, limits, forgetDevice } = deps
  const towns = new Map<string, string>()

  async function townOf(venueCode: string): Promise<string | undefined> {
    const kept = towns.get(venueCode)
    if (kept) return kept
    const town = await townOfVenue(sql, venueCode)
    if (town && towns.size < venueTownsKept) towns.set(venueCode, town)
    return town
  }

  return {
    async admit(scans) {
      const caller = currentCaller()
      if (caller?.kind === 'device') {
        await limits.consume('device', caller.id, scans)
        await limits.consume('venue', caller.venueCode, scans)
        await limits.consume('municipality', caller.municipalityCode, scans)
      } else if (caller?.kind === 'account' || isTownsMachine(caller)) {
        await limits.consume('municipality', caller.office, scans)
      }
    },

    async assertVenue(venueCode) {
      const caller = currentCaller()
      if (caller?.kind === 'device') {
        if (caller.isLockedNow) throw new Refusal(403, 'deviceLocked')
        if (venueCode !== caller.venueCode) throw new Refusal(403, 'anotherVenue')
      } else if (caller?.kind === 'account' || isTownsMachine(caller)) {
        if (caller.kind === 'machine') await limits.assertLeft('unknownTickets', caller.id)
        const town = await townOf(venueCode)
        if (town && !mayActFor(town)) throw new Refusal(403, 'anotherVenue')
      }
    },

    async noteUnknown() {
      const caller = currentCaller()
      if (isTownsMachine(caller)) {
        const isLast = await limits.note('unknownTickets', caller.id)
        if (isLast) log.warn({ machineId: caller.id, office: caller.office }, 'a machine must wait')
      }
      if (caller?.kind !== 'device') return
      const limit = await limits.of('unknownTickets', caller.id)
      if (!limit || !(await noteUnknownTicket(sql, caller.id, limit))) return
      caller.isLockedNow = true
      forgetDevice(caller.id)
      await raiseAlert(sql, {
        kind: 'deviceLocked',
        office: caller.municipalityCode,
        aboutId: caller.id,
      })
      log.warn({ deviceId: caller.id, office: caller.municipalityCode }, 'a device was locked')
    },
  }
}
