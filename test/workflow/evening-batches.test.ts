// Evenings on the real server: each town with queued letters gets one batch a day, late if need be.
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { clockOf } from '../../config/clock.ts'
import type { Activities } from '../../domain/activity-contract.ts'
import { addDays, compareDates, tokyoInstant } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import {
  batchNews,
  eveningBatchesWorkflowType,
  noticeBatchWorkflowId,
  noticeBatchWorkflowType,
} from '../../workflows/messages.ts'
import { dayOf, newTown, oldTown } from '../support/course-fixture.ts'
import { eventually, startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { daysMs, skipTime } from '../support/time-skipping.ts'

const noon = 12 * 60
const evening = 19 * 60

/** A post office in memory: what is queued by day, and what left, sealed before printed. */
class PostModel {
  readonly clock: ReturnType<typeof clockOf>
  readonly queued = new Map<PlainDate, Map<string, number>>()
  readonly left: string[] = []
  readonly #sealed = new Map<string, number>()
  readonly #printed = new Set<string>()
  /** Answers to give before the true one: a clock that was held. */
  holdFor = 0

  constructor(start: PlainDate, startedMs = Date.now()) {
    const campaignAt = Date.parse(tokyoInstant(start, noon))
    this.clock = clockOf(() => [{ wallAt: startedMs, campaignAt, pace: 1 }])
  }

  queue(on: PlainDate, towns: Record<string, number>): void {
    this.queued.set(on, new Map(Object.entries(towns)))
  }

  activities(): Partial<Activities> {
    const nowMs = (workflowNowMs: number) => Math.max(workflowNowMs, Date.now())
    return {
      nextEvening: async ({ afterBatchOn, workflowNowMs }) => {
        const campaignMs = this.clock.campaignAt(nowMs(workflowNowMs))
        const today = this.clock.todayAt(nowMs(workflowNowMs))
        const isOver = (on: PlainDate) => Date.parse(tokyoInstant(on, evening)) <= campaignMs
        const lastOver = isOver(today) ? today : addDays(today, -1)
        const missed = afterBatchOn && compareDates(afterBatchOn, lastOver) < 0
        const batchOn = missed ? lastOver : addDays(lastOver, 1)
        const eveningMs = this.clock.wallAt(Date.parse(tokyoInstant(batchOn, evening)))
        return { eveningAt: new Date(eveningMs).toISOString(), batchOn }
      },
      townsWithQueuedLetters: async ({ batchOn, workflowNowMs }) => {
        if (this.holdFor > 0) {
          this.holdFor -= 1
          return { notBefore: new Date(nowMs(workflowNowMs) + 60_000).toISOString() }
        }
        return { towns: [...(this.queued.get(batchOn)?.keys() ?? [])].sort() }
      },
      nextBatchStep: async ({ municipalityCode, batchOn }) => {
        const key = `${municipalityCode} ${batchOn}`
        const letters = this.queued.get(batchOn)?.get(municipalityCode) ?? 0
        if (this.#printed.has(key)) return { step: 'end', state: 'posted', letters }
        if (this.#sealed.has(key)) return { step: 'print', state: 'sealed', letters }
        return { step: 'seal', state: 'released', letters }
      },
      sealBatch: async ({ municipalityCode, batchOn }) => {
        const letters = this.queued.get(batchOn)?.get(municipalityCode) ?? 0
        this.#sealed.set(`${municipalityCode} ${batchOn}`, letters)
        return { letters }
      },
      printBatch: async ({ municipalityCode, batchOn }) => {
        const letters = this.#sealed.get(`${municipalityCode} ${batchOn}`)
        this.#printed.add(`${municipalityCode} ${batchOn}`)
        this.left.push(`${batchOn} ${municipalityCode} ${letters}`)
        return { pages: letters ?? 0 }
      },
    }
  }
}

const workers: TestWorker[] = []
const handed = new Map<TestWorker, string>()

async function startEvenings(post: PostModel, input = {}): Promise<{ id: string; by: TestWorker }> {
  const by = await startTestWorker(inject('temporal'), post.activities())
  workers.push(by)
  const id = `evenings-${randomUUID()}`
  await by.client.workflow.start(eveningBatchesWorkflowType, {
    workflowId: id,
    taskQueue: by.taskQueue,
    args: [input],
  })
  handed.set(by, id)
  return { id, by }
}

afterAll(async () => {
  for (const [by, id] of handed) await by.client.workflow.getHandle(id).terminate()
  await Promise.all(workers.map((worker) => worker.stop()))
})

async function batchesLeft(post: PostModel, count: number): Promise<string[]> {
  await eventually(() => post.left.length >= count)
  return [...post.left].sort()
}

// Days far apart: ids of batches are made of town and day, and the tests share a namespace.
describe.concurrent('evenings', () => {
  test('every evening the towns with letters get their batch, and only they', async () => {
    const post = new PostModel(dayOf(0))
    post.queue(dayOf(0), { [oldTown]: 2, [newTown]: 1 })
    post.queue(dayOf(2), { [newTown]: 3 })
    const { id, by } = await startEvenings(post)
    await skipTime(by.client, id, daysMs(3))
    expect(await batchesLeft(post, 3)).toEqual([
      `${dayOf(0)} ${oldTown} 2`,
      `${dayOf(0)} ${newTown} 1`,
      `${dayOf(2)} ${newTown} 3`,
    ])
  })

  test('many evenings hand over from run to run and lose none', async () => {
    const start = dayOf(1000)
    const post = new PostModel(start)
    const days = Array.from({ length: 10 }, (_, n) => addDays(start, n))
    for (const on of days) post.queue(on, { [oldTown]: 1 })
    const { id, by } = await startEvenings(post)
    const firstRun = (await by.client.workflow.getHandle(id).describe()).runId
    await skipUntil(by, id, () => post.left.length >= 10)
    expect(await batchesLeft(post, 10)).toEqual(days.map((on) => `${on} ${oldTown} 1`))
    expect((await by.client.workflow.getHandle(id).describe()).runId).not.toBe(firstRun)
  })

  test('of the evenings missed while all was down the last runs at once', async () => {
    const start = dayOf(2000)
    const post = new PostModel(start)
    post.queue(addDays(start, -1), { [oldTown]: 4 })
    await startEvenings(post, { afterBatchOn: addDays(start, -4) })
    expect(await batchesLeft(post, 1)).toEqual([`${addDays(start, -1)} ${oldTown} 4`])
  })

  test('an evening that has not come on a held clock is asked about again', async () => {
    const start = dayOf(3000)
    const post = new PostModel(start)
    post.queue(start, { [oldTown]: 1 })
    post.holdFor = 2
    const { id, by } = await startEvenings(post)
    await skipTime(by.client, id, daysMs(0.5))
    expect(await batchesLeft(post, 1)).toEqual([`${start} ${oldTown} 1`])
  })

  test('a batch that has been made is not made again, and the evenings go on', async () => {
    const start = dayOf(4000)
    const post = new PostModel(start)
    post.queue(start, { [oldTown]: 1 })
    post.queue(addDays(start, 1), { [newTown]: 1 })
    const first = await startEvenings(post)
    await skipTime(first.by.client, first.id, daysMs(1))
    await batchesLeft(post, 1)
    const second = await startEvenings(post)
    await skipTime(second.by.client, second.id, daysMs(2))
    await batchesLeft(post, 2)
    const batch = { municipalityCode: oldTown, batchOn: start }
    const handle = second.by.client.workflow.getHandle(noticeBatchWorkflowId(batch))
    expect((await handle.describe()).status.name).toBe('COMPLETED')
    expect([...post.left].sort()).toEqual([
      `${start} ${oldTown} 1`,
      `${addDays(start, 1)} ${newTown} 1`,
    ])
  })
})

test('a batch waits for people without a step of its own, and goes on when it is told', async () => {
  const start = dayOf(5000)
  const post = new PostModel(start)
  post.queue(start, { [oldTown]: 1 })
  let isReleased = false
  let asks = 0
  const activities = post.activities()
  const by = await startTestWorker(inject('temporal'), {
    ...activities,
    nextBatchStep: async (ask) => {
      asks += 1
      if (isReleased) return activities.nextBatchStep!(ask)
      return { step: 'wait', state: 'proposed', letters: 1, waitsFor: 'release' }
    },
  })
  workers.push(by)
  const batch = { municipalityCode: oldTown, batchOn: start }
  const handle = await by.client.workflow.start(noticeBatchWorkflowType, {
    workflowId: noticeBatchWorkflowId(batch),
    taskQueue: by.taskQueue,
    args: [batch],
  })
  await eventually(() => asks === 1)
  await handle.signal(batchNews)
  await eventually(() => asks === 2)
  expect(post.left).toEqual([])
  isReleased = true
  await handle.signal(batchNews)
  await handle.result()
  expect(post.left).toEqual([`${start} ${oldTown} 1`])
})

/** One fast-forward belongs to one run: after a hand-over the next run is skipped on its own. */
async function skipUntil(by: TestWorker, id: string, isEnough: () => boolean): Promise<void> {
  while (!isEnough()) await skipTime(by.client, id, daysMs(2))
}
