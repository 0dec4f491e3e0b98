/** Somebody is called: opened one at a time, handed on, and what came of each call. */

import { addDays, compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import {
  type CallOutcome,
  nextTryOn,
  nextTryWithinDays,
  type PhoneSource,
} from '../../../domain/follow-up-call.ts'
import type { Vault } from '../../../vault/vault.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import { dropPhone, keepPhone } from '../../people/phones.ts'
import { saidBefore } from '../../residents/statement-once.ts'
import {
  declineCourse,
  holdReminders,
  keepStatement,
  lockBeforeTasks,
} from '../../residents/statements.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import { type FollowUpKind, inOrder, isDue, openFollowUps } from './follow-ups.ts'

export type FollowUpKey = { municipalityCode: string; taskId: string }

export type OpenTask = CourseHome & { taskId: string; courseId: string | null; kind: FollowUpKind }

/** Undefined for one that is done, of somebody protected, or not to be called any more. */
export async function findFollowUp(
  tx: Tx,
  { municipalityCode, taskId }: FollowUpKey,
  today: PlainDate,
): Promise<OpenTask | undefined> {
  const [row] = await tx<OpenTask[]>`
    select ${municipalityCode} as "municipalityCode", f."residentId", f."taskId", f."courseId", f.kind
      from (${openFollowUps(tx, municipalityCode, today)}) f
     where f."taskId" = ${taskId} and not f."isProtected"`
  return row
}

/** One transaction about one task; undefined where there is none to be called for. One look. */
export async function inFollowUp<T>(
  sql: Sql,
  key: FollowUpKey,
  today: PlainDate,
  work: (tx: Tx, task: OpenTask) => Promise<T>,
): Promise<T | undefined> {
  const scope = { municipalityCode: key.municipalityCode, purpose: 'phoneFollowUp' } as const
  return withPurpose(sql, scope, async (tx) => {
    const task = await findFollowUp(tx, key, today)
    await look(tx, task ? [lookAt(task)] : [])
    return task && work(tx, task)
  })
}

function lookAt({ municipalityCode, residentId, courseId }: OpenTask) {
  const course = courseId ? { courseId } : {}
  return { municipalityCode, residentId, ...course, fields: ['tasks', 'course'] }
}

/** The next one that nobody has, older people first, is the caller's from now on; undefined: none is left. */
export async function takeNext(
  sql: Sql,
  { office, by }: { office: string; by: string },
  today: PlainDate,
): Promise<string | undefined> {
  return withPurpose(sql, { municipalityCode: office, purpose: 'phoneFollowUp' }, async (tx) => {
    const free = await tx<(OpenTask & { isMine: boolean })[]>`
      select ${office} as "municipalityCode", f."residentId", f."taskId", f."courseId", f.kind
        from (${openFollowUps(tx, office, today)}) f
       where not f."isProtected" and ${isDue(tx, today)}
         and (f.holder is null or f.holder = ${by})
       order by f.holder is null, ${inOrder(tx, today)} limit 20`
    for (const task of free) {
      if (!(await hold(tx, task, by))) continue
      await look(tx, [lookAt(task)])
      return task.taskId
    }
    await look(tx, [])
    return undefined
  })
}

/** False when somebody else was faster. */
async function hold(tx: Tx, { municipalityCode, taskId }: FollowUpKey, by: string) {
  const held = await tx`
    insert into follow_up_work as w (municipality_code, task_id, holder, held_at)
    values (${municipalityCode}, ${taskId}, ${by}, clock_timestamp())
    on conflict (municipality_code, task_id) do update
      set holder = excluded.holder, held_at = excluded.held_at
    where w.holder is null or w.holder = excluded.holder`
  return held.count > 0
}

/**
 * To a colleague, to oneself, or back to all. Undefined where there is no such task. Throws
 * `unknownColleague`. Whoever may be given it is asked of the caller.
 */
export async function handOver(
  sql: Sql,
  key: FollowUpKey,
  to: string | null,
  today: PlainDate,
): Promise<true | undefined> {
  return inFollowUp(sql, key, today, async (tx, { municipalityCode, taskId }) => {
    await tx`
      insert into follow_up_work (municipality_code, task_id, holder, held_at)
      values (${municipalityCode}, ${taskId}, ${to}, ${to ? tx`clock_timestamp()` : null})
      on conflict (municipality_code, task_id) do update
        set holder = excluded.holder, held_at = excluded.held_at`
    return true as const
  })
}

/** In the place of the one before; undefined where there is no such task. Throws `residentErased`. */
export async function givePhone(
  { sql, vault }: Store,
  key: FollowUpKey,
  phone: { number: string; source: PhoneSource },
  today: PlainDate,
): Promise<true | undefined> {
  return inFollowUp(sql, key, today, async (tx, task) => {
    await keepPhone(tx, vault, task, phone, today)
    return true as const
  })
}

export type CallToRecord = {
  callId: string
  outcome: CallOutcome
  nextTryOn?: PlainDate | undefined
  by: string
}
export type CallRecorded = {
  /** Undefined: nobody needs to call again. */
  nextTryOn: PlainDate | undefined
  isDone: boolean
}

/**
 * Keeps what came of a call, and does what follows from it. The same id again changes nothing. Undefined
 * where there is no such task. Throws `nextTryTooLate`, `courseIsOver`, `idUsedForAnotherBody`.
 */
export async function recordCall(
  { sql, vault }: Store,
  key: FollowUpKey,
  call: CallToRecord,
  today: PlainDate,
): Promise<CallRecorded | undefined> {
  const before = await recordedBefore(sql, key, call)
  if (before) return before
  const next = nextTryOf(call, today)
  return inFollowUp(sql, key, today, async (tx, task) => {
    await lockBeforeTasks(tx, [task.courseId])
    const settles = next === undefined && task.kind === 'followUp'
    // The address is still to be found, whatever was said.
    const again = settles ? undefined : (next ?? addDays(today, 1))
    const recorded = { nextTryOn: again, isDone: settles }
    // Pressed twice at once: the other one has done it.
    if (!(await keepCall(tx, task, { ...call, again, today }))) return recorded
    await follow(tx, vault, task, call, today)
    if (settles) await settleTask(tx, task, call)
    return recorded
  })
}

function nextTryOf({ outcome, nextTryOn: wished }: CallToRecord, today: PlainDate) {
  const next = nextTryOn(outcome, today, wished)
  if (next && compareDates(next, addDays(today, nextTryWithinDays)) > 0) {
    throw new DomainError('nextTryTooLate', 'Too far away', 'nextTryOn')
  }
  if (next && compareDates(next, today) < 0) {
    throw new DomainError('nextTryTooLate', 'A day that has passed', 'nextTryOn')
  }
  return next
}

async function recordedBefore(
  sql: Sql,
  { municipalityCode, taskId }: FollowUpKey,
  { callId, outcome }: CallToRecord,
): Promise<CallRecorded | undefined> {
  return withPurpose(sql, { municipalityCode, purpose: 'phoneFollowUp' }, async (tx) => {
    type Before = CourseHome & {
      isSame: boolean
      nextTryOn: PlainDate | null
      isDone: boolean
    }
    const [row] = await tx<Before[]>`
      select k.resident_id as "residentId", k.municipality_code as "municipalityCode",
             k.task_id = ${taskId} and k.outcome = ${outcome} as "isSame",
             k.next_try_on as "nextTryOn", t.done_at is not null as "isDone"
        from follow_up_call k
        join task t on t.municipality_code = k.municipality_code and t.id = k.task_id
       where k.municipality_code = ${municipalityCode} and k.id = ${callId}`
    const seen = row && { municipalityCode, residentId: row.residentId, fields: ['tasks'] }
    await look(tx, seen ? [seen] : [])
    if (!row) return undefined
    if (!row.isSame) {
      throw new DomainError('idUsedForAnotherBody', 'callId was used with another body', 'callId')
    }
    return { nextTryOn: row.nextTryOn ?? undefined, isDone: row.isDone }
  })
}

async function keepCall(
  tx: Tx,
  { municipalityCode, taskId, residentId }: OpenTask,
  call: CallToRecord & { again: PlainDate | undefined; today: PlainDate },
): Promise<boolean> {
  const { callId, outcome, by, again, today } = call
  const kept = await tx`
    insert into follow_up_call (municipality_code, id, task_id, resident_id, outcome, called_on,
                                called_by, next_try_on)
    values (${municipalityCode}, ${callId}, ${taskId}, ${residentId}, ${outcome}, ${today}, ${by},
            ${again ?? null})
    on conflict (municipality_code, id) do nothing`
  if (kept.count === 0) return false
  await tx`
    insert into follow_up_work as w (municipality_code, task_id, next_try_on, tries)
    values (${municipalityCode}, ${taskId}, ${again ?? null}, 1)
    on conflict (municipality_code, task_id) do update
      set next_try_on = excluded.next_try_on, tries = w.tries + 1`
  return true
}

/** What somebody says on the telephone counts as what is said at the desk. */
async function follow(
  tx: Tx,
  vault: Vault,
  task: OpenTask,
  { callId, outcome, by }: CallToRecord,
  today: PlainDate,
): Promise<void> {
  const { courseId } = task
  if (outcome === 'wrongNumber') await dropPhone(tx, task)
  if (outcome !== 'alreadyHadIt' && outcome !== 'declines') return
  if (!courseId) throw new DomainError('noCourse', 'there is no course', 'outcome')
  const kind = outcome === 'declines' ? 'declines' : 'alreadyVaccinated'
  const { once } = await saidBefore(tx, vault, task, { id: callId, kind, via: 'desk' })
  const isDeclined = kind === 'declines'
  if (isDeclined) await declineCourse(tx, courseId, today)
  const until = isDeclined ? undefined : await holdReminders(tx, courseId, today)
  const statement = { kind, heardBy: by, once, remindersWaitUntil: until } as const
  await keepStatement(tx, vault, { ...task, courseId }, statement, today)
}

/** In words of the worklist's tasks. */
async function settleTask(
  tx: Tx,
  { municipalityCode, taskId }: OpenTask,
  { outcome, by }: CallToRecord,
): Promise<void> {
  const asTask = outcome === 'declines' ? 'declined' : 'reached'
  await tx`
    update task set done_at = now(), done_by = ${by}, outcome = ${asTask}
     where municipality_code = ${municipalityCode} and id = ${taskId} and done_at is null`
}
