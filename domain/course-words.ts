/**
 * A course in plain words: the one place for what the course page and the Temporal UI say of it.
 *
 * Nothing but `CourseFacts` goes in, so nothing about a person can come out. The texts that are kept
 * in histories stay under 200 bytes of UTF-8: the server refuses summaries over 400 bytes encoded,
 * and encryption adds to them.
 */
import {
  type ClosedBecause,
  type CourseFacts,
  type CourseStep,
  isOver,
  type PlainDate,
} from './course.ts'

export type Lang = 'ja' | 'en'

export type CourseWords = {
  /** One line: where the course stands and what comes next. */
  summary: string
  /** Where the course stands. */
  state: string
  /** What comes next, and when. */
  next: string
  /** Markdown: all of it, and the facts behind it. */
  details: string
}

type StepToTell = Omit<CourseStep, 'at'>

export function courseWords(facts: CourseFacts, lang: Lang): CourseWords {
  const state = stateWords(facts, lang)
  const next = nextWords(facts, lang)
  const step = facts.steps[0]
  const shortNext = step
    ? { ja: `次の処理 ${shortDate(step.on)}`, en: `next step on ${longDate(step.on, 'en')}` }[lang]
    : next
  const summary = isOver(facts.stage) ? state : [state, shortNext].join(separator[lang])
  return { summary, state, next, details: detailWords(facts, state, next, lang) }
}

/** What `setCurrentDetails` shows: Japanese, then English. Markdown. */
export function operatorDetails(facts: CourseFacts): string {
  return [courseWords(facts, 'ja').details, courseWords(facts, 'en').details].join('\n\n---\n\n')
}

/** The line that stands beside a run from its start to its end. */
export function startSummary(courseId: string): string {
  return `接種コース ${courseId.slice(0, 8)} / vaccination course`
}

export function timerSummary(step: StepToTell): string {
  const ja = `${shortDate(step.on)}まで待機（次：${stepWords(step, 'ja')}）`
  return `${ja} / wait until ${longDate(step.on, 'en')}: ${stepWords(step, 'en')}`
}

export function activitySummary(step: StepToTell): string {
  switch (step.kind) {
    case 'reminder':
    case 'relocationNotice':
      return `${stepWords(step, 'ja')}：要否を再確認して手配 / ${stepWords(step, 'en')}: check again, then queue`
    case 'followUp':
    case 'stage':
      return `${stepWords(step, 'ja')} / ${stepWords(step, 'en')}`
    default:
      return assertNever(step.kind)
  }
}

export const newestFactsSummary = '最新の記録を確認 / ask for the newest facts'

const separator = { ja: '・', en: ', ' } as const

function stateWords(facts: CourseFacts, lang: Lang): string {
  const stage = stageWords(facts, lang)
  const rounds = roundWords(facts, lang)
  return rounds ? [stage, rounds].join(separator[lang]) : stage
}

function stageWords(facts: CourseFacts, lang: Lang): string {
  switch (facts.stage) {
    case 'awaitingFirstDose':
      return facts.dosesGiven === 0
        ? { ja: '1回目の接種待ち', en: 'Waiting for the first dose' }[lang]
        : {
            ja: '2回目のみ記録あり・1回目の記録待ち',
            en: 'Only a second dose is recorded, waiting for the record of the first',
          }[lang]
    case 'awaitingSecondDose':
      return { ja: '2回目の接種待ち', en: 'Waiting for the second dose' }[lang]
    case 'secondDoseOverdue':
      return { ja: '2回目の期限超過', en: 'Second dose overdue' }[lang]
    case 'inFollowUp':
      return {
        ja: '2回目の期限超過・市区町村が個別に確認中',
        en: 'Second dose overdue, the municipality follows up by hand',
      }[lang]
    case 'complete':
      return { ja: '接種完了', en: 'Complete' }[lang]
    case 'closed':
      return closedWords(facts.closedBecause, lang)
    default:
      return assertNever(facts.stage)
  }
}

