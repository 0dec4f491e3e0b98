import { join } from 'node:path'
import type { DataConverter } from '@temporalio/common'
import { parseCodecKeys } from './keys.ts'
import { createPayloadCodec } from './payload-codec.ts'

/** Part of the workflow bundle too: failures of workflows are put into words inside the sandbox. */
export const failureConverterPath = join(import.meta.dirname, 'failure-converter.cjs')

/**
 * What every worker and client of ours is given. `keys` is the text of `SESSHU_CODEC_KEYS`; throws
 * `CodecError` when it holds none.
 */
export function sesshuDataConverter(keys: string): DataConverter {
  return { failureConverterPath, payloadCodecs: [createPayloadCodec(parseCodecKeys(keys))] }
}
