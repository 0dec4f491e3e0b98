/**
 * Something said is kept once: under an id that whoever says it has chosen, with a keyed digest of the
 * whole of it. A button pressed twice opens one task.
 */
import type { PlainDate } from '../../domain/course.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { hexOf, toldValue } from '../people/blind.ts'
import type { ResidentWords } from '../people/resident-words.ts'
import type { CourseHome } from '../queries/plan-input.ts'

export type SaidOnce = { id: string; bodyDigest: Uint8Array }

type Asked = { id: string; kind: string; words?: ResidentWords; via: 'desk' | 'ownPage' }
export type SaidBefore = { isSame: boolean; remindersWaitUntil: PlainDate | null }

/**
 * The digest to keep it with, and what was answered if it was said before. Whoever says it at the same
 * moment waits here, so that the second of two is answered as a repetition.
 */
export async function saidBefore(
  tx: Tx,
  vault: Vault,
  { municipalityCode, residentId }: CourseHome,
  { id, kind, words = {}, via }: Asked,
): Promise<{ once: SaidOnce; before: SaidBefore | undefined }> {
  const value = toldValue('statement', id, residentId, kind, words.on, words.place, via)
  const [bodyDigest] = await vault.index(municipalityCode, 'body', [value])
  await tx`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`
  const [row] = await tx<{ digest: string | null; remindersWaitUntil: PlainDate | null }[]>`
    select encode(body_digest, 'hex') as digest, reminders_wait_until as "remindersWaitUntil"
      from resident_message where municipality_code = ${municipalityCode} and id = ${id}`
  const once = { id, bodyDigest: bodyDigest! }
  if (!row) return { once, before: undefined }
  const { digest, remindersWaitUntil } = row
  return { once, before: { isSame: digest === hexOf(bodyDigest!), remindersWaitUntil } }
}