const closedReasons: Record<ClosedBecause, Record<Lang, string>> = {
  deceased: { ja: '死亡の届出', en: 'death was reported' },
  movedAbroad: { ja: '国外転出', en: 'moved abroad' },
  declined: { ja: '本人の辞退', en: 'declined' },
  merged: { ja: '別のコースに統合', en: 'merged into another course' },
  removedFromRegister: { ja: '職権消除', en: 'removed from the register' },
  erased: { ja: '個人情報の消去', en: 'personal data was erased' },
}

function closedWords(because: ClosedBecause | undefined, lang: Lang): string {
  const reason = because && closedReasons[because][lang]
  if (lang === 'ja') return reason ? `終了（${reason}）` : '終了'
  return reason ? `Closed: ${reason}` : 'Closed'
}

/**
 * The reminder rounds behind the course. Rounds come one at a time, so the next step tells; between
 * two towns none is planned and nothing can be said. A round may have been suppressed instead of
 * sent, so the words claim no more than "done".
 */
function roundWords({ stage, steps }: CourseFacts, lang: Lang): string | undefined {
  if (stage !== 'secondDoseOverdue' && stage !== 'inFollowUp') return undefined
  const reminder = steps.find((step) => step.kind === 'reminder')
  const done = reminder ? reminder.round - 1 : 0
  if (done > 0) return { ja: `督促${done}回処理済`, en: `reminder rounds done: ${done}` }[lang]
  const followUpOfReminders = steps.some((s) => s.kind === 'followUp' && s.phase === 'overdue')
  if (stage !== 'inFollowUp' && !followUpOfReminders) return undefined
  return { ja: '督促は全回処理済', en: 'all reminder rounds done' }[lang]
}

function nextWords(facts: CourseFacts, lang: Lang): string {
  const step = facts.steps[0]
  if (isOver(facts.stage)) return { ja: '次の処理なし', en: 'Nothing further' }[lang]
  if (!step) return { ja: '届出・記録を待機中', en: 'waiting for news' }[lang]
  return {
    ja: `次の処理 ${longDate(step.on, 'ja')} ${stepWords(step, 'ja')}`,
    en: `Next on ${longDate(step.on, 'en')}: ${stepWords(step, 'en')}`,
  }[lang]
}

function stepWords(step: StepToTell, lang: Lang): string {
  switch (step.kind) {
    case 'stage':
      return { ja: `${step.doseNumber}回目が期限超過に`, en: `dose ${step.doseNumber} overdue` }[
        lang
      ]
    case 'reminder':
      return { ja: `督促${step.round}回目`, en: `reminder ${step.round}` }[lang]
    case 'relocationNotice':
      return { ja: '転入者へのお知らせ', en: 'notice after the move' }[lang]
    case 'followUp':
      return {
        ja: '市区町村に個別確認を依頼',
        en: 'ask the municipality to follow up',
      }[lang]
    default:
      return assertNever(step.kind)
  }
}

function detailWords(facts: CourseFacts, state: string, next: string, lang: Lang): string {
  const later = facts.steps.slice(1).map((step) => stepLine(step, lang))
  const labels = detailLabels[lang]
  const lines = [
    `**${state}**`,
    '',
    `- ${next}`,
    ...later.map((line) => `- ${labels.later}: ${line}`),
    `- ${labels.doses}: ${facts.dosesGiven}${facts.product ? ` (${facts.product})` : ''}`,
    `- ${labels.municipality}: ${facts.municipalityCode}`,
    `- ${labels.version}: ${facts.version} (${facts.cause})`,
  ]
  return lines.join('\n')
}

const detailLabels = {
  ja: {
    later: 'その後',
    doses: '接種記録数',
    municipality: '市区町村コード',
    version: '記録の版',
  },
  en: {
    later: 'Later',
    doses: 'Doses recorded',
    municipality: 'Municipality',
    version: 'Version of the facts',
  },
} as const

function stepLine(step: StepToTell, lang: Lang): string {
  return `${longDate(step.on, lang)} ${stepWords(step, lang)}`
}

const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
]

function shortDate(on: PlainDate): string {
  const [, month, day] = on.split('-').map(Number)
  return `${month}/${day}`
}

function longDate(on: PlainDate, lang: Lang): string {
  const [year, month, day] = on.split('-').map(Number)
  if (lang === 'ja') return `${year}年${month}月${day}日`
  return `${day} ${monthNames[(month ?? 1) - 1]} ${year}`
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
