import proto from '@temporalio/proto'
import { CodecError, type CodecProblem } from './errors.ts'
import type { CodecKeys } from './keys.ts'
import { isSealed, openPayload } from './sealed-payload.ts'

/** A payload as JSON: every value of the metadata, and the data, in base64. */
export type WirePayload = { metadata?: Record<string, string>; data?: string }

export type Decoded = {
  payloads: WirePayload[]
  opened: number
  /** Why some stayed as they were, once each. */
  failed: CodecProblem[]
}

const { Payload } = proto.temporal.api.common.v1

/** What cannot be opened stays as it is, so that one old payload does not hide a page of others. */
export function decodeWire(keys: CodecKeys, sealed: WirePayload[]): Decoded {
  const failed = new Set<CodecProblem>()
  let opened = 0
  const payloads = sealed.map((wire) => {
    const payload = Payload.fromObject(wire)
    if (!isSealed(payload)) return wire
    try {
      const plain = openPayload(keys, undefined, payload)
      opened += 1
      return Payload.toObject(Payload.fromObject(plain), { bytes: String }) as WirePayload
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      failed.add(error.code)
      return wire
    }
  })
  return { payloads, opened, failed: [...failed] }
}
