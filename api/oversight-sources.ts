/** What the authority's page knows from beyond the database: a witness's file, and the key process. */
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readWitnessedHead } from '../ledger/witness-head.ts'
import { keydClient } from '../vault/keyd-client.ts'
import type { OversightSources } from '../web/authority-data.ts'

export type SourceSettings = {
  keydSocket: string
  keydToken: string
  /** The witness's file, or the folder in which it has a folder for each log. */
  witnessFile?: string | undefined
}

const answerWithinMs = 2_000

export function oversightSources({ keydSocket, keydToken, witnessFile }: SourceSettings): {
  sources: OversightSources
  close: () => void
} {
  const options = { socketPath: keydSocket, token: keydToken, timeoutMs: answerWithinMs }
  const keyd = keydClient(options)
  return {
    sources: {
      keys: async () => {
        const { store, versions } = await keyd.ask('status', {})
        return { store, versions }
      },
      ...(witnessFile && {
        witness: (origin: string) => readWitnessedHead(fileOf(witnessFile, origin)),
      }),
    },
    close: () => keyd.close(),
  }
}

/** A witness beside a system has a folder a log, by the last part of the log's name. */
function fileOf(path: string, origin: string): string {
  if (!statSync(path).isDirectory()) return path
  return join(path, basename(origin), 'witness.jsonl')
}
