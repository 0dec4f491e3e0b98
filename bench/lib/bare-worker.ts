/** A worker for the bare course, with the limits of the real one. */
import { join } from 'node:path'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { announceReady } from '../../config/ready.ts'
import type { Activities } from '../../domain/activity-contract.ts'
import { workerOptions } from '../../workers/options.ts'
import { bareTaskQueue } from './bare-run.ts'

process.env.TZ = 'UTC'
const address = process.env.TEMPORAL_ADDRESS as string
const namespace = process.env.TEMPORAL_NAMESPACE as string
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: join(import.meta.dirname, 'bare-course.ts'),
})
const connection = await NativeConnection.connect({ address })
const activities = {} as Activities
const dataConverter = {}
const options = workerOptions({
  ...{ connection, namespace, workflowBundle, activities, dataConverter },
})
const worker = await Worker.create({ ...options, taskQueue: bareTaskQueue })
process.once('SIGTERM', () => worker.shutdown())
announceReady()
await worker.run()
await connection.close()
