/** Parts of the system as processes of their own, by the entries that operation uses. */
import type { BenchDatabase } from './database.ts'
import type { BenchKeyd } from './keyd.ts'
import { type BenchProcess, startProcess } from './processes.ts'

type Env = Record<string, string>

/** Chains looks: without it nobody may be looked at after a minute. */
export function startSealer(
  { dataDir, urls }: BenchDatabase,
  env: Env = {},
): Promise<BenchProcess> {
  return startProcess({
    ...{ name: 'sealer', entry: 'ledger/sealer-main.ts', folder: dataDir },
    env: { ...env, DATABASE_URL: urls.sesshu_sealer },
  })
}

/** Without `env` it finds no Temporal: scans need none. */
export function startApi(
  { dataDir, urls }: BenchDatabase,
  keyd: BenchKeyd,
  port: number,
  env: Env = { TEMPORAL_ADDRESS: '127.0.0.1:1' },
): Promise<BenchProcess> {
  return startProcess({
    ...{ name: 'api', entry: 'api/main.ts', folder: dataDir },
    env: {
      ...env,
      DATABASE_URL: urls.sesshu_api,
      API_PORT: String(port),
      ...keyd.environment('api'),
    },
  })
}
