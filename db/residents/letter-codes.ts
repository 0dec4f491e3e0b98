/** The codes on letters: made as letters are sealed, dead when the person moves or is protected. */
import { randomInt, randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import { newLetterCode } from '../../domain/letter-code.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Sql, Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'

/** `code` goes on paper and nowhere else; the table keeps `index`. */
export type NewLetterCode = { code: string; index: Uint8Array }

/** One for each letter of a town's batch, by one question to keyd. */
export async function makeLetterCodes(
  vault: Vault,
  municipalityCode: string,
  count: number,
): Promise<NewLetterCode[]> {
  const codes = Array.from({ length: count }, () => newLetterCode(municipalityCode, randomInt))
  const indexes = await vault.index(municipalityCode, 'letterCode', codes)
  return codes.map((code, at) => ({ code, index: indexes[at]! }))
}

export async function keepLetterCode(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  letter: { letterId: string; madeOn: PlainDate; index: Uint8Array },
): Promise<void> {
  await tx`
    insert into letter_code (municipality_code, code_index, id, resident_id, letter_id, made_on)
    values (${municipalityCode}, ${letter.index}, ${randomUUID()}, ${residentId},
            ${letter.letterId}, ${letter.madeOn})`
}

/** The codes of these register rows open nothing from this transaction's commit on. */
export async function endLetterCodes(
  tx: Sql | Tx,
  rows: CourseHome[],
  because: 'moved' | 'protected' | 'deceased',
): Promise<void> {
  if (rows.length === 0) return
  await tx`
    update letter_code set died_at = clock_timestamp(), died_because = ${because}
     where died_at is null
       and (municipality_code, resident_id) in
           (select * from unnest(${rows.map((row) => row.municipalityCode)}::text[],
                                 ${rows.map((row) => row.residentId)}::uuid[]))`
}

/** The code of one letter that was taken back: whoever finds the sheet opens nothing with it. */
export async function endCodeOfLetter(
  tx: Tx,
  letter: { municipalityCode: string; id: string },
): Promise<void> {
  await tx`
    update letter_code set died_at = clock_timestamp(), died_because = 'withdrawn'
     where municipality_code = ${letter.municipalityCode} and letter_id = ${letter.id}
       and died_at is null`
}
