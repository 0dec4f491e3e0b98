/**
 * A process that takes a town's letters from "due" to "posted", as worker, printing house and api do
 * between them; it kills itself with SIGKILL right before the message or rename of which it is told the
 * number. Started by `evening-crashes.test.ts`; says on stdout how many steps it took.
 */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

type Asked = {
  workerUrl: string
  apiUrl: string
  socketPath: string
  token: string
  dataDir: string
  town: string
  day: string
  campaignMs: number
  notices: { courseId: string; occasion: string }[]
  account: string
  /** 0: it lives. */
  killAt: number
}

const asked = JSON.parse(process.argv[2]!) as Asked
let steps = 0
let isCounting = false

function step(): void {
  if (!isCounting) return
  steps += 1
  if (steps === asked.killAt) process.kill(process.pid, 'SIGKILL')
}

// Every message to PostgreSQL and keyd, and every file that takes its place or goes.
const write = net.Socket.prototype.write
net.Socket.prototype.write = function (this: net.Socket, ...args: unknown[]) {
  step()
  return (write as (...all: unknown[]) => boolean).apply(this, args)
} as typeof write
for (const name of ['rename', 'rm'] as const) {
  const really = fs[name] as (...args: unknown[]) => Promise<void>
  fs[name] = (async (...args: unknown[]) => {
    step()
    await really(...args)
    step()
  }) as never
}
syncBuiltinESMExports()

const { createActivities } = await import('../../activities/index.ts')
const { clockOf } = await import('../../config/clock.ts')
const { createLog } = await import('../../config/log.ts')
const { connect } = await import('../../db/client.ts')
const { connectForLooks } = await import('../../db/ledger/record-looks.ts')
const { keepMarks, readDifferences, reconcileBatch } = await import(
  '../../db/queries/batches/marks.ts'
)
const { readBatch } = await import('../../db/queries/batches/release.ts')
const { envelopeMarkOf } = await import('../../domain/envelope-mark.ts')
const { openVault } = await import('../../vault/open-vault.ts')

const { town, day, dataDir } = asked
const sql = connect(asked.workerUrl, { name: 'crash worker', max: 2 })
const api = connect(asked.apiUrl, { name: 'crash api', max: 1 })
const looks = connectForLooks(asked.workerUrl, 'crash looks')
const vault = openVault({ socketPath: asked.socketPath, token: asked.token, looks })
const clock = clockOf(
  () => [{ wallAt: 0, campaignAt: asked.campaignMs, pace: 0 }],
  () => 0,
)
const log = createLog({ name: 'crash', level: 'silent' })
const activities = createActivities({ sql, vault, clock, log, dataDir })
const key = { municipalityCode: town, batchOn: day as never }
const ask = { ...key, workflowNowMs: 0 }

isCounting = true
for (const { courseId, occasion } of asked.notices) {
  const step = { kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion, round: 1 } as const
  await activities.sendNotice({ courseId, step: { ...step, on: day as never }, workflowNowMs: 0 })
}
for (;;) {
  const next = await activities.nextBatchStep(ask)
  if (next.step === 'end') break
  if (next.step === 'seal') await activities.sealBatch(ask)
  else if (next.step === 'print') await activities.printBatch(ask)
  else if (next.step === 'clear') await activities.clearBatch(ask)
  else await post()
}
process.stdout.write(`${JSON.stringify({ steps })}\n`)
process.exit(0)

/** What the printing house does: reads whatever sheet is still missing, then says that all are there. */
async function post(): Promise<void> {
  const { missing } = await readDifferences(api, key)
  const by = asked.account
  const marks = missing.map(({ letterId, page }) => envelopeMarkOf(letterId, page, page))
  if (marks.length > 0) await keepMarks(api, key, { readingId: crypto.randomUUID(), marks, by })
  const printedPages = (await readBatch(api, key))?.batch.pages ?? 0
  await reconcileBatch(api, key, {
    by,
    printedPages,
    postedOn: day as never,
    today: day as never,
    explained: [],
  })
}
