/** What people make of findings: decided, and whose they are. Every change leaves an event. */
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { type DecisionReason, reportFormOf } from '../../../domain/finding-severity.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import type { FindingState } from '../../schema/findings.ts'
import { lookAtDoses, revisionOf } from './list.ts'
import { reportFor } from './reports.ts'

export type FindingKey = { municipalityCode: string; doseId: string; code: string }

export type Decision = {
  decision: 'checkedRight' | 'wrong'
  /** It is as recorded, and should not have been given so: it is reported. With `checkedRight` alone. */
  isError: boolean
  reason: DecisionReason
  /** Of the finding as it was seen. */
  seenRevision: string
}

export type Decided = { state: FindingState; reportId?: string }

/** May be decided by a person; what was withdrawn or corrected is over. */
const decidable: readonly FindingState[] = ['ruleHit', 'checkedRight', 'wrong']

/**
 * Undefined when that town has no such finding. Throws DomainError `findingIsOver`; `findingChangedMeanwhile`
 * when it is not as it was seen any more; `findingReported` for one whose report was sent; `nothingToReport` for an error of a kind that is about the record alone. The
 * same decision again changes nothing.
 */
export async function decideFinding(
  sql: Sql,
  key: FindingKey,
  decision: Decision,
  by: { accountId: string; today: PlainDate },
): Promise<Decided | undefined> {
  const { municipalityCode, doseId, code } = key
  const form = reportFormOf(code)
  if (decision.isError && (!form || decision.decision !== 'checkedRight')) {
    throw new DomainError('nothingToReport', 'No report is made of this', 'isError')
  }
  const scope = { municipalityCode, purpose: 'checkFindings' } as const
  return withPurpose(sql, scope, async (tx) => {
    const was = await lockFinding(tx, key)
    if (!was) return undefined
    const isSame =
      was.state === decision.decision &&
      was.isError === decision.isError &&
      was.reason === decision.reason &&
      // An error that hit no more when its report was sent is in none.
      was.isError === (was.reportId !== null)
    if (isSame) return answerOf(was.state, was.reportId)
    if (!decidable.includes(was.state)) {
      throw new DomainError('findingIsOver', 'The rule hits no more', 'code')
    }
    if (was.revision !== decision.seenRevision) {
      throw new DomainError('findingChangedMeanwhile', 'Decided by somebody else since', 'if-match')
    }
    if (was.sentOn) throw new DomainError('findingReported', 'Its report was sent', 'code')
    const reportId =
      decision.isError && form
        ? await reportFor(tx, { municipalityCode, form, doseId, today: by.today })
        : null
    await tx`
      update finding
         set state = ${decision.decision}, is_error = ${decision.isError}, reason = ${decision.reason},
             report_id = ${reportId}, decided_by = ${by.accountId}, decided_at = clock_timestamp(),
             decided_on = ${by.today}, owner_id = coalesce(owner_id, ${by.accountId})
       where municipality_code = ${municipalityCode} and dose_id = ${doseId} and code = ${code}`
    await noteEvent(tx, key, {
      ...{ what: 'decided', by: by.accountId, today: by.today, because: decision.reason },
      ...{ stateFrom: was.state, stateTo: decision.decision },
    })
    return answerOf(decision.decision, reportId)
  })
}

function answerOf(state: FindingState, reportId: string | null): Decided {
  return { state, ...(reportId && { reportId }) }
}

/**
 * Undefined when that town has no such finding. Throws `unknownOwner` for an account that does not decide
 * in that town.
 */
export async function assignFinding(
  sql: Sql,
  key: FindingKey,
  to: { ownerId: string | null; dueOn?: PlainDate | undefined },
  by: { accountId: string; today: PlainDate },
): Promise<Decided | undefined> {
  const { municipalityCode, doseId, code } = key
  const scope = { municipalityCode, purpose: 'checkFindings' } as const
  return withPurpose(sql, scope, async (tx) => {
    const was = await lockFinding(tx, key)
    if (!was) return undefined
    if (to.ownerId !== null) {
      const [found] = await tx`
        select from account where id = ${to.ownerId} and office = ${municipalityCode}
           and disabled_at is null and role in ('clerk', 'municipalAdministrator')`
      if (!found) throw new DomainError('unknownOwner', 'No such colleague', 'ownerId')
    }
    await tx`
      update finding set owner_id = ${to.ownerId}, due_on = coalesce(${to.dueOn ?? null}, due_on)
       where municipality_code = ${municipalityCode} and dose_id = ${doseId} and code = ${code}`
    await noteEvent(tx, key, {
      ...{ what: 'assigned', by: by.accountId, today: by.today, ownerId: to.ownerId },
      ...{ stateFrom: was.state, stateTo: was.state },
    })
    return answerOf(was.state, was.reportId)
  })
}

type Locked = {
  state: FindingState
  isError: boolean
  reason: string | null
  reportId: string | null
  revision: string
  sentOn: PlainDate | null
  residentId: string
  courseId: string
}

/** Two who decide at once take turns. */
async function lockFinding(tx: Tx, key: FindingKey): Promise<Locked | undefined> {
  const { municipalityCode, doseId, code } = key
  await tx`
    select from finding
     where municipality_code = ${municipalityCode} and dose_id = ${doseId} and code = ${code}
       for no key update`
  const found = await tx<Locked[]>`
    select f.state, f.is_error as "isError", f.reason, f.report_id as "reportId",
           ${revisionOf(tx)} as revision,
           r.sent_on as "sentOn", d.resident_id as "residentId", d.course_id as "courseId"
      from finding f
      join dose d on (d.municipality_code, d.id) = (f.municipality_code, f.dose_id)
      left join error_report r on (r.municipality_code, r.id) = (f.municipality_code, f.report_id)
     where f.municipality_code = ${municipalityCode} and f.dose_id = ${doseId} and f.code = ${code}`
  await lookAtDoses(tx, municipalityCode, found)
  return found[0]
}

type Event = {
  what: 'decided' | 'assigned'
  by: string
  today: PlainDate
  because?: string
  ownerId?: string | null
  stateFrom: FindingState
  stateTo: FindingState
}

async function noteEvent(tx: Tx, key: FindingKey, event: Event): Promise<void> {
  await tx`
    insert into finding_event (municipality_code, dose_id, code, on_day, by_whom, what, because,
                               state_from, state_to, owner_id)
    values (${key.municipalityCode}, ${key.doseId}, ${key.code}, ${event.today}, ${event.by},
            ${event.what}, ${event.because ?? null}, ${event.stateFrom}, ${event.stateTo},
            ${event.ownerId ?? null})`
}
