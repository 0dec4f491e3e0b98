/** The quarter of an hour after a code was right. Wall time; the table holds no cookie, only its hash. */
import { createHash, randomBytes } from 'node:crypto'
import { isMunicipalityCode } from '../../domain/municipality-code.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'

export const sessionMinutes = 15

export type NewSession = { token: string; municipalityCode: string }

/** Names the town in the clear: the row is found under it alone. */
export type SessionKey = { municipalityCode: string; sha256: Uint8Array }

export async function startSession(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  letterCodeId: string,
): Promise<NewSession> {
  const token = `${municipalityCode}.${randomBytes(32).toString('base64url')}`
  await tx`
    insert into resident_session (municipality_code, token_sha256, resident_id, letter_code_id, started_at,
                                  expires_at)
    select ${municipalityCode}, ${sha256(token)}, ${residentId}, ${letterCodeId}, now,
           now + make_interval(mins => ${sessionMinutes})
      from clock_timestamp() as now`
  return { token, municipalityCode }
}

/** Undefined for what no cookie of ours can be. */
export function sessionKeyOf(token: string): SessionKey | undefined {
  const municipalityCode = token.slice(0, 6)
  if (!isMunicipalityCode(municipalityCode) || token.length > 100) return undefined
  return { municipalityCode, sha256: sha256(token) }
}

export type OwnSession = CourseHome & { letterCodeId: string; triesLeft: number }

/** While it lives, its code lives, and nobody has been protected since. */
export async function readOwnSession(
  tx: Tx,
  { municipalityCode, sha256: token }: SessionKey,
  today: string,
): Promise<OwnSession | undefined> {
  const [row] = await tx<OwnSession[]>`
    select s.municipality_code as "municipalityCode", s.resident_id as "residentId",
           l.id as "letterCodeId", l.tries_left as "triesLeft"
      from resident_session s
      join letter_code l on (l.municipality_code, l.id) = (s.municipality_code, s.letter_code_id)
     where s.municipality_code = ${municipalityCode} and s.token_sha256 = ${token}
       and s.expires_at > clock_timestamp() and l.died_at is null
       and not is_shielded(s.municipality_code, s.resident_id, ${today})`
  return row
}

export async function endSession(
  tx: Tx,
  { municipalityCode, sha256: token }: SessionKey,
): Promise<void> {
  await tx`
    delete from resident_session
     where municipality_code = ${municipalityCode} and token_sha256 = ${token}`
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest()
}
