import { sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import type { OrmTx } from '../../orm.ts'
import type { CourseHome } from '../plan-input.ts'

/** Whether a person is protected on a day, or shares a household with somebody who is: no page shows where. */
export async function placesAreHidden(
  tx: OrmTx,
  { municipalityCode, residentId }: CourseHome,
  day: PlainDate,
): Promise<boolean> {
  const [row] = await tx.execute<{ hidden: boolean }>(sql`
    select exists (select from protected_under(${municipalityCode}, ${residentId}, ${day})) as hidden`)
  return row!.hidden
}
