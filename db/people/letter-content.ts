/**
 * What a sealed letter says, kept from the seal until its batch lies on disk, so that a crash in
 * between prints the same bytes. The only other place where a person's name and address stand.
 */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { AttemptKey } from '../queries/notices.ts'

export async function keepLetterContent(
  tx: Tx,
  attempt: AttemptKey,
  content: object,
): Promise<void> {
  await tx`
    insert into letter_content (municipality_code, attempt_id, content)
    values (${attempt.municipalityCode}, ${attempt.id}, ${tx.json(content as never)})`
}

type Batch = { municipalityCode: string; batchOn: PlainDate }

/** Of every letter of a batch, in no order; whoever sealed it knows the shape. */
export async function readLetterContents<Content>(tx: Tx, batch: Batch): Promise<Content[]> {
  const rows = await tx<{ content: Content }[]>`
    select c.content from letter_content c
      join notice_attempt a on (a.municipality_code, a.id) = (c.municipality_code, c.attempt_id)
     where a.municipality_code = ${batch.municipalityCode} and a.batch_on = ${batch.batchOn}`
  return rows.map(({ content }) => content)
}

export async function emptyLetterContents(tx: Tx, batch: Batch): Promise<void> {
  await tx`
    delete from letter_content c using notice_attempt a
     where (a.municipality_code, a.id) = (c.municipality_code, c.attempt_id)
       and a.municipality_code = ${batch.municipalityCode} and a.batch_on = ${batch.batchOn}`
}
