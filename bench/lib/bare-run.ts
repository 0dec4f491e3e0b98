import type { Client } from '@temporalio/client'
import { bareCourse, bareDose } from './bare-course.ts'

export const bareTaskQueue = 'sesshu-bare'

export function bareWorkflowId(n: number): string {
  return `bare/${n}`
}

/** The same two calls that bring a course its doses. */
export async function bareFirstDose(client: Client, n: number): Promise<void> {
  await client.workflow.signalWithStart(bareCourse, {
    workflowId: bareWorkflowId(n),
    taskQueue: bareTaskQueue,
    signal: bareDose,
    signalArgs: [1],
    workflowTaskTimeout: '5s',
  })
}

export async function bareSecondDose(client: Client, n: number): Promise<void> {
  await client.workflow.getHandle(bareWorkflowId(n)).signal(bareDose, 2)
}
