// Law: in whatever order and however often the news of a course is delivered, it ends with the
// newest facts. Signals may be lost too, except that the newest is delivered at least once.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type CourseFacts, isOver } from '../../domain/course.ts'
import { courseStageKey, municipalityCodeKey } from '../../workflows/course-attributes.ts'
import { courseFacts } from '../../workflows/messages.ts'
import { CourseModel, dayOf } from '../support/course-fixture.ts'
import { eventually, startTestWorker, type TestWorker } from '../support/course-worker.ts'

const model = new CourseModel()
let worker: TestWorker

beforeAll(async () => {
  worker = await startTestWorker(inject('temporal'), model.activities())
})
afterAll(() => worker.stop())

type Life = (courseId: string) => CourseFacts[]

/** Lives by what they prove: ended by a dose, by a death, reopened, and still going on. */
const lives: Record<string, Life> = {
  completed: (id) => [
    model.giveDose(id, { number: 1, on: dayOf(0) }),
    model.move(id, dayOf(5)),
    model.touch(id, dayOf(6)),
    model.giveDose(id, { number: 2, on: dayOf(21) }),
  ],
  ended: (id) => [
    model.giveDose(id, { number: 1, on: dayOf(0) }),
    model.touch(id, dayOf(1)),
    model.reportDeath(id, dayOf(2)),
    model.touch(id, dayOf(3)),
  ],
  reopened: (id) => [
    model.giveDose(id, { number: 1, on: dayOf(0) }),
    model.giveDose(id, { number: 2, on: dayOf(1) }),
    model.voidLastDose(id, dayOf(2)),
    model.move(id, dayOf(3)),
  ],
  waiting: (id) => [
    model.giveDose(id, { number: 2, on: dayOf(0) }),
    model.giveDose(id, { number: 1, on: dayOf(-21), recordedOn: dayOf(1) }),
    model.voidLastDose(id, dayOf(2)),
  ],
}

const deliveries = fc.record({
  life: fc.constantFrom(...Object.keys(lives)),
  // Indexes into the life's versions, taken modulo their number; the newest is put in at `newestAt`.
  order: fc.array(fc.nat({ max: 11 }), { maxLength: 7 }),
  newestAt: fc.nat({ max: 7 }),
})

test('every order and repetition of the news gives the same final facts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deliveries, { minLength: 8, maxLength: 8 }), async (courses) => {
      await Promise.all(courses.map(deliverAndCompare))
    }),
    { numRuns: 4, endOnFailure: true },
  )
})

async function deliverAndCompare(course: { life: string; order: number[]; newestAt: number }) {
  const courseId = model.openCourse()
  const versions = (lives[course.life] as Life)(courseId)
  const newest = versions.at(-1) as CourseFacts
  const order = course.order.map((index) => versions[index % versions.length] as CourseFacts)
  order.splice(Math.min(course.newestAt, order.length), 0, newest)
  // A first version may revive what is over without a question being asked; the relay, which then
  // finds its outbox row already gone, sends the newest once more.
  if (order.slice(order.indexOf(newest)).some(({ version }) => version === 1)) order.push(newest)
  for (const facts of order) await worker.tell(courseId, facts)

  const handle = worker.course(courseId)
  if (isOver(newest.stage)) await handle.result()
  expect(await handle.query(courseFacts)).toEqual(newest)
  // A revived run may still be asking for the newest facts before it shows anything.
  await eventually(async () => {
    const { typedSearchAttributes: shown } = await handle.describe()
    return (
      shown.get(courseStageKey) === newest.stage &&
      shown.get(municipalityCodeKey) === newest.municipalityCode
    )
  })
  const { status } = await handle.describe()
  expect(status.name).toBe(isOver(newest.stage) ? 'COMPLETED' : 'RUNNING')
  expect(model.sent).toEqual([])
}
