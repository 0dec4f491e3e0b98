/** Sticks that were not read, and why. What they claim is proven by nothing. */
import { randomUUID } from 'node:crypto'
import { type Sql, withPurpose } from '../../client.ts'

export type RefusedStick = {
  code: string
  fileName?: string
  manifestSha256?: string
  municipalityCode?: string
  sequence?: number
  publicKey?: string
  keyCode?: string
}

export type RefusalRow = {
  id: string
  code: string
  fileName: string | null
  claimedTown: string | null
  sequence: number | null
  publicKey: string | null
  keyCode: string | null
  firstSeenAt: Date
  seenAt: Date
}

const scope = { municipalityCode: [], purpose: 'runImport' } as const

/** The same stick refused for the same reason again is one line, seen later. */
export async function noteRefusal(sql: Sql, refused: RefusedStick): Promise<void> {
  const { municipalityCode = null, manifestSha256 = '', code, fileName = null } = refused
  await withPurpose(
    sql,
    scope,
    (tx) => tx`
      insert into stick_refusal as r (id, claimed_town, manifest_sha256, code, file_name, sequence, public_key,
                                      key_code)
      values (${randomUUID()}, ${municipalityCode}, ${manifestSha256}, ${code}, ${fileName},
              ${refused.sequence ?? null}, ${refused.publicKey ?? null}, ${refused.keyCode ?? null})
      on conflict (manifest_sha256, code) do update
        set seen_at = clock_timestamp(), over_at = null, file_name = excluded.file_name`,
  )
}

/** It was read after all, or is refused for another reason now. */
export async function endRefusals(sql: Sql, manifestSha256: string, except = ''): Promise<void> {
  await withPurpose(
    sql,
    scope,
    (tx) => tx`
      update stick_refusal set over_at = clock_timestamp()
       where manifest_sha256 = ${manifestSha256} and code <> ${except} and over_at is null`,
  )
}

/** Those that name the town, or none; newest first. */
export async function listRefusals(sql: Sql, municipalityCode: string): Promise<RefusalRow[]> {
  return await withPurpose(
    sql,
    scope,
    (tx) => tx<RefusalRow[]>`
      select id, code, file_name as "fileName", claimed_town as "claimedTown",
             sequence::float8 as sequence, public_key as "publicKey", key_code as "keyCode",
             first_seen_at as "firstSeenAt", seen_at as "seenAt"
        from stick_refusal
       where over_at is null and (claimed_town = ${municipalityCode} or claimed_town is null)
       order by seen_at desc limit 20`,
  )
}
