/** Somebody who may come and has not: called up on a day, with a ticket since then. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../../domain/course.ts'
import { nextOf } from '../../support/numbering.ts'
import { seedTicket } from '../../support/people.ts'
import type { Made, World } from './fixture.ts'

export async function calledUpIn(
  world: World,
  wish: Parameters<World['resident']>[0],
  since: PlainDate,
): Promise<Made> {
  const residentId = await world.resident(wish)
  const { town } = wish
  const courseId = randomUUID()
  await world.sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage,
                        opened_on)
    values (${courseId}, ${town}, ${residentId}, 'wave', 'replanned', 'awaitingFirstDose', ${since})`
  await world.link(courseId, { town, residentId })
  const row = { municipalityCode: town, residentId }
  await seedTicket(world.db, row, String(5_000_000_000 + nextOf('calledUp')), since)
  return { courseId, residentId, town, doseId: '' }
}
