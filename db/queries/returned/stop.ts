/**
 * That letters to somebody wait for a better address. What stands on the register row is read by every
 * plan; the letters that came back say why.
 */
import type { Tx } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'

/** The letter by which this person's letters wait, the newest; undefined where none do. */
export async function standingStop(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
): Promise<{ id: string } | undefined> {
  const [row] = await tx<{ id: string }[]>`
    select id from returned_letter
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and stops and ended_at is null
     order by returned_at desc limit 1`
  return row
}

/** As the letters that came back say; the course's lock must be held. */
export async function settleStop(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
): Promise<void> {
  await tx`
    update resident r
       set address_stopped_on = (
             select min(l.returned_on) from returned_letter l
              where l.municipality_code = r.municipality_code and l.resident_id = r.id
                and l.stops and l.ended_at is null)
     where r.municipality_code = ${municipalityCode} and r.id = ${residentId}`
}
