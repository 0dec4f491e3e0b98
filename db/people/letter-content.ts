/**
 * What a sealed letter says, kept from the seal until its batch lies on disk, so that a crash in
 * between prints the same bytes. Under the person's own key, as everything that names one.
 */
import type { PlainDate } from '../../domain/course.ts'
import { type FieldKeys, open, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { AttemptKey } from '../queries/notices.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { type KeyColumns, keyColumns, keyFrom } from './keys.ts'
import { placeOf } from './places.ts'

/** `keys` must hold `letter`. */
export async function keepLetterContent(
  tx: Tx,
  keys: FieldKeys,
  letter: { attempt: AttemptKey; residentId: string; content: object },
): Promise<void> {
  const { attempt, residentId, content } = letter
  const { municipalityCode, id } = attempt
  const place = placeOf('letter', { municipalityCode, residentId }, id)
  await tx`
    insert into letter_content (municipality_code, attempt_id, content)
    values (${municipalityCode}, ${id}, ${seal(keys, place, JSON.stringify(content))})`
}

type Batch = { municipalityCode: string; batchOn: PlainDate }

export type SealedContent = CourseHome & KeyColumns & { attemptId: string; content: Uint8Array }

/** Of every letter of a batch, in no order, as they lie there. */
export async function readLetterContents(tx: Tx, batch: Batch): Promise<SealedContent[]> {
  return tx<SealedContent[]>`
    select a.id as "attemptId", c.content, n.municipality_code as "municipalityCode",
           n.resident_id as "residentId", ${keyColumns(tx)}
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
      join letter_content c on (c.municipality_code, c.attempt_id) = (a.municipality_code, a.id)
      left join resident_key k on (k.municipality_code, k.resident_id) = (n.municipality_code, n.resident_id)
     where a.municipality_code = ${batch.municipalityCode} and a.batch_on = ${batch.batchOn}`
}

/**
 * What they say, for the one purpose of printing: one look each, one question for all. Whoever sealed
 * them knows the shape. A letter to somebody who was erased since is missing.
 */
export async function openLetterContents<Content>(
  vault: Vault,
  letters: SealedContent[],
): Promise<Content[]> {
  const people = new Map(letters.map((letter) => [letter.residentId, keyFrom(letter)]))
  const keys = await vault.unlock(
    'sendNotice',
    [...people.values()].flatMap((key) => (key ? [{ ...key, fields: ['letter' as const] }] : [])),
  )
  return letters.flatMap((letter) => {
    const unlocked = keys.get(letter.residentId)
    if (!unlocked) return []
    const text = open(unlocked, placeOf('letter', letter, letter.attemptId), letter.content)
    return [JSON.parse(text) as Content]
  })
}

/** Of one letter that is not to be printed. */
export async function dropLetterContent(tx: Tx, attempt: AttemptKey): Promise<void> {
  await tx`
    delete from letter_content
     where municipality_code = ${attempt.municipalityCode} and attempt_id = ${attempt.id}`
}

/** How many letters of a sealed batch say nothing any more, because their readers were erased. */
export async function erasedInBatch(tx: Tx, batch: Batch): Promise<number> {
  const [row] = await tx<{ erased: number }[]>`
    select count(*)::int as erased
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
      join resident r on (r.municipality_code, r.id) = (n.municipality_code, n.resident_id)
     where a.municipality_code = ${batch.municipalityCode} and a.batch_on = ${batch.batchOn}
       and a.state = 'sealed' and r.erased_at is not null`
  return row!.erased
}

export async function emptyLetterContents(tx: Tx, batch: Batch): Promise<void> {
  await tx`
    delete from letter_content c using notice_attempt a
     where (a.municipality_code, a.id) = (c.municipality_code, c.attempt_id)
       and a.municipality_code = ${batch.municipalityCode} and a.batch_on = ${batch.batchOn}`
}
