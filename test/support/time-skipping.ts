import type { Client } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import proto from '@temporalio/proto'

const { FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT } =
  proto.temporal.api.enums.v1.FastForwardPollingResult

let skips = 0

/**
 * Lets the time of one run pass at once, by the server's own time skipping: its timers fire in their
 * order, and its activities see the day. Resolves when the run has lived through all of it, or has
 * ended before. Each run has a clock of its own, which afterwards stays ahead of the wall clock.
 */
export async function skipTime(client: Client, workflowId: string, ms: number): Promise<void> {
  const target = { namespace: client.options.namespace, workflowExecution: { workflowId } }
  skips += 1
  const fastForwardId = `skip-${skips}`
  await client.workflowService.updateWorkflowExecutionOptions({
    ...target,
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id: fastForwardId, duration: msToTs(ms) },
        maxSessionSkipCount: 200,
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  })
  for (;;) {
    const { fastForwardPollingResult: result } =
      await client.workflowService.pollWorkflowExecutionTimeSkipping({ ...target, fastForwardId })
    if (result !== FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT) return
  }
}

export const daysMs = (days: number): number => Math.round(days * 86_400_000)
