/** One person as whoever calls them sees them: name, birth date, number, what is missing, earlier calls. */
import type { PlainDate } from '../../../domain/course.ts'
import type { CallOutcome } from '../../../domain/follow-up-call.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import { unlockPeople } from '../../people/keys.ts'
import { openPersonFields, readSealedPeople } from '../../people/open-person.ts'
import { openPhone, type Phone } from '../../people/phones.ts'
import {
  courseAtHome,
  readDoses,
  readLeftNotices,
  type ToldCourse,
  type ToldDose,
  type ToldNotice,
} from '../../residents/read-course.ts'
import { inTowns } from '../../scope.ts'
import type { Store } from '../../store.ts'
import { type FollowUpKey, findFollowUp, type OpenTask } from './calls.ts'
import type { FollowUpKind } from './follow-ups.ts'

export type Call = {
  outcome: CallOutcome
  calledOn: PlainDate
  calledBy: string
  nextTryOn: PlainDate | null
}

export type FollowUpPerson = {
  taskId: string
  kind: FollowUpKind
  returnId: string | null
  openedOn: PlainDate
  person: { family: string; given: string; kana: string; bornOn: PlainDate } | undefined
  phone: Phone | undefined
  course: ToldCourse | undefined
  doses: ToldDose[]
  notices: ToldNotice[]
  calls: Call[]
  holder: string | null
  nextTryOn: PlainDate | null
}

/** Undefined for whoever is not to be called. Two looks: at the task, and as the person is opened. */
export async function readFollowUp(
  { sql, vault }: Store,
  key: FollowUpKey,
  today: PlainDate,
): Promise<FollowUpPerson | undefined> {
  const { municipalityCode } = key
  return withPurpose(sql, { municipalityCode, purpose: 'phoneFollowUp' }, async (tx) => {
    const task = await findFollowUp(tx, key, today)
    if (!task) {
      await look(tx, [])
      return undefined
    }
    const row = { municipalityCode, residentId: task.residentId }
    const course = await courseAtHome(tx, row)
    const at = course ? { courseId: course.id } : {}
    await look(tx, [{ ...row, ...at, fields: ['tasks', 'course', 'doses', 'notices'] }])
    const fields = ['name', 'kana', 'bornOn', 'phone'] as const
    const asked = { purpose: 'phoneFollowUp', rows: [row], fields }
    const keys = (await unlockPeople(tx, vault, asked)).get(task.residentId)
    const [sealed] = await readSealedPeople(tx, [row])
    return {
      ...(await readTask(tx, task)),
      person: keys && sealed && openPersonFields(keys, row, sealed),
      phone: keys && (await openPhone(tx, keys, row)),
      course,
      ...(await readTold(tx, row, course)),
      calls: await readCalls(tx, task),
    }
  })
}

type TaskRow = Pick<
  FollowUpPerson,
  'taskId' | 'kind' | 'returnId' | 'openedOn' | 'holder' | 'nextTryOn'
>

async function readTask(tx: Tx, { municipalityCode, taskId }: OpenTask): Promise<TaskRow> {
  const [row] = await tx<TaskRow[]>`
    select t.id as "taskId", t.kind, t.opened_on as "openedOn",
           case when t.kind = 'addressReturned' then t.occasion end as "returnId", w.holder,
           w.next_try_on as "nextTryOn"
      from task t
      left join follow_up_work w on w.municipality_code = t.municipality_code and w.task_id = t.id
     where t.municipality_code = ${municipalityCode} and t.id = ${taskId}`
  return row!
}

/** As the course's page reads it, under that page's purpose; the look above names the fields. */
function readTold(
  tx: Tx,
  row: { municipalityCode: string; residentId: string },
  course: ToldCourse | undefined,
) {
  const scope = { municipalityCode: row.municipalityCode, purpose: 'showCourse' } as const
  return inTowns(tx, scope, async () => ({
    doses: await readDoses(tx, row, course?.id),
    notices: await readLeftNotices(tx, course?.id),
  }))
}

function readCalls(tx: Tx, { municipalityCode, taskId }: OpenTask): Promise<Call[]> {
  return tx<Call[]>`
    select outcome, called_on as "calledOn", called_by as "calledBy", next_try_on as "nextTryOn"
      from follow_up_call
     where municipality_code = ${municipalityCode} and task_id = ${taskId}
     order by called_at desc limit 50`
}
