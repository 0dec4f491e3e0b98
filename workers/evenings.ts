import type { Client } from '@temporalio/client'
import {
  eveningBatchesWorkflowId,
  eveningBatchesWorkflowType,
  taskQueue,
} from '../workflows/messages.ts'

/** One run for all towns. Any number of workers may ask for it; one that runs is left alone. */
export async function ensureEveningBatches(client: Client): Promise<void> {
  await client.workflow.start(eveningBatchesWorkflowType, {
    workflowId: eveningBatchesWorkflowId,
    taskQueue,
    args: [{}],
    staticSummary: '毎晩の発送 / letters of every evening',
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowTaskTimeout: '5s',
  })
}
