import type { Sql } from '../client.ts'

export type SignedInBy = 'password' | 'passkey' | 'oidc' | 'demo'

export type SessionTimes = { absoluteMinutes: number; idleMinutes: number }

export async function insertSession(
  sql: Sql,
  session: { tokenSha256: Uint8Array; accountId: string; signedInBy: SignedInBy; minutes: number },
): Promise<void> {
  const { tokenSha256, accountId, signedInBy, minutes } = session
  await sql`
    insert into account_session (token_sha256, account_id, signed_in_by, started_at, seen_at, expires_at)
    values (${tokenSha256}, ${accountId}, ${signedInBy}, now(), now(),
            now() + make_interval(mins => ${minutes}))`
}

export type SessionRow = {
  accountId: string
  role: string
  office: string
  isDemo: boolean
  breakGlassId: string | null
  breakGlassMunicipality: string | null
  /** Seen so long ago that it is worth writing down again. */
  isStale: boolean
}

/** The live session of a cookie, of an account that may still sign in; with emergency access while open. */
export async function findSession(
  sql: Sql,
  tokenSha256: Uint8Array,
  idleMinutes: number,
): Promise<SessionRow | undefined> {
  const [row] = await sql<SessionRow[]>`
    select a.id as "accountId", a.role, a.office, a.is_demo as "isDemo",
           b.id as "breakGlassId", b.municipality_code as "breakGlassMunicipality",
           s.seen_at < clock_timestamp() - interval '1 minute' as "isStale"
      from account_session s
      join account a on a.id = s.account_id
      left join break_glass b on b.id = s.break_glass_id and b.closed_at is null
                             and b.expires_at > clock_timestamp()
     where s.token_sha256 = ${tokenSha256} and s.revoked_at is null and a.disabled_at is null
       and s.expires_at > clock_timestamp()
       and s.seen_at > clock_timestamp() - make_interval(mins => ${idleMinutes})`
  return row
}

export async function touchSession(sql: Sql, tokenSha256: Uint8Array): Promise<void> {
  await sql`update account_session set seen_at = clock_timestamp() where token_sha256 = ${tokenSha256}`
}

export async function revokeSession(sql: Sql, tokenSha256: Uint8Array): Promise<void> {
  await sql`update account_session set revoked_at = clock_timestamp()
             where token_sha256 = ${tokenSha256} and revoked_at is null`
}

export type ChallengeKind = 'passkeySignIn' | 'passkeyAdd' | 'oidc'

const challengeMinutes = 5

export async function keepChallenge(
  sql: Sql,
  kept: { tokenSha256: Uint8Array; kind: ChallengeKind; challenge: string; accountId?: string },
): Promise<void> {
  await sql`
    insert into sign_in_challenge (token_sha256, kind, account_id, challenge, expires_at)
    values (${kept.tokenSha256}, ${kept.kind}, ${kept.accountId ?? null}, ${kept.challenge},
            now() + make_interval(mins => ${challengeMinutes}))`
}

/** Taken once: whoever comes second with the same one finds nothing. */
export async function takeChallenge(sql: Sql, tokenSha256: Uint8Array, kind: ChallengeKind) {
  const [row] = await sql<{ challenge: string; accountId: string | null }[]>`
    delete from sign_in_challenge
     where token_sha256 = ${tokenSha256} and kind = ${kind} and expires_at > clock_timestamp()
    returning challenge, account_id as "accountId"`
  return row
}

/** What is over and serves no proof: sessions, challenges, tokens and unused codes. */
export async function sweepExpired(sql: Sql): Promise<void> {
  await sql`delete from account_session where expires_at < now() - interval '1 day'`
  await sql`delete from sign_in_challenge where expires_at < now()`
  await sql`delete from device_token where expires_at < now() - interval '1 day'`
  await sql`delete from device_enrolment where expires_at < now() - interval '1 day' and device_id is null`
}
