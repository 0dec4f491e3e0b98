/**
 * What a clerk may tell a caller: where the course stands, doses by date and product, letters that were
 * sent, what was said before. No address, no venue, no ticket and no letter's code.
 */
import type { PlainDate } from '../../domain/course.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import { unlockPeople } from '../people/keys.ts'
import { readPeopleToNotify } from '../people/read.ts'
import type { LookField } from '../purposes.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import {
  courseAtHome,
  readDoses,
  readLeftNotices,
  rowsAtMost,
  type ToldCourse,
  type ToldDose,
  type ToldNotice,
} from '../residents/read-course.ts'
import { inTowns } from '../scope.ts'
import type { Store } from '../store.ts'
import { mayBeTold } from './find.ts'

export type DeskRecord = {
  residentId: string
  /** To be sure that it is the caller; undefined when the person was erased meanwhile. */
  name: { family: string; given: string; kana: string } | undefined
  course: ToldCourse | undefined
  doses: ToldDose[]
  notices: ToldNotice[]
  statements: DeskStatement[]
}

export type StatementKind = 'alreadyVaccinated' | 'notMine' | 'declines'
export type DeskStatement = {
  id: string
  kind: StatementKind
  saidOn: PlainDate
  via: 'ownPage' | 'desk'
  /** What came of its task; null while it is open, and for what has none. */
  outcome: string | null
  endedOn: PlainDate | null
}

export const deskFields: LookField[] = ['course', 'doses', 'notices', 'tasks']

/** Undefined for nobody of this register, and for whoever must look like nobody. One look. */
export async function readAtDesk(
  { sql, vault }: Store,
  row: CourseHome,
  today: PlainDate,
): Promise<DeskRecord | undefined> {
  const { municipalityCode, residentId } = row
  const scope = { municipalityCode, purpose: 'callDesk' } as const
  return withPurpose(sql, scope, async (tx) => {
    if (!(await mayBeTold(tx, row, today))) {
      await look(tx, [])
      return undefined
    }
    const course = await courseAtHome(tx, row)
    await look(tx, [{ ...row, ...(course && { courseId: course.id }), fields: deskFields }])
    const keys = await unlockPeople(tx, vault, {
      ...{ purpose: 'callDesk', rows: [row], fields: ['name', 'kana'] as const },
    })
    const person = (await readPeopleToNotify(tx, keys, [row], today)).get(residentId)
    const { familyName: family, givenName: given, kana } = person ?? {}
    return {
      residentId,
      name: person && { family: family!, given: given!, kana: kana! },
      course,
      ...(await readCourse(tx, row, course)),
      statements: await readStatements(tx, row),
    }
  })
}

/** As the course's page reads it, under that page's purpose; the look above names the fields. */
function readCourse(tx: Tx, row: CourseHome, course: ToldCourse | undefined) {
  const scope = { municipalityCode: row.municipalityCode, purpose: 'showCourse' } as const
  return inTowns(tx, scope, async () => ({
    doses: await readDoses(tx, row, course?.id),
    notices: await readLeftNotices(tx, course?.id),
  }))
}

function readStatements(tx: Tx, row: CourseHome): Promise<DeskStatement[]> {
  return tx<DeskStatement[]>`
    select m.id, m.kind, m.said_on as "saidOn", m.via, m.ended_on as "endedOn",
           (select t.outcome from task t
             where t.municipality_code = m.municipality_code and t.occasion = m.id limit 1) as outcome
      from resident_message m
     where m.municipality_code = ${row.municipalityCode} and m.resident_id = ${row.residentId}
     order by m.said_at desc limit ${rowsAtMost}`
}
