// The run of an import on the real server, against a database in memory: it is done to the end whatever
// dies meanwhile, waits for a clerk, and carries ids and counts alone.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { importFileWorkflowType, importNews, importWorkflowId } from '../../workflows/messages.ts'
import { eventually, startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { ImportModel } from '../support/import-model.ts'

const model = new ImportModel()
let worker: TestWorker

beforeAll(async () => {
  worker = await startTestWorker(inject('temporal'), model.activities() as never)
})
afterAll(() => worker.stop())

/** As `workers/tell-imports.ts` does it. */
async function tell(importId: string, by = worker): Promise<void> {
  await by.client.workflow.signalWithStart(importFileWorkflowType, {
    workflowId: importWorkflowId(importId),
    taskQueue: by.taskQueue,
    args: [{ importId }],
    signal: importNews,
    signalArgs: [],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
}

const resultOf = (importId: string) =>
  worker.client.workflow.getHandle(importWorkflowId(importId)).result()

describe('an import', () => {
  test('is read, waits for the clerk, and is applied when the button is pressed', async () => {
    const id = model.receive()
    await tell(id)
    await eventually(() => model.stepsOf(id).includes('results'))
    expect(model.stepsOf(id)).toEqual(['guess', 'review', 'results'])
    model.wish(id, 'apply')
    await tell(id)
    await resultOf(id)
    expect(model.stepsOf(id)).toEqual(['guess', 'review', 'results', 'apply', 'results'])
    expect(model.stateOf(id)).toBe('applied')
  })

  test('waits for a layout that nobody can guess, and for whoever holds it', async () => {
    const id = model.receive({ isUnclear: true })
    await tell(id)
    await eventually(() => model.asksOf(id) >= 2)
    model.hold(id, true)
    model.sayLayout(id)
    await tell(id)
    await eventually(() => model.asksOf(id) >= 3)
    expect(model.stepsOf(id)).toEqual(['guess'])
    model.hold(id, false)
    await tell(id)
    await eventually(() => model.stateOf(id) === 'reviewed')
    model.wish(id, 'discard')
    await tell(id)
    await resultOf(id)
    expect(model.stateOf(id)).toBe('discarded')
  })

  test('applied is over, and undone by a further run of the same id', async () => {
    const id = model.receive()
    model.wish(id, 'apply')
    await tell(id)
    await resultOf(id)
    model.wish(id, 'undo')
    await tell(id)
    await resultOf(id)
    expect(model.stepsOf(id).at(-1)).toBe('undo')
    expect(model.stateOf(id)).toBe('undone')
  })

  test('goes on where it stood after its worker was gone, in the middle of the apply', async () => {
    for (const dies of ['apply'] as const) {
      const id = model.receive()
      model.wish(id, 'apply')
      const reached = model.hangIn(id, dies)
      const mortal = await startTestWorker(inject('temporal'), model.activities() as never)
      await tell(id, mortal)
      await reached
      await mortal.stop()
      model.letGo(id)
      const heir = await startTestWorker(inject('temporal'), model.activities() as never, {
        taskQueue: mortal.taskQueue,
      })
      await resultOf(id)
      expect(model.stateOf(id), dies).toBe('applied')
      await heir.stop()
    }
  })

  test('has nothing in its history but ids, states and counts', async () => {
    const id = model.receive()
    model.wish(id, 'apply')
    await tell(id)
    await resultOf(id)
    const history = await worker.history(importWorkflowId(id))
    const decoded = model.payloads
    expect(history.events?.length).toBeGreaterThan(10)
    for (const payload of decoded) {
      expect(Object.keys(payload as object).sort()).toEqual(
        'importId' in (payload as object)
          ? ['importId']
          : 'over' in (payload as object)
            ? ['over']
            : ['counts', 'isPaused', 'needsLayout', 'state', 'step'],
      )
    }
    expect(decoded.length).toBeGreaterThan(0)
  })
})
