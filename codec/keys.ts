import { hkdfSync } from 'node:crypto'
import { CodecError } from './errors.ts'

/** 256 bits, and four bytes by which a payload names it. */
export type CodecKey = { id: string; secret: Buffer }

/** The first writes; all read. */
export type CodecKeys = readonly [CodecKey, ...CodecKey[]]

/** Of the environment variable, and of the kept secret in a data dir's credentials. */
export const codecKeysName = 'SESSHU_CODEC_KEYS'

const keysAtMost = 16
const wellFormed = /^[A-Za-z0-9_-]{32,128}$/

/**
 * Reads `SESSHU_CODEC_KEYS`: random texts, the newest first, joined by commas. A key's id follows from
 * the key, so that two machines can never mean different keys by one id. Throws `CodecError`.
 */
export function parseCodecKeys(text: string): CodecKeys {
  const texts = text.split(',').map((each) => each.trim())
  const isWellFormed = texts.length <= keysAtMost && texts.every((each) => wellFormed.test(each))
  const keys = isWellFormed ? texts.map(keyOf) : []
  const [newest, ...older] = keys
  if (!newest || new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new CodecError('badKeys')
  }
  return [newest, ...older]
}

function keyOf(text: string): CodecKey {
  const derive = (info: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', text, '', `sesshu/codec/${info}`, bytes))
  return { id: derive('id', 4).toString('hex'), secret: derive('key', 32) }
}
