/** How long the watch over notices keeps what it saw. */
import type { PlainDate } from './course.ts'
import type { RetentionClass } from './retention.ts'

type Words = { ja: string; en: string }

const both = (ja: string, en: string): Words => ({ ja, en })

export const watchedNoticesClass = {
  name: 'watchedNotices',
  from: '2026-11-26' as PlainDate,
  holds: both(
    '出た通知の控え（仮名）と、送るべき通知との差異',
    'what left, as it was seen to leave (pseudonymous), and differences from what was owed',
  ),
  purpose: both(
    '送り漏れと誤送付の発見、費用の計算',
    'to find what was lost or sent wrongly, and to reckon costs',
  ),
  basis: both('本システムの決定', 'own decision'),
  period: both('5年（接種の記録と同じ）', '5 years, as the record of vaccinations'),
  clock: 'business',
  job: 'notYet',
  proof: both('最初の行はまだ期限前', 'the first row is not due yet'),
} as const satisfies RetentionClass
