/** How long what clerks ask for is kept: files, their keys, and whose form is whose. */
import type { PlainDate } from './course.ts'
import type { RetentionClass } from './retention.ts'

type Words = { ja: string; en: string }

const decidedOn = '2026-11-26' as PlainDate
const both = (ja: string, en: string): Words => ({ ja, en })

const ownDecision = both('本システムの決定', 'own decision')
const proofRow = both('retention_proof の行', 'a row of retention_proof')

export const officeFileClasses = [
  {
    name: 'officeFiles',
    from: decidedOn,
    holds: both(
      '職員が作った書き出しと印刷のファイル（封緘）',
      'files that staff asked for, to hand back or to print (sealed)',
    ),
    purpose: both('受け取りと印刷', 'to be fetched and printed'),
    basis: ownDecision,
    period: both('3日', '3 days'),
    days: 3,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'officeFileKeys',
    from: decidedOn,
    holds: both('そのファイルの鍵（包んだもの）', 'the keys of those files (wrapped)'),
    purpose: both('受け取りと印刷', 'to be fetched and printed'),
    basis: ownDecision,
    period: both('3日', '3 days'),
    days: 3,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'paperForms',
    from: decidedOn,
    holds: both(
      'どの接種記録票がだれのものか',
      'whose dose form stands on which page of a printed batch',
    ),
    purpose: both('戻った票の確認', 'to tell which forms have come back'),
    basis: ownDecision,
    period: both('180日', '180 days'),
    days: 180,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
] as const satisfies readonly RetentionClass[]
