import {
  findSession,
  insertSession,
  revokeSession,
  type SignedInBy,
  touchSession,
} from '../db/auth/sessions.ts'
import type { Sql } from '../db/client.ts'
import type { AccountCaller } from './caller.ts'
import type { Role } from './roles.ts'
import { newSecret, sha256 } from './secrets.ts'

/** A working day, and a tea break. */
export const sessionMinutes = 12 * 60
export const idleMinutes = 30

/** The cookie's value, said once: only its SHA-256 is kept. */
export async function startSession(
  sql: Sql,
  accountId: string,
  signedInBy: SignedInBy,
): Promise<string> {
  const token = newSecret()
  const session = { tokenSha256: sha256(token), accountId, signedInBy, minutes: sessionMinutes }
  await insertSession(sql, session)
  return token
}

/**
 * Who the cookie belongs to, if it lives. A page that reads itself again every two seconds is no sign
 * of a person: with `isByItself` the session goes on growing idle. A demo's account ends with the demo.
 */
export async function readSession(
  sql: Sql,
  token: string,
  options: { isDemo: boolean; isByItself: boolean },
): Promise<AccountCaller | undefined> {
  const session = sha256(token)
  const row = await findSession(sql, session, idleMinutes)
  if (!row || (row.isDemo && !options.isDemo)) return undefined
  if (row.isStale && !options.isByItself) await touchSession(sql, session)
  return {
    kind: 'account',
    id: row.accountId,
    role: row.role as Role,
    office: row.office,
    session,
    ...(row.breakGlassId && {
      breakGlass: { id: row.breakGlassId, municipalityCode: row.breakGlassMunicipality! },
    }),
  }
}

export function endSession(sql: Sql, token: string): Promise<void> {
  return revokeSession(sql, sha256(token))
}
