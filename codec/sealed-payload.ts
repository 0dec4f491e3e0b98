/**
 * One payload as Temporal keeps it: the whole payload, deflated, then AES-256-GCM.
 *
 * `[1 format][4 key id][16 workflow][12 IV][ciphertext][16 tag]`; the first 21 bytes are
 * authenticated as well. `workflow` is the beginning of SHA-256 of the workflow id: the codec server
 * is told no workflow id, so that what a payload is bound to has to travel with it. The namespace is
 * left out, since the SDK replays every history as if it came from `default`.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Payload } from '@temporalio/common'
import proto from '@temporalio/proto'
import { dictionaryOfFormat1 } from './dictionary.ts'
import { CodecError } from './errors.ts'
import type { CodecKey, CodecKeys } from './keys.ts'

const { Payload: PayloadMessage } = proto.temporal.api.common.v1

/** As the SDK's own samples call it; readers of histories know the word. */
export const sealedEncoding = 'binary/encrypted'
const metadata = { encoding: Buffer.from(sealedEncoding) }

const format1 = 1
const length = { keyId: 4, workflow: 16, head: 21, iv: 12, tag: 16 } as const
/** Small payloads need no larger window, and each call would otherwise allocate 256 KiB. */
const deflation = { dictionary: dictionaryOfFormat1, level: 9, windowBits: 12, memLevel: 5 }
/** The server's own limit is 2 MB. */
const inflation = { dictionary: dictionaryOfFormat1, maxOutputLength: 8 * 1024 * 1024 }

export function isSealed(payload: Payload): boolean {
  const encoding = payload.metadata?.encoding
  return encoding !== undefined && Buffer.from(encoding).toString('latin1') === sealedEncoding
}

export function sealPayload(key: CodecKey, workflowId: string, payload: Payload): Payload {
  const head = Buffer.concat([Buffer.of(format1), Buffer.from(key.id, 'hex'), markOf(workflowId)])
  const iv = randomBytes(length.iv)
  const cipher = createCipheriv('aes-256-gcm', key.secret, iv).setAAD(head)
  const plain = deflateRawSync(PayloadMessage.encode(payload).finish(), deflation)
  const sealed = [cipher.update(plain), cipher.final(), cipher.getAuthTag()]
  return { metadata, data: Buffer.concat([head, iv, ...sealed]) }
}

/** `workflowId`: where the payload was found, if that is known. Throws `CodecError`. */
export function openPayload(keys: CodecKeys, workflowId: string | undefined, sealed: Payload) {
  const data = Buffer.from(sealed.data ?? [])
  if (data[0] !== format1) throw new CodecError('unknownFormat')
  if (data.length < length.head + length.iv + length.tag) throw new CodecError('notGenuine')
  const id = data.subarray(1, 1 + length.keyId).toString('hex')
  const key = keys.find((each) => each.id === id)
  if (!key) throw new CodecError('unknownKey')
  const head = data.subarray(0, length.head)
  const plain = decrypt(key, head, data.subarray(length.head))
  const mark = head.subarray(1 + length.keyId)
  if (workflowId !== undefined && !mark.equals(markOf(workflowId))) {
    throw new CodecError('otherWorkflow')
  }
  return PayloadMessage.decode(inflateRawSync(plain, inflation))
}

function decrypt(key: CodecKey, head: Buffer, rest: Buffer): Buffer {
  const tagFrom = rest.length - length.tag
  const iv = rest.subarray(0, length.iv)
  const decipher = createDecipheriv('aes-256-gcm', key.secret, iv, { authTagLength: length.tag })
  decipher.setAAD(head).setAuthTag(rest.subarray(tagFrom))
  try {
    return Buffer.concat([decipher.update(rest.subarray(length.iv, tagFrom)), decipher.final()])
  } catch {
    throw new CodecError('notGenuine')
  }
}

function markOf(workflowId: string): Buffer {
  return createHash('sha256').update(workflowId).digest().subarray(0, length.workflow)
}
