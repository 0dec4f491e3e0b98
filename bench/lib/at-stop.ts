/** A bench that is stopped (Ctrl-C, SIGTERM) takes its servers and its folders with it. */
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const endings = new Set<() => void>()
const stopped = 130
/** A server that was ended just now writes a moment longer. */
const removing = { recursive: true, force: true, maxRetries: 40, retryDelay: 50 }

/** `end` runs at a stop, the last one kept first, unless it was let go before by what is answered. */
export function atStop(end: () => void): () => void {
  if (endings.size === 0) for (const signal of signals) process.on(signal, endAll)
  endings.add(end)
  return () => {
    endings.delete(end)
    if (endings.size === 0) for (const signal of signals) process.off(signal, endAll)
  }
}

/** A folder of its own under the temporary one, gone at a stop or when it is removed. */
export async function temporaryFolder(
  prefix: string,
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  const letGo = atStop(() => rmSync(path, removing))
  return {
    path,
    remove: async () => {
      await rm(path, removing)
      letGo()
    },
  }
}

/** A process, unless it has ended already. */
export function killNow(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(pid, signal)
  } catch {
    // It is gone.
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const

function endAll(): never {
  for (const end of [...endings].reverse()) {
    try {
      end()
    } catch (error) {
      // What cannot be ended keeps nothing else running.
      process.stderr.write(`${(error as Error).message}\n`)
    }
  }
  process.exit(stopped)
}
