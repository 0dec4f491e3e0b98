/**
 * Records the histories that `replay.test.ts` replays: run it once for every released change of a
 * workflow, `node --import tsx test/replay/record.ts NAME`, and keep the older files. NAME becomes the
 * folder, so that runs already under way in the field stay replayable. `NAME imports` and `NAME batches` record
 * these alone.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Activities } from '../../domain/activity-contract.ts'
import { type BatchState, nextStepOf } from '../../domain/batch.ts'
import type { Instant } from '../../domain/course.ts'
import {
  batchNews,
  courseWorkflowId,
  eveningBatchesWorkflowType,
  importFileWorkflowType,
  importNews,
  importWorkflowId,
  noticeBatchWorkflowId,
  noticeBatchWorkflowType,
  recheck,
} from '../../workflows/messages.ts'
import { CourseModel, dayOf, oldTown } from '../support/course-fixture.ts'
import { eventually, startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { ImportModel } from '../support/import-model.ts'
import { setup, type TestTemporal } from '../support/temporal-setup.ts'
import { daysMs, skipTime } from '../support/time-skipping.ts'
import { writeHistory } from './history-file.ts'

const name = process.argv[2]
if (!name || !/^[\w.-]+$/.test(name)) throw new Error('say under which name to keep the histories')
const folder = join(import.meta.dirname, 'histories', name)

const model = new CourseModel()
const imports = new ImportModel()
const letters: string[] = []
/** Of those kept waiting a batch waits for its release and its marks; every other one runs through. */
const batches = {
  state: new Map<string, BatchState>(),
  waiting: new Set<string>(),
  cleared: new Set<string>(),
  reprints: 0,
  next(batchOn: string) {
    const isKept = this.waiting.has(batchOn)
    let state = this.state.get(batchOn) ?? (isKept ? 'proposed' : 'released')
    if (!isKept && state === 'printed') state = 'posted'
    const { reprints } = this
    const files = { hasFiles: !this.cleared.has(batchOn), isHandedOver: false }
    const facts = { state, abortAsked: false, reprints, waitsForEarlier: false, ...files }
    const lookAgainAt = new Date(Date.now() + daysMs(30)).toISOString() as Instant
    return { ...nextStepOf(facts), state, letters: 2, lookAgainAt }
  },
}
const evenings: Partial<Activities> = {
  nextEvening: async ({ workflowNowMs }) => ({
    eveningAt: new Date(workflowNowMs + daysMs(1)).toISOString(),
    batchOn: model.clock.todayAt(workflowNowMs + daysMs(1)),
  }),
  townsWithQueuedLetters: async () => ({ towns: [oldTown] }),
  nextBatchStep: async ({ batchOn }) => batches.next(batchOn),
  sealBatch: async ({ batchOn }) => {
    batches.state.set(batchOn, 'sealed')
    return { letters: 2 }
  },
  printBatch: async ({ batchOn }) => {
    batches.state.set(batchOn, 'printed')
    letters.push(batchOn)
    return { pages: 2 }
  },
  reprintLetters: async () => {
    batches.reprints = 0
  },
  clearBatch: async ({ batchOn }) => {
    batches.cleared.add(batchOn)
  },
}

let temporal: TestTemporal | undefined
const provide = (_key: string, value: TestTemporal) => {
  temporal = value
}
const stopTemporal = await setup({ provide } as unknown as TestProject)
try {
  if (!temporal) throw new Error('no Temporal server')
  const worker = await startTestWorker(temporal, {
    ...model.activities(),
    ...evenings,
    ...(imports.activities() as object),
  })
  try {
    await recordAll(worker)
  } finally {
    await worker.stop()
  }
} finally {
  await stopTemporal()
}

