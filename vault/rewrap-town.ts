import type { Sql } from '../db/client.ts'
import type { KeydClient } from './keyd-client.ts'

type Row = { residentId: string; keyVersion: number; dekVersion: number; wrapped: Uint8Array }

export type Rewrapped = {
  /** Rows that are now under the newest key. */
  rewrapped: number
  /** Rows of people who were erased: they are deleted, or the old key could never be destroyed. */
  erased: number
}

const ROWS_PER_SLICE = 1_000

/**
 * Puts every resident's key of a municipality under its newest town key, slice by slice; sealed fields
 * stay as they are. Safe beside everything else and safe to repeat: a row is written only if its version
 * is still the one that was read.
 */
export async function rewrapTown(
  sql: Sql,
  keyd: KeydClient,
  municipalityCode: string,
): Promise<Rewrapped> {
  const { versions } = await keyd.ask('status', { municipalityCode })
  const newest = Math.max(...(versions[municipalityCode] ?? [0]))
  const done: Rewrapped = { rewrapped: 0, erased: 0 }
  for (;;) {
    const rows = await sql<Row[]>`
      select resident_id as "residentId", key_version as "keyVersion", dek_version as "dekVersion", wrapped
        from resident_key
       where municipality_code = ${municipalityCode} and key_version < ${newest}
       limit ${ROWS_PER_SLICE}`
    if (rows.length === 0) return done
    const slice = await rewrapSlice(sql, keyd, municipalityCode, rows)
    done.rewrapped += slice.rewrapped
    done.erased += slice.erased
  }
}

async function rewrapSlice(
  sql: Sql,
  keyd: KeydClient,
  municipalityCode: string,
  rows: Row[],
): Promise<Rewrapped> {
  const { items } = await keyd.ask('rewrap', {
    items: rows.map(({ wrapped, ...row }) => ({
      ...row,
      municipalityCode,
      wrapped: Buffer.from(wrapped).toString('base64'),
    })),
  })
  const done: { residentId: string; from: number; to: number; wrapped: string }[] = []
  const erased: string[] = []
  for (const [at, { residentId, keyVersion }] of rows.entries()) {
    const item = items[at]!
    if (!('refused' in item)) {
      const wrapped = Buffer.from(item.wrapped, 'base64').toString('hex')
      done.push({ residentId, from: keyVersion, to: item.keyVersion, wrapped })
    } else if (item.refused === 'residentErased') erased.push(residentId)
    else throw new Error(`A key of ${municipalityCode} could not be rewrapped: ${item.refused}`)
  }
  await sql`
    update resident_key k set key_version = r."to", wrapped = decode(r.wrapped, 'hex')
      from json_to_recordset(${JSON.stringify(done)}::text::json)
        as r ("residentId" uuid, "from" int, "to" int, wrapped text)
     where k.municipality_code = ${municipalityCode} and k.resident_id = r."residentId"
       and k.key_version = r."from"`
  await sql`
    delete from resident_key
     where municipality_code = ${municipalityCode} and resident_id = any(${erased}::uuid[])`
  return { rewrapped: done.length, erased: erased.length }
}
