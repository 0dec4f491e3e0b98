import { type OrmTx, readAs } from '../../db/orm.ts'
import { type LookField, planFields } from '../../db/purposes.ts'
import { factsFrom } from '../../db/queries/facts.ts'
import { homeOf } from '../../db/queries/home-of.ts'
import {
  courseHead,
  doseChangesOf,
  dosesOf,
  newsOf,
  noticesOf,
  registerEventsOf,
  screeningsOf,
  tasksOf,
} from '../../db/queries/pages/course.ts'
import { placesAreHidden } from '../../db/queries/pages/protection.ts'
import { type CourseHome, PersonNotVisible } from '../../db/queries/plan-input.ts'
import type { Page } from '../page.ts'

/** Where a course is at home: asked before anything is read of it. Undefined when there is none. */
export async function findHome(page: Page, courseId: string): Promise<CourseHome | undefined> {
  return homeOf(page.sql, courseId).catch((error) => {
    if (error instanceof PersonNotVisible) return undefined
    throw error
  })
}

/** What a course waits for: nothing of the person. One look; undefined when it has just moved. */
export function readOutline(page: Page, home: CourseHome, courseId: string) {
  return fromHome(page, home, courseId, ['course'], (tx) => outlineOf(tx, page, courseId))
}

/** All that its home may see of one course. One look; undefined when it has just moved. */
export function readStory(page: Page, home: CourseHome, courseId: string) {
  return fromHome(page, home, courseId, planFields, async (tx) => {
    const outline = await outlineOf(tx, page, courseId)
    if (!outline) return undefined
    return {
      ...outline,
      hidesPlaces: await placesAreHidden(tx, home, page.clock.today()),
      doses: await dosesOf(tx, courseId),
      changes: await doseChangesOf(tx, courseId),
      events: await registerEventsOf(tx, courseId),
      notices: await noticesOf(tx, courseId),
      tasks: await tasksOf(tx, courseId),
      screenings: await screeningsOf(tx, courseId),
    }
  })
}

function fromHome<T>(
  page: Page,
  home: CourseHome,
  courseId: string,
  fields: LookField[],
  read: (tx: OrmTx) => Promise<T>,
): Promise<T> {
  const { municipalityCode } = home
  const look = { ...home, courseId, fields }
  return readAs(page.orm, { municipalityCode, purpose: 'showCourse', look }, read)
}

async function outlineOf(tx: OrmTx, page: Page, courseId: string) {
  const head = await courseHead(tx, courseId)
  if (!head) return undefined
  return { head, facts: factsFrom(head, page.clock), news: await newsOf(tx, courseId) }
}

export type Outline = NonNullable<Awaited<ReturnType<typeof readOutline>>>
export type Story = NonNullable<Awaited<ReturnType<typeof readStory>>>
