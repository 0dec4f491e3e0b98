/** A worker for the bare day, with the limits of the real one. */
import { join } from 'node:path'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { announceReady } from '../../config/ready.ts'
import type { Activities } from '../../domain/activity-contract.ts'
import { workerOptions } from '../../workers/options.ts'
import { bareDayQueue } from './bare-day-run.ts'

process.env.TZ = 'UTC'
const address = process.env.TEMPORAL_ADDRESS as string
const namespace = process.env.TEMPORAL_NAMESPACE as string
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: join(import.meta.dirname, 'bare-day.ts'),
})
const connection = await NativeConnection.connect({ address })
const activities = { nothing: async () => {} } as unknown as Activities
const options = workerOptions({
  ...{ connection, namespace, workflowBundle, activities, dataConverter: {} },
})
const worker = await Worker.create({ ...options, taskQueue: bareDayQueue })
process.once('SIGTERM', () => worker.shutdown())
announceReady()
await worker.run()
await connection.close()
