/**
 * How far an evening's letters leave without people's eyes. One administrator makes it stricter at once;
 * looser is asked for by one and agreed to by another, within three days, for exactly what was asked.
 */
import { DomainError } from '../../../domain/errors.ts'
import {
  isLooserRelease,
  noticeSettingFault,
  type ReleaseRule,
  stricterRelease,
} from '../../../domain/notice-settings.ts'
import {
  approve,
  consumeApproval,
  findApproval,
  insertApproval,
  listApprovals,
} from '../../auth/approvals.ts'
import type { Sql, Tx } from '../../client.ts'
import {
  changeNoticeSettings,
  type NoticeSettingChanges,
  noticeSettingsOf,
} from '../notice-settings.ts'

const kind = 'releaseRule'
const hours = 72

/**
 * Changes what one person may and asks for the rest: the id of what was asked, undefined when nothing takes
 * two. Throws `settingOutOfBounds`, `unknownMunicipality`.
 */
export async function changeByPerson(
  tx: Tx,
  town: string,
  changes: NoticeSettingChanges,
  by: string,
): Promise<string | undefined> {
  await tx`select from municipality_setting where municipality_code = ${town} for update`
  const before = await noticeSettingsOf(tx, town)
  if (!before) throw new DomainError('unknownMunicipality', 'It takes no part', 'code')
  const wanted: ReleaseRule = {
    releaseAutomaticallyUpTo: changes.releaseAutomaticallyUpTo ?? before.releaseAutomaticallyUpTo,
    waitsForReconciliation: changes.waitsForReconciliation ?? before.waitsForReconciliation,
  }
  if (!isLooserRelease(before, wanted)) {
    await changeNoticeSettings(tx, town, changes)
    return undefined
  }
  const fault = noticeSettingFault({ ...before, ...wanted })
  if (fault) throw new DomainError('settingOutOfBounds', 'The setting is out of bounds', fault)
  await changeNoticeSettings(tx, town, { ...changes, ...stricterRelease(before, wanted) })
  return insertApproval(tx as unknown as Sql, {
    kind,
    office: town,
    subject: subjectOf(wanted),
    reasonCode: 'releaseRule',
    askedBy: by,
    hours,
  })
}

/** False for what is not there. Throws `samePerson` for whoever asked, `approvalOver` for what is over or used. */
export async function agreeToRelease(
  tx: Tx,
  town: string,
  id: string,
  by: string,
): Promise<boolean> {
  const sql = tx as unknown as Sql
  const asked = await findApproval(sql, id, town)
  if (asked?.kind !== kind) return false
  if (!asked.approvedBy) {
    if (asked.askedBy === by) throw new DomainError('samePerson', 'Whoever asked', 'id')
    if (!(await approve(sql, id, town, by))) throw over()
  }
  const { subject } = asked
  if (!(await consumeApproval(sql, { id, kind, office: town, subject }))) throw over()
  await changeNoticeSettings(tx, town, ruleOf(subject), true)
  return true
}

export type ReleaseAsk = ReleaseRule & {
  id: string
  askedBy: string
  expiresAt: Date
  isApproved: boolean
}

/** What still waits for somebody, the newest first. */
export async function releaseAsksOf(tx: Tx, town: string): Promise<ReleaseAsk[]> {
  const asked = await listApprovals(tx as unknown as Sql, town)
  const [clock] = await tx<{ now: Date }[]>`select now()`
  return asked
    .filter((row) => row.kind === kind && !row.usedAt && row.expiresAt > clock!.now)
    .map(({ id, askedBy, expiresAt, approvedBy, subject }) => ({
      ...{ id, askedBy, expiresAt, isApproved: approvedBy !== null, ...ruleOf(subject) },
    }))
}

type Subject = Record<string, string | number>

function subjectOf(rule: ReleaseRule): Subject {
  const { releaseAutomaticallyUpTo, waitsForReconciliation } = rule
  return { releaseAutomaticallyUpTo, waitsForReconciliation: Number(waitsForReconciliation) }
}

function ruleOf(subject: Subject): ReleaseRule {
  return {
    releaseAutomaticallyUpTo: Number(subject.releaseAutomaticallyUpTo),
    waitsForReconciliation: subject.waitsForReconciliation === 1,
  }
}

function over(): DomainError {
  return new DomainError('approvalOver', 'It is over or was used', 'id')
}
