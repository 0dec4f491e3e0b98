// The town that a transaction names is the one where the course is at home, also while it moves.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { inCourse } from '../../../activities/in-course.ts'
import { World } from './fixture.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

test('a course that moves between the question and the lock is asked about again', async () => {
  const [town, newTown] = [await world.newTown(), await world.newTown()]
  const made = await world.personWithDose({ town })
  const residentId = await world.resident({ town: newTown })
  const move = await world.sql.reserve()
  await move`begin`
  await move`
    update course set home_municipality_code = ${newTown}, home_resident_id = ${residentId}
     where id = ${made.courseId}`
  const named = inCourse(world.worker, made.courseId, async (tx, course) => {
    const [row] = await tx`
      select current_setting('sesshu.municipality') as town,
             current_setting('sesshu.purpose') as purpose`
    return { ...row, home: course.municipalityCode }
  })
  await world.untilSomeoneWaits()
  await move`commit`
  move.release()
  expect(await named).toEqual({ town: newTown, purpose: 'sendNotice', home: newTown })
})
