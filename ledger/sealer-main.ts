/** The sealer process: chains committed looks every second and signs a head every minute. */
import { setTimeout as sleep } from 'node:timers/promises'
import { nameProcess } from '../config/actor.ts'
import { dataDirAt } from '../config/data-dir.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { connectSealer, takeTurn } from '../db/ledger/seal.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { openKeyFile } from './key-file.ts'
import { signatureTypes } from './note-key.ts'
import { LedgerDamaged } from './read-back.ts'
import { Sealer } from './sealer.ts'

const logName = 'sesshu.invalid/access-ledger'

const env = readEnvironment([
  'DATABASE_URL',
  'LEDGER_HEAD_EVERY_MS',
  'LEDGER_SEAL_EVERY_MS',
  'LOG_LEVEL',
  'SESSHU_DATA_DIR',
])
const log = createLog({ name: 'sealer', level: env.LOG_LEVEL })
nameProcess('sealer')
outliveLostConnections(log)

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.once('SIGINT', () => stopping.abort())

const folder = dataDirAt(env.SESSHU_DATA_DIR).ledger
const signer = openKeyFile({
  folder,
  name: 'ledger',
  keyName: logName,
  type: signatureTypes.ed25519,
})
// The turn is gone with its connection: the next start takes it again and reads the ledger back.
const sql = connectSealer(env.DATABASE_URL, () => {
  if (stopping.signal.aborted) return
  log.error('the connection is gone')
  process.exit(1)
})
await assertRoleOwnsNothing(sql)
const turn = await takeTurn(sql, () => log.info('another sealer is at work; waiting for its end'))
const sealer = await Sealer.open({ sql, turn, signer, folder }).catch(refuse)
if (await sealer.announceLog()) log.warn({ origin: signer.verifier.name }, 'a new log begins')
announceReady()
log.info({ size: sealer.size }, 'the sealer is at work')

let headAtMs = Number.NEGATIVE_INFINITY
while (!stopping.signal.aborted) {
  const { moved, isMore } = await sealer.drain().catch(refuse)
  if (moved > 0) log.debug({ moved, size: sealer.size }, 'sealed')
  if (performance.now() - headAtMs >= env.LEDGER_HEAD_EVERY_MS) {
    headAtMs = performance.now()
    await tellHead()
  }
  const pauseMs = isMore ? 0 : env.LEDGER_SEAL_EVERY_MS
  await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
}
// What was committed until here has a head of its own, so that a copy of the database is whole.
while ((await sealer.drain().catch(refuse)).isMore) {}
await tellHead()
await sql.end({ timeout: 5 })

async function tellHead(): Promise<void> {
  const head = await sealer.signHead().catch(refuse)
  if (head) log.info({ size: head.size }, 'signed a head')
}

/** A damaged ledger is said loudly and nothing is added to it; all else is tried again. */
function refuse(error: unknown): never {
  if (error instanceof LedgerDamaged) {
    log.fatal({ alarm: 'ledgerDamaged', seq: error.seq }, error.message)
    process.exit(1)
  }
  throw error
}
