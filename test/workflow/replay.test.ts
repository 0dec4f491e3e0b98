// Every kept history replays against today's workflows; a careless change is caught.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker'
import { expect, test } from 'vitest'
import { workflowBundle } from '../../workers/bundle.ts'
import { readHistory } from '../replay/history-file.ts'
import { testDataConverter } from '../support/course-worker.ts'

const folder = join(import.meta.dirname, '..', 'replay', 'histories')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
)

type Bundle = { code: string }

async function failuresOf(workflowBundle: Bundle, names: string[]): Promise<string[]> {
  const histories = names.map((name) => {
    const history = readHistory(join(folder, name))
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
    // Sealed payloads are bound to it.
    return { workflowId: started?.workflowId ?? '', history }
  })
  const options = { workflowBundle, dataConverter: testDataConverter }
  const failed: string[] = []
  let index = 0
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    expect(workflowId).toBe(histories[index]?.workflowId)
    if (error) failed.push(names[index] as string)
    index += 1
  }
  return failed
}

test('every kept history replays', async () => {
  expect(files.length).toBeGreaterThanOrEqual(14)
  expect(await failuresOf(await workflowBundle(), files)).toEqual([])
})

test('a workflow that asks where it did not ask before fails on every kept course', async () => {
  const changed = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, '..', 'replay', 'changed-workflows.ts'),
    logger: new DefaultLogger('ERROR'),
  })
  const courses = files.filter((name) => name.includes('course-'))
  expect(await failuresOf(changed, courses)).toEqual(courses)
})

test('T18: a history that is passed off as another workflow’s does not replay', async () => {
  const sealed = files.filter((name) => name === 'v2/course-completed.json')
  const [history] = sealed.map((name) => readHistory(join(folder, name)))
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes
  if (!history || !started) throw new Error('no sealed history is kept')
  started.workflowId = `${started.workflowId?.slice(0, -1)}x`
  const options = { workflowBundle: await workflowBundle(), dataConverter: testDataConverter }
  const stolen = [{ workflowId: started.workflowId, history }]
  const results = []
  for await (const result of Worker.runReplayHistories(options, stolen)) results.push(result)
  expect(results).toMatchObject([
    { error: { message: expect.stringMatching(/task failure.*Encoded failure/) } },
  ])
})

test('kept histories name no machine and no path of one', () => {
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8')
    expect(text).not.toMatch(/"identity":\s*"(?!test")/)
    expect(text).not.toMatch(/\/(home|root|Users|work)\//)
  }
})
