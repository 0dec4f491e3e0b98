// Every kept history replays against today's workflows; a careless change is caught.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker'
import { expect, test } from 'vitest'
import { workflowBundle } from '../../workers/bundle.ts'
import { readHistory } from '../replay/history-file.ts'
import '../support/course-worker.ts'

const folder = join(import.meta.dirname, '..', 'replay', 'histories')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
)

type Bundle = { code: string }

async function failuresOf(workflowBundle: Bundle, names: string[]): Promise<string[]> {
  const histories = names.map((name) => ({
    workflowId: name,
    history: readHistory(join(folder, name)),
  }))
  const failed: string[] = []
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle },
    histories,
  )) {
    if (error) failed.push(workflowId)
  }
  return failed
}

test('every kept history replays', async () => {
  expect(files.length).toBeGreaterThanOrEqual(7)
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

test('kept histories name no machine and no path of one', () => {
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8')
    expect(text).not.toMatch(/"identity":\s*"(?!test")/)
    expect(text).not.toMatch(/\/(home|root|Users|work)\//)
  }
})
