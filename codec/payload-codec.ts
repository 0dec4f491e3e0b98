/** The second layer: nothing in a payload names a person, and nothing in it can be read either. */
import type { PayloadCodec } from '@temporalio/common'
import type { CodecKeys } from './keys.ts'
import { isSealed, openPayload, sealPayload } from './sealed-payload.ts'

/** No workflow has this id, so that no workflow takes such a payload for its own. */
const noWorkflow = ''

type Context = Parameters<PayloadCodec['encode']>[1]

/**
 * Writes with the newest key and binds every payload to its workflow. Reads with any known key and
 * refuses what was written for another workflow. What is not sealed is handed on as it is: runs begun
 * before there was a codec go on, and an operator may signal by hand.
 */
export function createPayloadCodec(keys: CodecKeys): PayloadCodec {
  return {
    async encode(payloads, context) {
      // The SDK itself names no workflow for the failure of a task: that is read by people alone.
      const workflowId = workflowOf(context) ?? noWorkflow
      return payloads.map((payload) => sealPayload(keys[0], workflowId, payload))
    },
    async decode(payloads, context) {
      const workflowId = workflowOf(context)
      return payloads.map((payload) =>
        isSealed(payload) ? openPayload(keys, workflowId, payload) : payload,
      )
    },
  }
}

/** An activity's payloads are its workflow's. */
function workflowOf(context: Context): string | undefined {
  return context?.workflowId
}
