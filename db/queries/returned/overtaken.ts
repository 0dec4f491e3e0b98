/** Letters that wait for an address, of whose people the register has told something since. */
import type { PlainDate } from '../../../domain/course.ts'
import { look, type Sql, withPurpose } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'
import { endReturns, type ReturnKey } from './settle.ts'

/** Of all towns, the longest waiting first, at most 200 of a town at once. */
export async function returnsOvertaken(sql: Sql, today: PlainDate): Promise<ReturnKey[]> {
  const scope = { municipalityCode: [], purpose: 'watchReturns' } as const
  const towns = await withPurpose(
    sql,
    scope,
    (tx) => tx<{ code: string }[]>`select code from towns_with_stopped_letters() as code`,
  )
  const found: ReturnKey[] = []
  for (const { code } of towns) found.push(...(await overtakenIn(sql, code, today)))
  return found
}

/** The register has told another address since the letter was sealed, or that its person has left. */
function overtakenIn(sql: Sql, municipalityCode: string, today: PlainDate): Promise<ReturnKey[]> {
  // Ids alone: whoever is settled by them is looked at then.
  return withPurpose(
    sql,
    { municipalityCode, purpose: 'returnedPost', look: [] },
    (tx) => tx<ReturnKey[]>`
      select l.municipality_code as "municipalityCode", l.id
        from returned_letter l
        join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
       where l.municipality_code = ${municipalityCode} and l.stops and l.ended_at is null
         and (r.status <> 'registered'
              or exists (select from residence a
                          where (a.municipality_code, a.resident_id) =
                                (l.municipality_code, l.resident_id)
                            and a.recorded_at > l.sent_at and a.from_on <= ${today}
                            and (a.to_on is null or a.to_on >= ${today})))
       order by l.returned_at limit 200`,
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
