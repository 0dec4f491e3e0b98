/** Brings news of imports to their workflows: what pages and sticks wrote is a row before it is news. */
import type { Client } from '@temporalio/client'
import type { Sql } from '../db/client.ts'
import { noteTold, type Untold, untoldImports } from '../db/queries/imports/run.ts'
import { importStartSummary } from '../domain/import-words.ts'
import { municipalityCodeKey } from '../workflows/course-attributes.ts'
import {
  importFileWorkflowType,
  importNews,
  importsTaskQueue,
  importWorkflowId,
} from '../workflows/messages.ts'

const toldAtOnce = 50
const callPatienceMs = 10_000

/** Starts or wakes the run of each; told twice it only looks once more. Answers how many. */
export async function tellImports(sql: Sql, client: Client, taskQueue = importsTaskQueue) {
  const untold = await untoldImports(sql, toldAtOnce)
  for (const one of untold) {
    await client.withDeadline(Date.now() + callPatienceMs, () => tell(client, one, taskQueue))
    await noteTold(sql, one)
  }
  return untold.length
}

function tell(client: Client, { importId, municipalityCode }: Untold, taskQueue: string) {
  return client.workflow.signalWithStart(importFileWorkflowType, {
    workflowId: importWorkflowId(importId),
    taskQueue,
    args: [{ importId }],
    signal: importNews,
    signalArgs: [],
    staticSummary: importStartSummary(importId),
    typedSearchAttributes: [{ key: municipalityCodeKey, value: municipalityCode }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowTaskTimeout: '5s',
  })
}
