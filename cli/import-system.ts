/** The system that a file is imported into: the one that runs on the data dir, else one for the time of it. */
import { DataDirInUse, dataDirAt } from '../config/data-dir.ts'
import { readStatus } from '../config/system-status.ts'
import { drainOnSignals } from '../supervisor/signals.ts'
import { startSystem } from '../supervisor/start-system.ts'
import { CommandError } from './common.ts'
import { type ApiTarget, apiOf } from './servers.ts'

/** All that an import passes through. The mail sender and the rest come up beside them. */
const needed = ['database', 'keyd', 'erasures', 'api', 'search-attributes', 'importer']
/** Long enough to build Temporal on a slow machine. */
const readyWithinMs = 15 * 60_000

/** Runs `work` on the api of the data dir's system; one that was started for it is stopped again. */
export async function withSystem<T>(
  dataDir: string,
  tokenName: string,
  tell: (line: string) => void,
  work: (api: ApiTarget) => Promise<T>,
  /** Of a system that was started for this, before the work begins. */
  prepare: (ownerUrl: string) => Promise<void> = async () => {},
): Promise<T> {
  if (readStatus(dataDirAt(dataDir))) return await work(await apiOf(dataDir, tokenName))
  tell(`No system runs on ${dataDirAt(dataDir).root}: one is started for this import.`)
  const system = await startSystem({ dataDir, own: false, log: { info: tell, warn: tell } }).catch(
    (error) => {
      if (!(error instanceof DataDirInUse)) throw error
      throw new CommandError(error.message, 'Nothing was started.')
    },
  )
  const drained = drainOnSignals(system, tell)
  try {
    await system.waitHealthy(readyWithinMs, needed)
    tell(`Pages: ${system.urls.web}`)
    await prepare(system.urls.databaseUrl)
    const ended = drained.then(() => {
      throw new CommandError('It was told to stop.', 'What was brought is kept; import it again.')
    })
    return await Promise.race([work(await apiOf(dataDir, tokenName)), ended])
  } finally {
    await system.stop()
  }
}
