/** How long what is about mail addresses and mails is kept. */
import type { PlainDate } from './course.ts'
import type { RetentionClass } from './retention.ts'

type Words = { ja: string; en: string }

const decidedOn = '2026-11-26' as PlainDate
const both = (ja: string, en: string): Words => ({ ja, en })

const ownDecision = both('本システムの決定', 'own decision')
const proofRow = both('retention_proof の行', 'a row of retention_proof')

export const mailClasses = [
  {
    name: 'mailAddresses',
    from: decidedOn,
    holds: both(
      'メールアドレスの状態と、本人が登録したアドレス（封緘）',
      'whether a mail address may be written to, and an address that its owner gave (sealed)',
    ),
    purpose: both('同意のあるアドレスにだけ送る', 'to write only to addresses that were agreed to'),
    basis: both('本人の同意', 'the person’s consent'),
    period: both('接種の記録と同じ。本人の消去まで', 'as the record; until the person is erased'),
    clock: 'business',
    job: 'erasure',
    proof: both('keyd の署名付き消去リスト', 'keyd’s signed list of erasures'),
  },
  {
    name: 'mailLinks',
    from: decidedOn,
    holds: both('アドレスを確認するリンク（ハッシュ）', 'links that confirm an address (hashes)'),
    purpose: both('一度だけ使えるリンク', 'a link that works once'),
    basis: ownDecision,
    period: both('31日。使われたものはその時まで', '31 days; a used one until it is used'),
    days: 31,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'mailBounces',
    from: decidedOn,
    holds: both(
      '届かずに戻ったメールの番号と理由（通知そのものは残さない）',
      'which mail came back, and the code of the reason (never the report itself)',
    ),
    purpose: both('なぜ手紙に替えたかを示す', 'to show why a letter followed'),
    basis: ownDecision,
    period: both('180日', '180 days'),
    days: 180,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
] as const satisfies readonly RetentionClass[]
