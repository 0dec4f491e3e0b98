/** Which letters lacked characters of the font: what a clerk looks at before a batch is posted. */
import type { PlainDate } from '../../domain/course.ts'
import { type Sql, withPurpose } from '../client.ts'
import type { LackingInLetter } from '../schema/index.ts'

export type LackingOfBatch = { batchOn: PlainDate; lacking: LackingInLetter[] }

const batchesShown = 20

/** Of a town's newest batches, those with any; names nobody. */
export function lackingOfTown(sql: Sql, municipalityCode: string): Promise<LackingOfBatch[]> {
  return withPurpose(
    sql,
    { municipalityCode, purpose: 'showTown' },
    (tx) => tx<LackingOfBatch[]>`
      select batch_on as "batchOn", lacking from letter_batch
       where municipality_code = ${municipalityCode} and lacking <> '[]'
       order by batch_on desc limit ${batchesShown}`,
  )
}
