// Proves what the codec promises of every payload: unreadable, unmovable, small, and readable again
// with any known key.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Payload } from '@temporalio/common'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CodecError } from '../../../codec/errors.ts'
import { parseCodecKeys } from '../../../codec/keys.ts'
import { createPayloadCodec } from '../../../codec/payload-codec.ts'
import { readHistory } from '../../replay/history-file.ts'

const oldKey = 'the-first-of-the-keys-0123456789abcdef'
const newKey = 'the-newest-of-all-keys-0123456789abcdef'
const codec = createPayloadCodec(parseCodecKeys(newKey))
const at = (workflowId: string) => ({ type: 'workflow', namespace: 'default', workflowId }) as const
const here = at('course/0a1b2c3d-0000-4000-8000-000000000000')

const json = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
})
const textOf = ({ metadata = {}, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([key, value]) => [key, Buffer.from(value).toString()]),
  ),
  data: Buffer.from(data ?? []).toString('hex'),
})
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'no error',
    (error) => (error instanceof CodecError ? error.code : error),
  )
const anyPayload = fc.record({
  metadata: fc.dictionary(
    fc.string({ maxLength: 12 }).filter((key) => key !== '__proto__'),
    fc.uint8Array({ maxLength: 20 }),
  ),
  data: fc.uint8Array({ maxLength: 2_000 }),
})

test('law: what was encoded for a workflow decodes there, byte for byte, whatever it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyPayload, { maxLength: 4 }), async (payloads) => {
      const sealed = await codec.encode(payloads, here)
      expect((await codec.decode(sealed, here)).map(textOf)).toEqual(payloads.map(textOf))
    }),
  )
})

test('law: T18: no changed bit of a sealed payload goes unnoticed', async () => {
  const [sealed] = await codec.encode([json({ stage: 'awaitingSecondDose' })], here)
  const data = Buffer.from(sealed?.data ?? [])
  await fc.assert(
    fc.asyncProperty(fc.nat(data.length * 8 - 1), async (bit) => {
      const changed = Buffer.from(data)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      const code = await codeOf(codec.decode([{ ...sealed!, data: changed }], here))
      expect(['notGenuine', 'unknownKey', 'unknownFormat']).toContain(code)
    }),
    { numRuns: 300 },
  )
  const cut = { ...sealed!, data: data.subarray(0, 40) }
  expect(await codeOf(codec.decode([cut], here))).toBe('notGenuine')
})

test('T18: a payload that is moved to another workflow is refused there', async () => {
  const sealed = await codec.encode([json('of one course')], here)
  expect(await codeOf(codec.decode(sealed, at('course/another')))).toBe('otherWorkflow')
  const activity = { ...at('course/another'), type: 'activity', isLocal: false } as const
  expect(await codeOf(codec.decode(sealed, activity))).toBe('otherWorkflow')
  // Of its own workflow's activity, and where nobody can say which workflow it is.
  expect(await codec.decode(sealed, { ...here, type: 'activity', isLocal: false })).toHaveLength(1)
  expect(await codec.decode(sealed)).toHaveLength(1)
})

test('what belongs to no workflow is taken by none', async () => {
  const ofNone = { type: 'activity', namespace: 'default', isLocal: false } as const
  for (const sealed of [await codec.encode([json(1)]), await codec.encode([json(1)], ofNone)]) {
    expect(await codeOf(codec.decode(sealed, here))).toBe('otherWorkflow')
    expect(await codec.decode(sealed)).toHaveLength(1)
  }
})

test('after a rotation the newest key writes, older ones still read, a removed one does not', async () => {
  const before = createPayloadCodec(parseCodecKeys(oldKey))
  const after = createPayloadCodec(parseCodecKeys(`${newKey},${oldKey}`))
  const old = await before.encode([json('old')], here)
  expect((await after.decode(old, here)).map(textOf)).toEqual([json('old')].map(textOf))
  const written = await after.encode([json('new')], here)
  expect((await codec.decode(written, here)).map(textOf)).toEqual([json('new')].map(textOf))
  expect(await codeOf(before.decode(written, here))).toBe('unknownKey')
  expect(await codeOf(codec.decode(old, here))).toBe('unknownKey')
})

test('plain payloads, of runs begun before there was a codec, are read as they are', async () => {
  const plain = [json({ version: 1 }), { metadata: { encoding: Buffer.from('binary/null') } }]
  expect(await codec.decode(plain, here)).toEqual(plain)
})

test('the same payload never looks the same twice', async () => {
  const [a, b] = await codec.encode([json('same'), json('same')], here)
  expect(Buffer.from(a?.data ?? [])).not.toEqual(Buffer.from(b?.data ?? []))
})

describe('keys', () => {
  test.each([
    '',
    ',',
    'short',
    'has spaces in it, and more than thirty-two characters',
    'ä'.repeat(40),
  ])('are not taken from "%s"', (text) => {
    expect(() => parseCodecKeys(text)).toThrow(/SESSHU_CODEC_KEYS must hold/)
  })

  test('are not taken twice, and no error repeats one', () => {
    expect(() => parseCodecKeys(`${oldKey},${oldKey}`)).toThrow(CodecError)
    expect(() => parseCodecKeys(`${oldKey} `.repeat(2))).not.toThrow(/first-of-the-keys/)
  })
})

test('a sealed history is no larger than a plain one', async () => {
  const folder = join(import.meta.dirname, '..', '..', 'replay', 'histories', 'v1')
  for (const name of readdirSync(folder).filter((each) => each.startsWith('course-'))) {
    const plain = payloadsOf(readHistory(join(folder, name)))
    const sealed = await codec.encode(plain, here)
    expect(bytesOf(sealed)).toBeLessThan(bytesOf(plain))
  }
})

/** Of what the codec sees: search attributes carry a type, and stay bare. */
function payloadsOf(value: unknown): Payload[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  if ('metadata' in value && 'data' in value) {
    const payload = value as Payload
    return payload.metadata && 'type' in payload.metadata ? [] : [payload]
  }
  return Object.values(value).flatMap(payloadsOf)
}

function bytesOf(payloads: Payload[]): number {
  const sizes = payloads.flatMap(({ metadata = {}, data }) => [
    ...Object.entries(metadata ?? {}).map(([key, value]) => key.length + value.length + 6),
    (data?.length ?? 0) + 3,
  ])
  return sizes.reduce((sum, size) => sum + size, 0)
}
