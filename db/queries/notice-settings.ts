/** A town's notice settings: read, and changed within their bounds. A trigger notes who changed what. */
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  isLooserRelease,
  type NoticeSettings,
  noticeSettingFault,
} from '../../domain/notice-settings.ts'
import type { Sql, Tx } from '../client.ts'

/** Undefined for a town that takes no part. */
export async function noticeSettingsOf(
  sql: Sql | Tx,
  code: string,
): Promise<NoticeSettings | undefined> {
  const [row] = await sql<NoticeSettings[]>`
    select minimum_grace_days as "minimumGraceDays", round_gap_days as "roundGapDays",
           follow_up_after_days as "followUpAfterDays",
           relocation_ticket_wait_days as "relocationTicketWaitDays",
           notice_minute as "noticeMinute", evening_minute as "eveningMinute",
           pre_due_days as "preDueDays", invitation_after_days as "invitationAfterDays",
           lot_recall_notices as "lotRecallNotices", send_from_minute as "sendFromMinute",
           send_until_minute as "sendUntilMinute", quiet_weekdays as "quietWeekdays",
           holidays_are_quiet as "holidaysAreQuiet", jitter_minutes as "jitterMinutes",
           paper_hold_days as "paperHoldDays",
           release_automatically_up_to as "releaseAutomaticallyUpTo",
           waits_for_reconciliation as "waitsForReconciliation",
           reconcile_within_days as "reconcileWithinDays"
      from municipality_setting where municipality_code = ${code}`
  return row
}

export type NoticeSettingChanges = {
  [Name in keyof NoticeSettings]?: NoticeSettings[Name] | undefined
}

/**
 * What is left out stays. Throws `settingOutOfBounds` with the name of the first that does not fit, and
 * `releaseTakesTwo` when letters could leave that could not before, unless two people agreed on exactly
 * that (`release/rule.ts`; the database looks as well).
 */
export async function changeNoticeSettings(
  tx: Tx,
  code: string,
  changes: NoticeSettingChanges,
  twoAgreed = false,
): Promise<void> {
  await tx`select from municipality_setting where municipality_code = ${code} for update`
  const before = await noticeSettingsOf(tx, code)
  if (!before) throw new DomainError('unknownMunicipality', 'It takes no part', 'code')
  const said = Object.entries(changes).filter(([, value]) => value !== undefined)
  const settings = { ...before, ...Object.fromEntries(said) } as NoticeSettings
  const fault = noticeSettingFault(settings)
  if (fault) throw new DomainError('settingOutOfBounds', 'The setting is out of bounds', fault)
  if (!twoAgreed && isLooserRelease(before, settings)) {
    throw new DomainError('releaseTakesTwo', 'One alone lets no letters leave', 'settings')
  }
  await tx`
    update municipality_setting set
      minimum_grace_days = ${settings.minimumGraceDays}, round_gap_days = ${settings.roundGapDays},
      follow_up_after_days = ${settings.followUpAfterDays},
      relocation_ticket_wait_days = ${settings.relocationTicketWaitDays},
      notice_minute = ${settings.noticeMinute}, evening_minute = ${settings.eveningMinute},
      pre_due_days = ${settings.preDueDays}, invitation_after_days = ${settings.invitationAfterDays},
      lot_recall_notices = ${settings.lotRecallNotices},
      send_from_minute = ${settings.sendFromMinute}, send_until_minute = ${settings.sendUntilMinute},
      quiet_weekdays = ${[...new Set(settings.quietWeekdays)].sort()},
      holidays_are_quiet = ${settings.holidaysAreQuiet}, jitter_minutes = ${settings.jitterMinutes},
      paper_hold_days = ${settings.paperHoldDays},
      release_automatically_up_to = ${settings.releaseAutomaticallyUpTo},
      waits_for_reconciliation = ${settings.waitsForReconciliation},
      reconcile_within_days = ${settings.reconcileWithinDays}
    where municipality_code = ${code}`
}

export type QuietDay = { day: PlainDate; why: string }

export async function quietDaysOf(
  sql: Sql | Tx,
  code: string,
  from: PlainDate,
): Promise<QuietDay[]> {
  return sql<QuietDay[]>`
    select day, why from quiet_day where municipality_code = ${code} and day >= ${from} order by day`
}

/** So many days to come that more would be somebody's mistake. */
const quietDaysAtMost = 60

/** Throws `dateInPast`, `tooManyQuietDays`. Declared again it has the newer reason. */
export async function declareQuietDay(
  tx: Tx,
  code: string,
  { day, why }: QuietDay,
  today: PlainDate,
): Promise<void> {
  if (day < today) throw new DomainError('dateInPast', 'The day is over', 'day')
  const days = await quietDaysOf(tx, code, today)
  if (days.length >= quietDaysAtMost) {
    throw new DomainError('tooManyQuietDays', 'So many days would hold what is owed', 'day')
  }
  await tx`
    insert into quiet_day (municipality_code, day, why) values (${code}, ${day}, ${why})
    on conflict (municipality_code, day) do update set why = excluded.why`
}

export async function takeBackQuietDay(
  tx: Tx,
  code: string,
  day: PlainDate,
  today: PlainDate,
): Promise<boolean> {
  const gone = await tx`
    delete from quiet_day where municipality_code = ${code} and day = ${day} and day >= ${today}`
  return gone.count > 0
}

export type SettingChange = {
  name: string
  before: string | null
  after: string | null
  changedBy: string
  changedAt: Date
}

/** The latest first. */
export async function settingChangesOf(
  sql: Sql | Tx,
  code: string,
  atMost: number,
): Promise<SettingChange[]> {
  return sql<SettingChange[]>`
    select name, before, after, changed_by as "changedBy", changed_at as "changedAt"
      from setting_change where municipality_code = ${code} order by id desc limit ${atMost}`
}
