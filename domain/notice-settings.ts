/** What a town decides about its notices, within what bounds, and what a new town begins with. */

/** Days, minutes of a day, letters. The database has the same bounds. */
export const noticeSettingBounds = {
  minimumGraceDays: [0, 90],
  roundGapDays: [1, 90],
  followUpAfterDays: [1, 90],
  relocationTicketWaitDays: [0, 60],
  noticeMinute: [0, 1439],
  eveningMinute: [0, 1439],
  preDueDays: [0, 28],
  invitationAfterDays: [0, 180],
  sendFromMinute: [0, 1380],
  sendUntilMinute: [60, 1440],
  jitterMinutes: [0, 240],
  paperHoldDays: [0, 14],
  /** Letters of an evening that may leave without two people; 0: none. */
  releaseAutomaticallyUpTo: [0, 100_000],
  reconcileWithinDays: [1, 30],
} as const satisfies Record<string, readonly [number, number]>

export type NoticeNumber = keyof typeof noticeSettingBounds

export type NoticeSettings = Record<NoticeNumber, number> & {
  lotRecallNotices: boolean
  /** An evening waits until the last one's letters are accounted for. */
  waitsForReconciliation: boolean
  /** 0 is Sunday. */
  quietWeekdays: number[]
  holidaysAreQuiet: boolean
}

/** How far an evening's letters leave without people's eyes. */
export type ReleaseRule = Pick<
  NoticeSettings,
  'releaseAutomaticallyUpTo' | 'waitsForReconciliation'
>

/** Whether letters could leave under `after` that could not under `before`: that takes two people. */
export function isLooserRelease(before: ReleaseRule, after: ReleaseRule): boolean {
  return (
    after.releaseAutomaticallyUpTo > before.releaseAutomaticallyUpTo ||
    (before.waitsForReconciliation && !after.waitsForReconciliation)
  )
}

/** The stricter of both in each part. */
export function stricterRelease(one: ReleaseRule, other: ReleaseRule): ReleaseRule {
  return {
    releaseAutomaticallyUpTo: Math.min(
      one.releaseAutomaticallyUpTo,
      other.releaseAutomaticallyUpTo,
    ),
    waitsForReconciliation: one.waitsForReconciliation || other.waitsForReconciliation,
  }
}

/** Below this many days nobody is invited who may still be waiting for a free slot. */
export const invitationAfterDaysAtLeast = 28
export const sendingMinutesAtLeast = 60
export const quietWeekdaysAtMost = 5

/** By day, and on days on which somebody answers the telephone that the notice names. */
export const newTownsNoticeSettings = {
  preDueDays: 7,
  invitationAfterDays: 90,
  lotRecallNotices: true,
  sendFromMinute: 480,
  sendUntilMinute: 1200,
  quietWeekdays: [0],
  holidaysAreQuiet: true,
} as const satisfies Partial<NoticeSettings>

/** The first setting that does not fit, also beside the others; undefined when all do. */
export function noticeSettingFault(settings: NoticeSettings): keyof NoticeSettings | undefined {
  for (const [name, [least, most]] of Object.entries(noticeSettingBounds)) {
    const value = settings[name as NoticeNumber]
    if (!Number.isInteger(value) || value < least || value > most) return name as NoticeNumber
  }
  const { invitationAfterDays, sendFromMinute, sendUntilMinute, noticeMinute } = settings
  if (invitationAfterDays !== 0 && invitationAfterDays < invitationAfterDaysAtLeast) {
    return 'invitationAfterDays'
  }
  if (sendUntilMinute - sendFromMinute < sendingMinutesAtLeast) return 'sendUntilMinute'
  if (noticeMinute < sendFromMinute || noticeMinute >= sendUntilMinute) return 'noticeMinute'
  const days = new Set(settings.quietWeekdays)
  const areWeekdays = settings.quietWeekdays.every((day) => Number.isInteger(day) && day in week)
  return areWeekdays && days.size <= quietWeekdaysAtMost ? undefined : 'quietWeekdays'
}

const week = [0, 1, 2, 3, 4, 5, 6]
