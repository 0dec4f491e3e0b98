/** Letters that wait for an address, of whose people the register has told something since. */
import type { PlainDate } from '../../../domain/course.ts'
import { look, type Sql, withPurpose } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'
import { endReturns, type ReturnKey } from './settle.ts'

/** Ids of all towns, the longest waiting first; at most 200 at once. */
export async function returnsOvertaken(sql: Sql, today: PlainDate): Promise<ReturnKey[]> {
  const scope = { municipalityCode: [], purpose: 'watchReturns' } as const
  return withPurpose(
    sql,
    scope,
    (tx) => tx<ReturnKey[]>`
      select municipality_code as "municipalityCode", id from returns_overtaken(${today})`,
  )
}

/** Lets the letters of one of them go on; false when somebody settled it meanwhile. */
export async function settleOvertaken(
  sql: Sql,
  { municipalityCode, id }: ReturnKey,
  today: PlainDate,
): Promise<boolean> {
  return withPurpose(sql, { municipalityCode, purpose: 'returnedPost' }, async (tx) => {
    const [letter] = await tx<(CourseHome & { status: string })[]>`
      select l.municipality_code as "municipalityCode", l.resident_id as "residentId", r.status
        from returned_letter l
        join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
       where l.municipality_code = ${municipalityCode} and l.id = ${id} and l.ended_at is null
         for no key update of l`
    if (!letter) {
      await look(tx, [])
      return false
    }
    const { residentId, status } = letter
    await look(tx, [{ municipalityCode, residentId, fields: ['registerEvents', 'tasks'] }])
    const because = status === 'registered' ? 'registerTold' : 'leftRegister'
    await endReturns(tx, letter, { because, today })
    return true
  })
}
