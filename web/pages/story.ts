import { readAs } from '../../db/orm.ts'
import { planFields } from '../../db/purposes.ts'
import { factsFrom } from '../../db/queries/facts.ts'
import { homeOf } from '../../db/queries/home-of.ts'
import {
  courseHead,
  dosesOf,
  newsOf,
  noticesOf,
  registerEventsOf,
  screeningsOf,
  tasksOf,
} from '../../db/queries/pages/course.ts'
import { PersonNotVisible } from '../../db/queries/plan-input.ts'
import type { Page } from '../page.ts'

/** All that its home may see of one course; undefined when there is none. One look. */
export async function readStory(page: Page, courseId: string) {
  const home = await homeOf(page.sql, courseId).catch((error) => {
    if (error instanceof PersonNotVisible) return undefined
    throw error
  })
  if (!home) return undefined
  const { municipalityCode } = home
  const look = { ...home, courseId, fields: planFields }
  return readAs(page.orm, { municipalityCode, purpose: 'showCourse', look }, async (tx) => {
    const head = await courseHead(tx, courseId)
    if (!head) return undefined
    return {
      head,
      facts: factsFrom(head, page.clock),
      doses: await dosesOf(tx, courseId),
      events: await registerEventsOf(tx, courseId),
      notices: await noticesOf(tx, courseId),
      tasks: await tasksOf(tx, courseId),
      screenings: await screeningsOf(tx, courseId),
      news: await newsOf(tx, courseId),
    }
  })
}

export type Story = NonNullable<Awaited<ReturnType<typeof readStory>>>
