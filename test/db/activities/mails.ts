/** A mail that is queued for a person, and waiting for what a sender makes of it. */
import { randomUUID } from 'node:crypto'
import { until } from '../../support/until.ts'
import { type Made, round1On, type World } from './fixture.ts'

export async function queueMail(
  world: World,
  wish: { town: string; family?: string },
): Promise<Made> {
  const made = await world.personWithDose({ mail: `r-${randomUUID()}@example.invalid`, ...wish })
  world.setDay(round1On)
  await world.sendNotice(made)
  return made
}

/** Until so many attempts of that person's notices are over. */
export function settledMails(world: World, made: Made, count: number): Promise<void> {
  return until(async () => {
    const rows = await world.sql`
      select 1 from notice_attempt a join notice n using (municipality_code)
       where n.id = a.notice_id and n.course_id = ${made.courseId} and a.settled_at is not null`
    return rows.length >= count
  })
}
