import { readAs } from '../../db/orm.ts'
import { readFacts } from '../../db/queries/facts.ts'
import {
  type CourseHead,
  courseHead,
  dosesOf,
  newsOf,
  noticesOf,
  registerEventsOf,
  screeningsOf,
  tasksOf,
} from '../../db/queries/pages/course.ts'
import type { Page } from '../page.ts'

/** All that the rows say of one course; undefined when there is none. */
export async function readStory(page: Page, courseId: string) {
  const head = await readAs(page.orm, { municipalityCode: '', purpose: 'showCourse' }, (tx) =>
    courseHead(tx, courseId),
  )
  const facts = (await readFacts(page.sql, [courseId], page.clock)).get(courseId)
  if (!head || !facts) return undefined
  return { head, facts, ...(await readRows(page, head)) }
}

function readRows(page: Page, { id, municipalityCode }: CourseHead) {
  return readAs(page.orm, { municipalityCode, purpose: 'showCourse' }, async (tx) => ({
    doses: await dosesOf(tx, id),
    events: await registerEventsOf(tx, id),
    notices: await noticesOf(tx, id),
    tasks: await tasksOf(tx, id),
    screenings: await screeningsOf(tx, id),
    news: await newsOf(tx, id),
  }))
}

export type Story = NonNullable<Awaited<ReturnType<typeof readStory>>>
