import { DomainError } from '../../../domain/errors.ts'
import { type Sql, withPurpose } from '../../client.ts'
import type { BatchKey } from './batch.ts'
import { scopeOf } from './release.ts'

/**
 * The letter whose id begins so, as it stands on a sheet (blanks, dashes, `/page/pages` do not count).
 * Throws `letterNotInBatch` where none does, or more than one.
 */
export async function letterOfDigits(sql: Sql, key: BatchKey, typed: string): Promise<string> {
  const digits = typed.replaceAll(/[\s-]/g, '').toLowerCase().split('/')[0]!
  const rows = /^[0-9a-f]{8,32}$/.test(digits) ? await lettersFrom(sql, key, digits) : []
  const [letter] = rows
  if (!letter || rows.length > 1) {
    throw new DomainError('letterNotInBatch', 'No one letter begins so', 'letterId')
  }
  return letter.id
}

function lettersFrom(sql: Sql, key: BatchKey, digits: string): Promise<{ id: string }[]> {
  return withPurpose(
    sql,
    scopeOf(key),
    async (tx) => tx<{ id: string }[]>`
      select id from notice_attempt
       where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}
         and pages is not null and replace(id::text, '-', '') like ${`${digits}%`}
       limit 2`,
  )
}
