/**
 * A few letters of a proposed batch, as somebody looks at them before it is released: to whom and where
 * to. Nobody who is protected is among them: their letter stays at the seal. Never to be logged.
 */
import type { NoticeKind, PlainDate } from '../../domain/course.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Sql, withPurpose } from '../client.ts'
import type { BatchRow } from '../queries/batches/batch.ts'
import { unlockPeople } from './keys.ts'
import { readPeopleToNotify } from './read.ts'

export type SampleLetter = {
  letterId: string
  courseId: string
  kind: NoticeKind
  round: number
  /** Undefined for somebody who was erased. */
  person?: { family: string; given: string; kana: string; postcode?: string; address?: string }
}

type Row = Omit<SampleLetter, 'person'> & {
  municipalityCode: string
  residentId: string
  isProtected: boolean
}

/** One look each, and one more when the name is opened. */
export function readSample(
  sql: Sql,
  vault: Vault,
  batch: Pick<BatchRow, 'municipalityCode' | 'sample'>,
  today: PlainDate,
): Promise<{ letters: SampleLetter[]; leftOut: number }> {
  const { municipalityCode, sample } = batch
  return withPurpose(sql, { municipalityCode, purpose: 'checkBatch' }, async (tx) => {
    const rows = await tx<Row[]>`
      select a.id as "letterId", n.course_id as "courseId", n.kind, n.round,
             n.municipality_code as "municipalityCode", n.resident_id as "residentId",
             exists (select from protected_under(n.municipality_code, n.resident_id, ${today})) as "isProtected"
        from notice_attempt a
        join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
       where a.municipality_code = ${municipalityCode} and a.id = any(${sample}) and a.state = 'queued'
       order by a.id`
    await look(
      tx,
      rows.map(({ municipalityCode, residentId, courseId }) => {
        return { municipalityCode, residentId, courseId, fields: ['notices'] }
      }),
    )
    const shown = rows.filter(({ isProtected }) => !isProtected)
    const fields = ['name', 'kana', 'address'] as const
    const keys = await unlockPeople(tx, vault, { purpose: 'checkBatch', rows: shown, fields })
    const people = await readPeopleToNotify(tx, keys, shown, today)
    const letters = shown.map(({ letterId, courseId, kind, round, residentId }): SampleLetter => {
      const one = people.get(residentId)
      if (!one) return { letterId, courseId, kind, round }
      const { familyName: family, givenName: given, kana, residence } = one
      return { letterId, courseId, kind, round, person: { family, given, kana, ...residence } }
    })
    return { letters, leftOut: rows.length - shown.length }
  })
}
