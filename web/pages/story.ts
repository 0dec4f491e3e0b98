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

/** Where a course lives and what it waits for: nothing of the person. Undefined when there is none. */
export async function readOutline(page: Page, courseId: string) {
  const scope = { municipalityCode: '', purpose: 'showCourse' } as const
  const { head, news } = await readAs(page.orm, scope, async (tx) => ({
    head: await courseHead(tx, courseId),
    news: await newsOf(tx, courseId),
  }))
  const facts = (await readFacts(page.sql, [courseId], page.clock)).get(courseId)
  return head && facts ? { head, news, facts } : undefined
}

/** All that the rows say of one course; undefined when there is none. */
export async function readStory(page: Page, courseId: string) {
  const outline = await readOutline(page, courseId)
  return outline && { ...outline, ...(await readRows(page, outline.head)) }
}

export function readRows(page: Page, { id, municipalityCode }: CourseHead) {
  return readAs(page.orm, { municipalityCode, purpose: 'showCourse' }, async (tx) => ({
    doses: await dosesOf(tx, id),
    events: await registerEventsOf(tx, id),
    notices: await noticesOf(tx, id),
    tasks: await tasksOf(tx, id),
    screenings: await screeningsOf(tx, id),
  }))
}

export type Outline = NonNullable<Awaited<ReturnType<typeof readOutline>>>
export type Story = NonNullable<Awaited<ReturnType<typeof readStory>>>
