import type { Sql } from '../../db/client.ts'
import { type Asking, assertNotErased, type KeydContext } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'
import { isRefused, orRefused } from '../refusal.ts'
import { withResidentKey } from '../resident-keys.ts'
import { residentKeyPlace, wrap } from '../wrap.ts'
import { forgetErased } from './administer.ts'

type Row = { residentId: string; keyVersion: number; dekVersion: number; wrapped: Uint8Array }
type Done = { residentId: string; from: number; to: number; wrapped: string }

const ROWS_PER_SLICE = 1_000
/** Well below the time after which a client gives up waiting; it asks again for the rest. */
const WORK_FOR_MS = 3_000

/**
 * Puts residents' keys under the newest key of their municipality, slice by slice, for a few seconds;
 * what is sealed stays as it is. Safe beside everything else and safe to repeat: a row is written only
 * if its version is still the one that was read.
 */
export async function rewrapTown(
  { context, client }: Asking,
  { municipalityCode }: Request<'rewrapTown'>,
): Promise<Answers['rewrapTown']> {
  const version = await context.towns.newest(municipalityCode)
  const until = performance.now() + WORK_FOR_MS
  let rewrapped = 0
  let isDone = false
  while (!isDone && performance.now() < until) {
    const rows = await readSlice(context.sql, municipalityCode, version)
    isDone = rows.length === 0
    if (!isDone) rewrapped += await rewrapSlice(context, municipalityCode, version, rows)
  }
  const entry = { municipality: municipalityCode, version, residents: rewrapped } as const
  if (rewrapped > 0) context.keydLog.append({ op: 'rewrap', client, ...entry })
  return { version, rewrapped, isDone }
}

function readSlice(sql: Sql, municipalityCode: string, newest: number): Promise<Row[]> {
  return sql<Row[]>`
    select resident_id as "residentId", key_version as "keyVersion", dek_version as "dekVersion", wrapped
      from resident_key
     where municipality_code = ${municipalityCode} and key_version < ${newest}
     limit ${ROWS_PER_SLICE}`
}

async function rewrapSlice(
  context: KeydContext,
  municipalityCode: string,
  version: number,
  rows: Row[],
): Promise<number> {
  const townKey = await context.store.townKey(municipalityCode, version)
  const done: Done[] = []
  const erased: { municipalityCode: string; residentId: string }[] = []
  for (const row of rows) {
    const { residentId, keyVersion: from } = row
    const key = { ...row, municipalityCode, wrapped: Buffer.from(row.wrapped).toString('base64') }
    const place = residentKeyPlace({ ...key, keyVersion: version })
    const wrapped = await orRefused(async () => {
      assertNotErased(context, key)
      return await withResidentKey(context.store, key, (dek) => wrap(townKey, dek, place))
    })
    if (!isRefused(wrapped))
      done.push({ residentId, from, to: version, wrapped: wrapped.toString('hex') })
    // A key of somebody who was erased would keep the old version alive for ever.
    else if (wrapped.refused === 'residentErased') erased.push({ municipalityCode, residentId })
    else throw new Error(`A key of ${municipalityCode} could not be rewrapped: ${wrapped.refused}`)
  }
  await forgetErased(context.sql, erased, context.today())
  await writeSlice(context.sql, municipalityCode, done)
  return done.length
}

async function writeSlice(sql: Sql, municipalityCode: string, done: Done[]): Promise<void> {
  await sql`
    update resident_key k set key_version = r."to", wrapped = decode(r.wrapped, 'hex')
      from json_to_recordset(${JSON.stringify(done)}::text::json)
        as r ("residentId" uuid, "from" int, "to" int, wrapped text)
     where k.municipality_code = ${municipalityCode} and k.resident_id = r."residentId"
       and k.key_version = r."from"`
}
