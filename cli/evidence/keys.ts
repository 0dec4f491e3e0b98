import type { DataDir } from '../../config/data-dir.ts'
import { openCredentials } from '../../db/server.ts'
import { keydSocketOf, tokenName } from '../../supervisor/keyd-process.ts'
import { keydClient } from '../../vault/keyd-client.ts'

const answerWithinMs = 3_000

/** Versions that have a key, by municipality; undefined when the key process does not answer. */
export async function keyVersionsOf(
  dir: DataDir,
): Promise<{ store: string; versions: Record<string, number[]> } | undefined> {
  const token = (await openCredentials(dir.root)).known(tokenName('monitor'))
  if (token === undefined) return undefined
  const socketPath = await keydSocketOf(dir)
  const keyd = keydClient({ socketPath, token, timeoutMs: answerWithinMs })
  try {
    const { store, versions } = await keyd.ask('status', {})
    return { store, versions }
  } catch {
    return undefined
  } finally {
    keyd.close()
  }
}
