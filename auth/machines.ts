import { machineByToken } from '../db/auth/machines.ts'
import type { Sql } from '../db/client.ts'
import type { MachineCaller } from './caller.ts'
import { sha256 } from './secrets.ts'

/** Where `credentials.json` of a data dir keeps what the command line there shows; it records scans alone. */
export const cliTokenName = 'SESSHU_CLI_TOKEN'

/** The same for `sesshu import`: it brings files of registers, and records no scan. */
export const importTokenName = 'SESSHU_IMPORT_TOKEN'

const cacheMs = 30_000
const cachedAtMost = 1_000

/** Whose token it is; undefined for one that is not, or no longer, good. */
export function machineDesk(sql: Sql, now = Date.now) {
  const cache = new Map<string, { caller: MachineCaller; until: number }>()
  return async (token: string): Promise<MachineCaller | undefined> => {
    const hash = sha256(token)
    const name = hash.toString('base64url')
    const found = cache.get(name)
    if (found && now() < found.until) return found.caller
    cache.delete(name)
    const row = await machineByToken(sql, hash)
    if (!row) return undefined
    const caller: MachineCaller = { kind: 'machine', ...row }
    if (cache.size < cachedAtMost) cache.set(name, { caller, until: now() + cacheMs })
    return caller
  }
}
