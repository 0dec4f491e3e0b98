import { createHmac } from 'node:crypto'
import type { KeydClient } from '../../domain/purpose-fields.ts'
import type { IndexName } from '../../domain/sealed-fields.ts'
import type { Asking, KeydContext } from '../context.ts'
import { Hmac } from '../hmac.ts'
import type { Answers, Request } from '../protocol.ts'
import { orRefused } from '../refusal.ts'

/** Long enough that two values of a country never meet, short enough for an index of every dose. */
export const INDEX_BYTES = 16

/** Values under the index key of their municipality. Only how many were asked for is kept. */
export async function index(
  { context, client }: Asking,
  { items }: Request<'index'>,
): Promise<Answers['index']> {
  const answers: Answers['index']['items'] = []
  for (const { municipalityCode, index: name, values, packed } of items) {
    answers.push(
      await orRefused(async () => {
        context.meter.take(client, `index.${name}`, values.length)
        await context.towns.ensure(municipalityCode)
        const key = await context.store.indexKey(municipalityCode, name)
        countIndexed(
          context,
          { client, municipality: municipalityCode, index: name },
          values.length,
        )
        const bytes = blindAll(key, values)
        if (packed) return { packed: bytes.toString('base64') }
        return { hmacs: values.map((_, at) => oneOf(bytes, at).toString('base64')) }
      }),
    )
  }
  return { items: answers }
}

export function blind(key: Buffer, value: string): Buffer {
  return createHmac('sha256', key).update(value, 'utf8').digest().subarray(0, INDEX_BYTES)
}

const hmac = new Hmac()

/** One after another, `INDEX_BYTES` each. */
function blindAll(key: Buffer, values: readonly string[]): Buffer {
  const bytes = Buffer.alloc(values.length * INDEX_BYTES)
  hmac.setKey(key)
  for (const [at, value] of values.entries()) {
    hmac.write(value, bytes, at * INDEX_BYTES, INDEX_BYTES)
  }
  hmac.wipe()
  return bytes
}

function oneOf(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at * INDEX_BYTES, (at + 1) * INDEX_BYTES)
}

type Counted = { client: KeydClient; municipality: string; index: IndexName }
type Pending = Map<string, Counted & { values: number }>
const pending = new WeakMap<KeydContext, Pending>()

/** A line of the log per scan would be most of it, so that counts are written every few seconds. */
function countIndexed(context: KeydContext, counted: Counted, values: number): void {
  const counts = pending.get(context) ?? new Map()
  pending.set(context, counts)
  const key = `${counted.client}/${counted.municipality}/${counted.index}`
  counts.set(key, { ...counted, values: (counts.get(key)?.values ?? 0) + values })
}

/** Writes what was counted since the last time. */
export function logIndexCounts(context: KeydContext): void {
  for (const counted of pending.get(context)?.values() ?? []) {
    context.keydLog.append({ op: 'index', ...counted })
  }
  pending.delete(context)
}
