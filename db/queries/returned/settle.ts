/** What becomes of a letter that came back: another address, the same once more, or nothing. */
import { currentActor } from '../../../config/actor.ts'
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { type ReturnEnding, sendsAgain } from '../../../domain/returned-post.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import { endForwarding, type ForwardingToKeep, keepForwarding } from '../../people/forwarding.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import { isProtectedOn } from '../protection.ts'
import { holdAgain, lockCourseOf, settling } from './record.ts'
import { settleStop } from './stop.ts'

export type ReturnKey = { municipalityCode: string; id: string }

type Open = CourseHome & {
  id: string
  noticeId: string | null
  stops: boolean
  endedBecause: ReturnEnding | null
}

/**
 * A clerk enters where to write instead: all letters of this person that came back are settled by it.
 * False when there is no such letter. Throws `alreadySettled`, `protectedByHand`,
 * `dateInFuture`, `residentErased`.
 */
export async function writeElsewhere(
  { sql, vault }: Store,
  key: ReturnKey,
  address: ForwardingToKeep,
  today: PlainDate,
): Promise<boolean> {
  return inReturn(sql, key, async (tx, letter) => {
    if (await isProtectedOn(tx, letter, today)) {
      throw new DomainError('protectedByHand', 'Nobody writes to a protected person', 'address')
    }
    // Until it holds, letters would go to the address that they came back from.
    if (compareDates(address.fromOn, today) > 0) {
      throw new DomainError('dateInFuture', 'Letters go there from today at the latest', 'fromOn')
    }
    await keepForwarding(tx, vault, letter, address, today)
    await endReturns(tx, letter, { because: 'forwardingAddress', today })
  })
}

/** The endings that a clerk may press, besides an address. */
export type PressedEnding = 'sameAddressAgain' | 'noFurther' | 'enteredByMistake'

/** False when there is no such letter. Throws `alreadySettled`; `addressStillWrong` of `noFurther`. */
export async function settleReturn(
  sql: Sql,
  key: ReturnKey,
  because: PressedEnding,
  today: PlainDate,
): Promise<boolean> {
  return inReturn(sql, key, async (tx, letter) => {
    if (because === 'noFurther' && letter.stops) {
      throw new DomainError('addressStillWrong', 'Letters wait for an address', 'as')
    }
    const isOfAll = because === 'sameAddressAgain'
    await endReturns(tx, letter, { because, today, ...(isOfAll ? {} : { only: letter.id }) })
  })
}

/** Letters go where the register says from now on. False when there is no such letter. */
export async function backToRegister(
  sql: Sql,
  { municipalityCode, id }: ReturnKey,
  today: PlainDate,
): Promise<boolean> {
  return withPurpose(sql, { municipalityCode, purpose: 'returnedPost' }, async (tx) => {
    const letter = await findReturn(tx, { municipalityCode, id })
    await look(tx, letter ? [{ ...rowOf(letter), fields: ['registerEvents'] }] : [])
    if (letter) await endForwarding(tx, letter, today)
    return letter !== undefined
  })
}

async function inReturn(
  sql: Sql,
  { municipalityCode, id }: ReturnKey,
  work: (tx: Tx, letter: Open) => Promise<void>,
): Promise<boolean> {
  return withPurpose(sql, { municipalityCode, purpose: 'returnedPost' }, async (tx) => {
    const found = await findReturn(tx, { municipalityCode, id })
    await look(tx, found ? [{ ...rowOf(found), fields: ['notices', 'tasks'] }] : [])
    if (!found) return false
    await lockCourseOf(tx, found)
    // Read again under the lock: two clerks may press at once.
    const letter = (await findReturn(tx, { municipalityCode, id }))!
    if (letter.endedBecause) throw new DomainError('alreadySettled', 'It was settled before', 'id')
    await work(tx, letter)
    return true
  })
}

async function findReturn(tx: Tx, { municipalityCode, id }: ReturnKey): Promise<Open | undefined> {
  const [row] = await tx<Open[]>`
    select municipality_code as "municipalityCode", id, resident_id as "residentId",
           notice_id as "noticeId", stops, ended_because as "endedBecause"
      from returned_letter where municipality_code = ${municipalityCode} and id = ${id}`
  return row
}

function rowOf({ municipalityCode, residentId }: CourseHome): CourseHome {
  return { municipalityCode, residentId }
}

/**
 * Ends this person's open letters, or only one of them; the tasks with them. What is owed is owed again
 * at once. The course is locked.
 */
export async function endReturns(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  end: { because: ReturnEnding; today: PlainDate; only?: string },
): Promise<void> {
  const row = { municipalityCode, residentId }
  const { because, today, only } = end
  const by = currentActor().id
  const ended = await tx<{ id: string; noticeId: string | null; letterId: string }[]>`
    update returned_letter
       set ended_on = ${today}, ended_at = clock_timestamp(), ended_by = ${by},
           ended_because = ${because}
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and ended_at is null and ${only ? tx`id = ${only}` : tx`true`}
    returning id, notice_id as "noticeId", letter_id as "letterId"`
  await tx`
    update task set done_at = now(), done_by = ${by}, outcome = ${because}
     where municipality_code = ${municipalityCode} and kind = 'addressReturned' and done_at is null
       and occasion = any(${ended.map(({ id }) => id)}::uuid[])`
  await settleStop(tx, row)
  if (sendsAgain(because) && because !== 'leftRegister') await printSheetsAgain(tx, row, ended)
  const courseId = await lockCourseOf(tx, row)
  if (!courseId) return
  if (because === 'enteredByMistake') await takeBack(tx, row, courseId, ended)
  const noticeIds = sendsAgain(because) ? ended.map(({ noticeId }) => noticeId) : []
  for (const noticeId of noticeIds.length > 0 ? noticeIds : [undefined]) {
    await holdAgain(tx, row, { courseId, noticeId, today })
  }
}

/** A sheet of tickets waits for the next printing. */
async function printSheetsAgain(
  tx: Tx,
  { municipalityCode }: CourseHome,
  ended: { noticeId: string | null; letterId: string }[],
): Promise<void> {
  const sheets = ended.filter(({ noticeId }) => noticeId === null)
  if (sheets.length === 0) return
  await tx`
    update ticket_sheet set state = 'waiting', run_id = null
     where municipality_code = ${municipalityCode} and state = 'printed'
       and id = any(${sheets.map(({ letterId }) => letterId)}::uuid[])`
}

/**
 * The letter had reached its reader after all; not one whose sheet was void meanwhile, which nobody has posted:
 * that notice is owed still.
 */
async function takeBack(
  tx: Tx,
  row: CourseHome,
  courseId: string,
  ended: { noticeId: string | null; letterId: string }[],
): Promise<void> {
  const { municipalityCode } = row
  const posted = await tx<{ noticeId: string }[]>`
    select notice_id as "noticeId" from notice_attempt
     where municipality_code = ${municipalityCode} and state <> 'withdrawn'
       and id = any(${ended.map(({ letterId }) => letterId)}::uuid[])`
  await settling(
    tx,
    row,
    courseId,
    () => tx`
      update notice set state = 'left', reason = null, updated_at = now()
       where municipality_code = ${municipalityCode} and state = 'held'
         and reason = 'addressReturned' and left_on is not null
         and id = any(${posted.map(({ noticeId }) => noticeId)}::uuid[])`,
  )
}
