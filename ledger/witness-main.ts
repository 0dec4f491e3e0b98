/** The witness process: co-signs what continues, refuses what does not. Knows no database. */
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { WitnessRefusal } from './witness.ts'
import { WitnessFolderError } from './witness-folder.ts'
import { runWitness } from './witness-run.ts'

const env = readEnvironment([
  'LOG_LEVEL',
  'SESSHU_DATA_DIR',
  'SESSHU_WITNESS_DIR',
  'SESSHU_WITNESS_URL',
  'WITNESS_EVERY_MS',
])
const log = createLog({ name: 'witness', level: env.LOG_LEVEL })
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.once('SIGINT', () => stopping.abort())

await runWitness({
  url: env.SESSHU_WITNESS_URL,
  dir: env.SESSHU_WITNESS_DIR,
  systemDataDir: env.SESSHU_DATA_DIR,
  everyMs: env.WITNESS_EVERY_MS,
  once: false,
  log,
  signal: stopping.signal,
  onFirstRound: announceReady,
}).catch((error) => {
  if (error instanceof WitnessFolderError) log.fatal(`${error.message} ${error.whatToDo}`)
  else if (!(error instanceof WitnessRefusal)) log.fatal({ err: error }, 'the witness failed')
  process.exit(1)
})
