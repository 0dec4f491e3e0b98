/**
 * How long each class of data is kept: by which law or decision, from which moment, who deletes it, and
 * what proves it. Dated, because a law or a decision changes; docs/retention.md is written from it.
 */
import type { PlainDate } from './course.ts'
import { mailClasses } from './retention-mail.ts'
import { printFolderClass, printMarksClass, watchedNoticesClass } from './retention-monitor.ts'
import { officeFileClasses } from './retention-office-files.ts'
import { importCellsClass, personLinksClass } from './retention-register.ts'
import { returnedClasses } from './retention-returned.ts'

/** A period begins in business time (a campaign's day) or in wall time (security knows no campaign). */
export type RetentionClock = 'business' | 'wall'

/** Who deletes. Only `daily` leaves a row of `retention_proof`; the others say what proves them. */
export type RetentionJob =
  /** The worker, once a day. */
  | 'daily'
  /** At once, by whoever has no more use for it. */
  | 'atOnce'
  /** The process's own memory. */
  | 'memory'
  /** Temporal's namespace. */
  | 'temporal'
  /** The supervisor, as files grow. */
  | 'rotation'
  /** keyd, for one person, when two people agreed. */
  | 'erasure'
  /** Nobody yet: the first row is not due. */
  | 'notYet'

export type RetentionClass = {
  name: string
  from: PlainDate
  holds: Words
  purpose: Words
  basis: Words
  period: Words
  /** Days after which the daily job takes it. */
  days?: number
  clock: RetentionClock
  job: RetentionJob
  proof: Words
}

type Words = { ja: string; en: string }

const decidedOn = '2026-11-25' as PlainDate
const both = (ja: string, en: string): Words => ({ ja, en })

const ownDecision = both('本システムの決定', 'own decision')
const proofRow = both('retention_proof の行', 'a row of retention_proof')

