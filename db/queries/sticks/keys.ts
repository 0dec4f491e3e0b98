/** Public keys of towns: registered by one administrator, confirmed by another. */
import { createHash, randomUUID } from 'node:crypto'
import { DomainError } from '../../../domain/errors.ts'
import { asKeyCode, fromBase64, keyCode, toBase64 } from '../../../domain/stick.ts'
import { type Sql, withPurpose } from '../../client.ts'
import { runScope } from '../imports/run.ts'

export type StickKeyRow = {
  id: string
  publicKey: string
  code: string
  state: 'registered' | 'confirmed' | 'revoked'
  registeredBy: string
  registeredAt: Date
  confirmedBy: string | null
  confirmedAt: Date | null
  revokedBy: string | null
  revokedAt: Date | null
}

const uniqueViolation = '23505'

/** Throws `stickKeyNotKey`, `stickKeyTaken`. Answers its id. */
export async function registerStickKey(
  sql: Sql,
  asked: { municipalityCode: string; publicKey: string; by: string },
): Promise<string> {
  const publicKey = asked.publicKey.trim()
  if (!isPublicKey(publicKey))
    throw new DomainError('stickKeyNotKey', 'Not a public key', 'publicKey')
  const id = randomUUID()
  const code = codeOfKey(publicKey)
  return await withPurpose(sql, runScope(asked.municipalityCode), async (tx) => {
    await tx`
      insert into stick_key (municipality_code, id, public_key, code, registered_by)
      values (${asked.municipalityCode}, ${id}, ${publicKey}, ${code}, ${asked.by})`
    return id
  }).catch((error) => {
    if (error.code !== uniqueViolation) throw error
    throw new DomainError('stickKeyTaken', 'The key is registered already', 'publicKey')
  })
}

type Named = { municipalityCode: string; id: string; by: string }

/**
 * By another person than the one who registered it, who types the code that the packing town read out:
 * whoever only presses a button has compared nothing. Throws `stickKeySamePerson`, `stickCodeDiffers`.
 * False when there is no such key that waits.
 */
export async function confirmStickKey(sql: Sql, asked: Named & { code: string }): Promise<boolean> {
  return await withPurpose(sql, runScope(asked.municipalityCode), async (tx) => {
    const [key] = await tx<{ code: string; registeredBy: string }[]>`
      select code, registered_by as "registeredBy" from stick_key
       where (municipality_code, id) = (${asked.municipalityCode}, ${asked.id})
         and confirmed_at is null and revoked_at is null for update`
    if (!key) return false
    if (key.registeredBy === asked.by) {
      throw new DomainError('stickKeySamePerson', 'Whoever registered a key does not confirm it')
    }
    if (asKeyCode(asked.code) !== key.code) {
      throw new DomainError('stickCodeDiffers', 'The code is not that of the key', 'code')
    }
    await tx`
      update stick_key set confirmed_by = ${asked.by}, confirmed_at = clock_timestamp()
       where (municipality_code, id) = (${asked.municipalityCode}, ${asked.id})`
    return true
  })
}

/** One person suffices: what is withdrawn in doubt does no harm. False when there is none. */
export async function revokeStickKey(sql: Sql, asked: Named): Promise<boolean> {
  return await withPurpose(sql, runScope(asked.municipalityCode), async (tx) => {
    const { count } = await tx`
      update stick_key set revoked_by = ${asked.by}, revoked_at = clock_timestamp()
       where (municipality_code, id) = (${asked.municipalityCode}, ${asked.id}) and revoked_at is null`
    return count > 0
  })
}

/** Of a town, newest first. */
export async function listStickKeys(sql: Sql, municipalityCode: string): Promise<StickKeyRow[]> {
  return await withPurpose(
    sql,
    runScope(municipalityCode),
    (tx) => tx<StickKeyRow[]>`
      select id, public_key as "publicKey", code,
             case when revoked_at is not null then 'revoked'
                  when confirmed_at is not null then 'confirmed' else 'registered' end as state,
             registered_by as "registeredBy", registered_at as "registeredAt",
             confirmed_by as "confirmedBy", confirmed_at as "confirmedAt",
             revoked_by as "revokedBy", revoked_at as "revokedAt"
        from stick_key where municipality_code = ${municipalityCode}
       order by registered_at desc limit 100`,
  )
}

export type FoundKey = Pick<StickKeyRow, 'publicKey' | 'state'> & { municipalityCode: string }

/** In whatever town it is registered; for the importer. */
export async function findStickKey(sql: Sql, publicKey: string): Promise<FoundKey | undefined> {
  return await withPurpose(sql, { municipalityCode: [], purpose: 'runImport' }, async (tx) => {
    const [row] = await tx<FoundKey[]>`
      select municipality_code as "municipalityCode", public_key as "publicKey",
             case when revoked_at is not null then 'revoked'
                  when confirmed_at is not null then 'confirmed' else 'registered' end as state
        from stick_key where public_key = ${publicKey}`
    return row
  })
}

/** 32 bytes, spelled in the one way. */
function isPublicKey(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return false
  return toBase64(fromBase64(text)) === text
}

export function codeOfKey(publicKey: string): string {
  return keyCode(createHash('sha256').update(fromBase64(publicKey)).digest())
}
