import type { PartStatus } from '../../config/system-status.ts'
import { type Check, type Finding, fail, ok, warn } from './check.ts'

/** What the supervisor of the data dir says of its own processes. */
export function processChecks(parts: PartStatus[], logFolder: string): Check[] {
  return [{ name: 'Processes', look: async () => lookAtParts(parts, logFolder) }]
}

function lookAtParts(parts: PartStatus[], logFolder: string): Finding {
  const late = parts.filter(({ state }) => state !== 'ready')
  if (late.length === 0) return ok(`${parts.length} ready`)
  const words = late.map(({ name, state, detail }) => `${name} is ${state}${note(detail)}`)
  const isBroken = late.some(({ state }) => state === 'restarting' || state === 'stopped')
  const finding = isBroken ? fail : warn
  return finding(words.join('; '), `The logs in ${logFolder} say why.`)
}

function note(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail.split('\n')[0]})`
}