export const retentionClasses = [
  {
    name: 'vaccinationRecord',
    from: decidedOn,
    holds: both(
      '接種とその訂正・所見・接種券・施設と優先区分のコードの記録（仮名）と、その人の封緘された個人情報',
      'doses and their changes, findings, tickets, codes of facility and group (pseudonymous) and the person’s sealed data',
    ),
    purpose: both('予防接種の記録', 'the record of vaccinations'),
    basis: both(
      '予防接種法施行令 6条の2（5年）',
      'Order for Enforcement of the Immunization Act, art. 6-2 (5 years)',
    ),
    period: both(
      '5年。その後は本人ごとに鍵を破棄し、仮名の行だけが残る',
      '5 years; then the person’s key is destroyed and pseudonymous rows stay',
    ),
    clock: 'business',
    job: 'erasure',
    proof: both('keyd の署名付き消去リスト', 'keyd’s signed list of erasures'),
  },
  personLinksClass,
  watchedNoticesClass,
  {
    name: 'scanAnswers',
    from: decidedOn,
    holds: both(
      '読取の応答（同じ読取をもう一度送ったときのため）',
      'answers to scans, for repetitions',
    ),
    purpose: both('同じ読取を二重に記録しない', 'no scan is recorded twice'),
    basis: ownDecision,
    period: both('90日。判定だけが残る', '90 days; the verdict stays'),
    days: 90,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'unattachedScans',
    from: decidedOn,
    holds: both(
      '本人が確かめられない読取・券なしで届いた接種の、番号・氏名・生年（封緘）',
      'number, name and birth of what is attached to nobody (scans, doses without a ticket), sealed',
    ),
    purpose: both('あとで本人に結びつける', 'to attach it to its person later'),
    basis: ownDecision,
    period: both('解決まで、最長365日', 'until it is resolved, at most 365 days'),
    days: 365,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'scanConflicts',
    from: decidedOn,
    holds: both(
      '端末に戻ってきた読取の番号と申告された生年（封緘）',
      'number and stated birth of a scan that came back to a tablet, sealed',
    ),
    purpose: both(
      '会場の責任者が紙と照らして片付ける',
      'whoever leads the venue settles it by its paper',
    ),
    basis: ownDecision,
    period: both('片付くまで、最長365日', 'until it is settled, at most 365 days'),
    days: 365,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'unattachedKeys',
    from: decidedOn,
    holds: both(
      '解決済みの読取・接種と、記録済みの紙の束の鍵',
      'keys of scans and doses that are resolved, and of piles of paper that are recorded',
    ),
    purpose: both('上記の番号を開く', 'to open that number'),
    basis: ownDecision,
    period: both('解決の翌日まで', 'until the day after'),
    days: 0,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'keyedDrafts',
    from: decidedOn,
    holds: both(
      '紙の入力の束（入力中の番号は封緘、記録後は結果だけ）',
      'piles of paper: the numbers being keyed, sealed; once recorded, what became of each slip',
    ),
    purpose: both('入力の途中で閉じても続けられる', 'a closed tab loses nothing'),
    basis: ownDecision,
    period: both('始めた日から30日', '30 days from the day it was begun'),
    days: 30,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  importCellsClass,
  {
    name: 'letterContent',
    from: decidedOn,
    holds: both('封をした手紙の文面（封緘）', 'text of a sealed letter, sealed'),
    purpose: both('障害のあとも同じ手紙を印刷する', 'the same letter is printed after a crash'),
    basis: ownDecision,
    period: both(
      '印刷まで。取り下げて残ったものは7日',
      'until it is printed; what was withdrawn, 7 days',
    ),
    days: 7,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'letterFiles',
    from: decidedOn,
    holds: both('印刷用のPDF・一覧', 'files for printing: PDF, manifest, index'),
    purpose: both('印刷と投函', 'to print and post'),
    basis: ownDecision,
    period: both('14日', '14 days'),
    days: 14,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  printFolderClass,
  printMarksClass,
  {
    name: 'ticketSheetFiles',
    from: decidedOn,
    holds: both('印刷用の接種券のPDF', 'files of ticket sheets for printing'),
    purpose: both('印刷と投函', 'to print and post'),
    basis: ownDecision,
    period: both('14日', '14 days'),
    days: 14,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  ...officeFileClasses,
  ...mailClasses,
  ...returnedClasses,
  {
    name: 'letterCodes',
    from: decidedOn,
    holds: both('手紙のコードの索引', 'keyed indexes of the codes on letters'),
    purpose: both('本人が自分の記録を見る', 'people see their own record'),
    basis: ownDecision,
    period: both('180日（その前に無効になりうる）', '180 days; dead earlier after a move'),
    days: 180,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'letterCodeTries',
    from: decidedOn,
    holds: both('コードの入力回数（だれのものかは含まない）', 'tries at codes; not whose'),
    purpose: both('総当たりを見つける', 'to find guessing'),
    basis: ownDecision,
    period: both('30日', '30 days'),
    days: 30,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'residentSessions',
    from: decidedOn,
    holds: both('本人ページの15分の記録', 'the quarter of an hour after a code was right'),
    purpose: both('もう一度入力しなくてよい', 'so that nobody types again'),
    basis: ownDecision,
    period: both('終わった翌日まで', 'until the day after they end'),
    days: 0,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'residentMessages',
    from: decidedOn,
    holds: both('本人からの連絡（封緘）', 'what residents said, sealed'),
    purpose: both('確認して答える', 'to look into it and answer'),
    basis: ownDecision,
    period: both('365日', '365 days'),
    days: 365,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'letterRefusals',
    from: decidedOn,
    holds: both('取り消された「お知らせの停止」', 'refusals of letters that were taken back'),
    purpose: both('なぜ送らなかったかを示す', 'to show why nothing was sent'),
    basis: ownDecision,
    period: both('365日。続いているものは残る', '365 days; one that holds stays'),
    days: 365,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'staffSessions',
    from: decidedOn,
    holds: both('職員のサインイン', 'sessions of staff'),
    purpose: both('サインインの維持', 'to stay signed in'),
    basis: ownDecision,
    period: both('終わって30日', '30 days after they end'),
    days: 30,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'signInChallenges',
    from: decidedOn,
    holds: both(
      'サインインの途中の値、端末の鍵付き切符と登録コード',
      'half-done sign-ins, tablets’ tokens and enrolment codes',
    ),
    purpose: both('一度だけ使う', 'to be used once'),
    basis: ownDecision,
    period: both('切れた翌日まで', 'until the day after they expire'),
    days: 0,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'deviceProofs',
    from: decidedOn,
    holds: both('端末の署名の番号（jti）', 'ids of tablets’ proofs (jti)'),
    purpose: both('同じ署名を二度使わせない', 'no proof counts twice'),
    basis: ownDecision,
    period: both('2分（メモリのみ）', 'two minutes, in memory alone'),
    clock: 'wall',
    job: 'memory',
    proof: both('表がない', 'there is no table of them'),
  },
  {
    name: 'outboxErrors',
    from: decidedOn,
    holds: both('配送できなかった知らせの理由', 'why news could not be delivered'),
    purpose: both('運用者が直す', 'operators mend it'),
    basis: ownDecision,
    period: both('30日', '30 days'),
    days: 30,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'myNumberMatches',
    from: decidedOn,
    holds: both('マイナンバー照会の日ごとの件数', 'counts of My Number matches by day'),
    purpose: both('照会の上限', 'the limit of matches'),
    basis: ownDecision,
    period: both('3年', '3 years'),
    days: 1_096,
    clock: 'business',
    job: 'daily',
    proof: proofRow,
  },
  {
    name: 'accessLedger',
    from: decidedOn,
    holds: both('だれが、いつ、何のために見たか', 'who looked, when, why'),
    purpose: both('本人と監督機関への説明', 'to answer to the person and the authority'),
    basis: both(
      'マイナポータルのやりとり履歴（7年）にならう',
      'as Mynaportal keeps exchanges (7 years)',
    ),
    period: both(
      '7年。その後は行の中身を消し、署名された木のハッシュだけを残す（最初の行が満了する前に作る）',
      '7 years; then rows are cut to the hashes that the signed heads are made of (to be built before the first row is due)',
    ),
    clock: 'wall',
    job: 'notYet',
    proof: both('ledger verify', 'ledger verify'),
  },
  {
    name: 'keydLog',
    from: decidedOn,
    holds: both('鍵の使用の記録と、消去した人のリスト', 'keyd’s log, and its list of the erased'),
    purpose: both('台帳と照らし合わせる', 'to be compared with the ledger'),
    basis: both('アクセス台帳と同じ', 'as the access ledger'),
    period: both('7年。消去リストは無期限', '7 years; the list of the erased for ever'),
    clock: 'wall',
    job: 'notYet',
    proof: both('keyd の起動時の検査', 'keyd’s check when it starts'),
  },
  {
    name: 'temporalHistory',
    from: decidedOn,
    holds: both(
      '終わったワークフローの履歴（名前を含まず、暗号化）',
      'histories of finished runs: nobody named, encrypted',
    ),
    purpose: both('障害の調査', 'to look into faults'),
    basis: ownDecision,
    period: both('30日', '30 days'),
    clock: 'wall',
    job: 'temporal',
    proof: both('名前空間の設定', 'the namespace’s setting'),
  },
  {
    name: 'processLogs',
    from: decidedOn,
    holds: both('各プロセスのログ（個人情報を含まない）', 'logs of processes, which name nobody'),
    purpose: both('運用', 'operation'),
    basis: ownDecision,
    period: both(
      '1本10 MBまで、古い3本。古い分は30日',
      '10 MB each and three older ones; these for 30 days',
    ),
    days: 30,
    clock: 'wall',
    job: 'daily',
    proof: proofRow,
  },
] as const satisfies readonly RetentionClass[]

export type RetentionName = (typeof retentionClasses)[number]['name']

/** Classes that the worker takes once a day, with the days they live. */
export type DailyClass = { name: RetentionName; days: number; clock: RetentionClock }

export const dailyClasses: readonly DailyClass[] = retentionClasses.flatMap(
  (one: RetentionClass) =>
    one.job === 'daily' && one.days !== undefined
      ? [{ name: one.name as RetentionName, days: one.days, clock: one.clock }]
      : [],
)
