/** How long the watch over notices keeps what it saw, and what stands around printed letters. */
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
  days: 1_826,
  clock: 'business',
  job: 'daily',
  proof: both('retention_proof の行', 'a row of retention_proof'),
} as const satisfies RetentionClass

/** A batch is accounted for in days; a year later somebody may still ask whether a letter was printed. */
export const printMarksClass = {
  name: 'printMarks',
  from: '2026-11-26' as PlainDate,
  holds: both(
    '読み取った紙の印と、刷り直しの記録（番号だけ）',
    'marks of sheets as they were read, and letters printed anew (random ids alone)',
  ),
  purpose: both('印刷した手紙の全数確認', 'every printed letter is accounted for'),
  basis: both('本システムの決定', 'own decision'),
  period: both('365日', '365 days'),
  days: 365,
  clock: 'business',
  job: 'daily',
  proof: both('retention_proof の行', 'a row of retention_proof'),
} as const satisfies RetentionClass

/**
 * They go when their batch is accounted for. Of one that never is they are names and addresses in plain, and
 * after two weeks nobody may print them any more: people have moved, and were dosed.
 */
export const printFolderClass = {
  name: 'printFolder',
  from: '2026-11-26' as PlainDate,
  holds: both(
    '印刷会社に渡すファイル（便ごとのPDF・一覧）',
    'files for the printing house: PDF, manifest and index of a batch',
  ),
  purpose: both('印刷と投函', 'to print and post'),
  basis: both('本システムの決定', 'own decision'),
  period: both(
    '全数確認まで。確認されないものは14日',
    'until the batch is accounted for; one that is not, 14 days',
  ),
  days: 14,
  clock: 'wall',
  job: 'daily',
  proof: both('retention_proof の行', 'a row of retention_proof'),
} as const satisfies RetentionClass
