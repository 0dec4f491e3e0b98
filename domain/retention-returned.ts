/** How long what is known of returned letters, of calls and of what clerks told by hand is kept. */
import type { PlainDate } from './course.ts'
import type { RetentionClass } from './retention.ts'

type Words = { ja: string; en: string }

const decidedOn = '2026-11-26' as PlainDate
const both = (ja: string, en: string): Words => ({ ja, en })

const ownDecision = both('本システムの決定', 'own decision')
const proofRow = both('retention_proof の行', 'a row of retention_proof')

export const returnedClasses = [
  {
    name: 'returnedLetters',
    from: decidedOn,
    holds: both(
      '返ってきた郵便物とその対応の記録（仮名）',
      'letters that came back and how they were settled (pseudonymous)',
    ),
    purpose: both('届かない住所へ送り続けない', 'no letter goes to an address that reaches nobody'),
    basis: ownDecision,
    period: both('対応が終わってから365日', '365 days after it was settled'),
    days: 365,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'forwardingAddresses',
    from: decidedOn,
    holds: both(
      '登録と別の送付先（封緘）',
      'addresses to write to instead of the registered one, sealed',
    ),
    purpose: both('通知を届ける', 'to deliver notices'),
    basis: ownDecision,
    period: both(
      '使っている間と、終わってから90日。本人の消去で直ちに',
      'while it is in force and 90 days after; at once when the person is erased',
    ),
    days: 90,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'contactPhones',
    from: decidedOn,
    holds: both('電話番号（封緘）', 'telephone numbers, sealed'),
    purpose: both('最後の通知のあとの電話', 'calling after the last reminder'),
    basis: ownDecision,
    period: both(
      '入力から180日。番号違い・本人の消去で直ちに',
      '180 days from its entry; at once when it is wrong or the person is erased',
    ),
    days: 180,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'followUpCalls',
    from: decidedOn,
    holds: both('電話の結果（仮名）', 'what came of calls (pseudonymous)'),
    purpose: both(
      '同じ人に何度も電話しない、引き継ぐ',
      'nobody is called twice; calls are handed over',
    ),
    basis: ownDecision,
    period: both('365日', '365 days'),
    days: 365,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'manualNotices',
    from: decidedOn,
    holds: both(
      '職員が本人に直接お知らせした記録（仮名。日・方法・何の通知か）',
      'that a clerk told somebody in place of a notice (pseudonymous: the day, how, of what)',
    ),
    purpose: both(
      '同じお知らせを二度しない、なぜ送らなかったかを示す',
      'nobody is told twice; to show why nothing was sent',
    ),
    basis: ownDecision,
    period: both('接種の記録と同じ。本人の消去まで', 'as the record; until the person is erased'),
    clock: 'business',
    job: 'erasure',
    proof: both('keyd の署名付き消去リスト', 'keyd’s signed list of erasures'),
  },
] as const satisfies readonly RetentionClass[]