async function recordAll(worker: TestWorker): Promise<void> {
  mkdirSync(folder, { recursive: true })
  if (process.argv[3] === 'imports') return keepImports(worker)
  if (process.argv[3] === 'batches') {
    await Promise.all([keepEvenings(worker), keepBatch(worker)])
    return
  }
  await Promise.all([
    keepCourse(worker, 'completed', async (id) => {
      await worker.until(id, ({ version }) => version === 1)
      await worker.tell(id, model.giveDose(id, { number: 2, on: dayOf(21) }))
      await worker.course(id).result()
    }),
    keepCourse(worker, 'followed-up', (id) => skip(worker, id, 72)),
    keepCourse(worker, 'relocated', async (id) => {
      await skip(worker, id, 10)
      await worker.tell(id, model.move(id, dayOf(10)))
      await worker.until(id, ({ cause }) => cause === 'relocated')
      await skip(worker, id, 35)
    }),
    keepCourse(worker, 'revived', async (id) => {
      const stale = model.touch(id, dayOf(1))
      await worker.tell(id, model.reportDeath(id, dayOf(2)))
      await worker.course(id).result()
      await worker.tell(id, stale)
      await worker.course(id).result()
    }),
    keepCourse(worker, 'rechecked', async (id) => {
      await worker.course(id).executeUpdate(recheck)
      await skip(worker, id, 23)
    }),
    keepEvenings(worker),
    keepBatch(worker),
    keepImports(worker),
  ])
}

async function keepCourse(
  worker: TestWorker,
  what: string,
  live: (courseId: string) => Promise<void>,
): Promise<void> {
  const courseId = model.openCourse()
  await worker.tell(courseId, model.giveDose(courseId, { number: 1, on: dayOf(0) }))
  await live(courseId)
  await keep(worker, courseWorkflowId(courseId), `course-${what}`)
}

async function keepEvenings(worker: TestWorker): Promise<void> {
  const workflowId = `evenings-${randomUUID()}`
  const handle = await worker.client.workflow.start(eveningBatchesWorkflowType, {
    workflowId,
    taskQueue: worker.taskQueue,
    args: [{}],
  })
  await skipTime(worker.client, workflowId, daysMs(2.5))
  await eventually(() => letters.length >= 2)
  await keep(worker, workflowId, 'evening-batches')
  await handle.terminate()
}

/** One that two people release, whose printing house spoils a sheet and then posts it. */
async function keepBatch(worker: TestWorker): Promise<void> {
  const batch = { municipalityCode: oldTown, batchOn: dayOf(500) }
  batches.waiting.add(batch.batchOn)
  const run = await worker.client.workflow.start(noticeBatchWorkflowType, {
    workflowId: noticeBatchWorkflowId(batch),
    taskQueue: worker.taskQueue,
    args: [batch],
  })
  const tell = async (state: BatchState) => {
    batches.state.set(batch.batchOn, state)
    await run.signal(batchNews)
  }
  await tell('released')
  await eventually(() => letters.includes(batch.batchOn))
  batches.reprints = 1
  await run.signal(batchNews)
  await eventually(() => batches.reprints === 0)
  await tell('posted')
  await run.result()
  await keep(worker, noticeBatchWorkflowId(batch), 'notice-batch')
}

/** One that is applied and undone by a further run; one that waits for its layout and is discarded. */
async function keepImports(worker: TestWorker): Promise<void> {
  const tell = (importId: string) =>
    worker.client.workflow.signalWithStart(importFileWorkflowType, {
      workflowId: importWorkflowId(importId),
      taskQueue: worker.taskQueue,
      args: [{ importId }],
      signal: importNews,
      signalArgs: [],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    })
  const over = (importId: string) =>
    worker.client.workflow.getHandle(importWorkflowId(importId)).result()

  const applied = imports.receive()
  await tell(applied)
  await eventually(() => imports.stepsOf(applied).includes('results'))
  imports.wish(applied, 'apply')
  await tell(applied)
  await over(applied)
  await keep(worker, importWorkflowId(applied), 'import-applied')
  imports.wish(applied, 'undo')
  await tell(applied)
  await over(applied)
  await keep(worker, importWorkflowId(applied), 'import-undone')

  const discarded = imports.receive({ isUnclear: true })
  await tell(discarded)
  await eventually(() => imports.stepsOf(discarded).includes('guess'))
  imports.wish(discarded, 'discard')
  await tell(discarded)
  await over(discarded)
  await keep(worker, importWorkflowId(discarded), 'import-discarded')
}

async function skip(worker: TestWorker, courseId: string, days: number): Promise<void> {
  await skipTime(worker.client, courseWorkflowId(courseId), daysMs(days))
}

async function keep(worker: TestWorker, workflowId: string, what: string): Promise<void> {
  writeHistory(join(folder, `${what}.json`), await worker.history(workflowId))
}
