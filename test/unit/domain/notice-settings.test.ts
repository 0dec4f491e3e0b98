import { expect, test } from 'vitest'
import {
  type NoticeSettings,
  newTownsNoticeSettings,
  noticeSettingFault,
} from '../../../domain/notice-settings.ts'

const settings: NoticeSettings = {
  ...{ minimumGraceDays: 21, roundGapDays: 14, followUpAfterDays: 14 },
  ...{ relocationTicketWaitDays: 7, noticeMinute: 540, eveningMinute: 1140 },
  ...{ jitterMinutes: 60, paperHoldDays: 14, ...newTownsNoticeSettings },
  ...{ releaseAutomaticallyUpTo: 0, reconcileWithinDays: 3, waitsForReconciliation: true },
  quietWeekdays: [...newTownsNoticeSettings.quietWeekdays],
}

test('what a new town begins with is within bounds', () => {
  expect(noticeSettingFault(settings)).toBeUndefined()
})

test.each<[keyof NoticeSettings, Partial<NoticeSettings>]>([
  ['preDueDays', { preDueDays: 29 }],
  ['roundGapDays', { roundGapDays: 0 }],
  ['paperHoldDays', { paperHoldDays: 15 }],
  ['jitterMinutes', { jitterMinutes: 1.5 }],
  ['invitationAfterDays', { invitationAfterDays: 27 }],
  ['sendUntilMinute', { sendFromMinute: 600, sendUntilMinute: 659, noticeMinute: 600 }],
  ['noticeMinute', { noticeMinute: 479 }],
  ['noticeMinute', { noticeMinute: 1200 }],
  ['quietWeekdays', { quietWeekdays: [0, 1, 2, 3, 4, 5] }],
  ['quietWeekdays', { quietWeekdays: [7] }],
])('%s out of bounds is found', (name, change) => {
  expect(noticeSettingFault({ ...settings, ...change })).toBe(name)
})

test('0 days of invitation means none', () => {
  expect(noticeSettingFault({ ...settings, invitationAfterDays: 0 })).toBeUndefined()
})
