/** How long what imports and links leave behind is kept. */
import type { PlainDate } from './course.ts'
import type { RetentionClass } from './retention.ts'

type Words = { ja: string; en: string }

const decidedOn = '2026-11-26' as PlainDate
const both = (ja: string, en: string): Words => ({ ja, en })

const ownDecision = both('本システムの決定', 'own decision')
const proofRow = both('retention_proof の行', 'a row of retention_proof')

export const personLinksClass = {
  name: 'personLinks',
  from: decidedOn,
  holds: both(
    '同じ人として結んだ2つの登録の組（仮名）と、元に戻すための日付・状態',
    'pairs of register rows that two people linked (pseudonymous), and the days and states that an undo puts back',
  ),
  purpose: both('誤って結んだものを元に戻す', 'to undo a wrong link'),
  basis: ownDecision,
  period: both(
    '組は接種の記録と同じ。戻すための内容は、戻したとき、または本人の消去まで',
    'the pair as the record of vaccinations; what an undo puts back until it is undone or the person is erased',
  ),
  clock: 'business',
  job: 'erasure',
  proof: both('keyd の署名付き消去リスト', 'keyd’s signed list of erasures'),
} as const satisfies RetentionClass

export const importCellsClass = {
  name: 'importCells',
  from: decidedOn,
  holds: both(
    '取り込みで確認が必要だったセルと、置き換えた前の値（封緘）',
    'cells of a municipal file that needed a look, and what it replaced, sealed',
  ),
  purpose: both('確認と、取り込みの取り消し', 'to check them, and to undo an import'),
  basis: ownDecision,
  period: both('受け取りから60日', '60 days from the file’s arrival'),
  days: 60,
  clock: 'business',
  job: 'daily',
  proof: proofRow,
} as const satisfies RetentionClass
