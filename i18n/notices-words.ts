/**
 * What a notice needs to know, and which sentences it has; letter and mail say the same in the same
 * order. A ticket number, a My Number and a venue have no field, so that none can leak.
 */
import {
  type NoticeKind,
  type NoticePhase,
  noticeTextOf,
  type PlainDate,
} from '../domain/course.ts'
import type { NoticeTexts } from './notices-ja.ts'

export type Named = {
  familyName: string
  givenName: string
  /** Full-width katakana or hiragana; shown instead of a name that cannot be shown whole. */
  kana: string
}

export type Sender = {
  municipalityName: string
  /** For the English line; without it that line says "your municipality". */
  municipalityNameEn?: string
  /** The office that answers questions, such as 健康推進課. */
  office: string
  phone: string
  /** Postcode and address to which undeliverable letters go back. */
  returnAddress?: string
}

export type NoticeForMail = {
  /** Random UUID of the notice; attempts of one notice share it. */
  noticeId: string
  kind: NoticeKind
  /** Of a reminder; without it the dose is overdue. */
  phase?: NoticePhase
  round: number
  /** The dose that is still missing; of a recalled lot, the dose that was given. */
  doseNumber: number
  /** The day printed on the notice. */
  campaignDate: PlainDate
  recipient: Named
  sender: Sender
  previousDose?: { givenOn: PlainDate; productNameJa: string; productNameEn: string }
  dueWindow?: { earliest: PlainDate; due: PlainDate }
  /** Of a recalled lot only. */
  lotNumber?: string
  /** Relocation notices only; without it the reader is asked to call. */
  ticketHint?: 'newTicketEnclosed' | 'callForTicket'
}

export type NoticeWords = {
  title: string
  action: string
  /** What the reader must know about the day; set in bold. */
  deadline: string[]
  opening: string[]
  details: string[]
  inBrief: string
}

const lastReminderRound = 2

export function noticeWords(
  texts: NoticeTexts,
  notice: NoticeForMail,
  channel: 'letter' | 'mail',
): NoticeWords {
  const { kind, doseNumber: dose, round, campaignDate, sender, previousDose } = notice
  const town = townIn(texts, sender)
  const text = noticeTextOf(notice)
  const isLast = text === 'reminder' && round >= lastReminderRound
  const isRecall = kind === 'lotRecall'
  const previousNumber = isRecall ? dose : dose - 1
  return {
    title: texts.title[text](dose),
    action: actionOf(texts, notice),
    deadline: deadlineOf(texts, notice),
    opening: [
      texts.opening[text](town, dose, campaignDate),
      ...(previousDose
        ? [texts.previousDose(previousNumber, previousDose.givenOn, productIn(texts, previousDose))]
        : []),
    ],
    details: [
      ...ticketSentences(texts, notice, channel, town),
      ...(kind === 'reminder' && isPastDue(notice) ? [texts.neverRestart] : []),
      ...(isRecall ? recallSentences(texts, notice) : [texts.alreadyDone(dose)]),
      ...(kind === 'invitation' ? [texts.ticketLost, texts.notWished] : []),
      ...(isLast ? [texts.lastReminder] : []),
    ],
    inBrief: texts.inBrief[text](town, dose, sender.phone),
  }
}

function actionOf(texts: NoticeTexts, notice: NoticeForMail): string {
  const { doseNumber, ticketHint } = notice
  const text = noticeTextOf(notice)
  switch (text) {
    case 'reminder':
      return texts.action.book(doseNumber)
    case 'preDue':
      return texts.action.bookIfNotYet(doseNumber)
    case 'invitation':
      return texts.action.bookIfWished()
    case 'lotRecall':
      return texts.action.call()
    case 'relocationNotice':
      return ticketHint === 'newTicketEnclosed'
        ? texts.action.bookWithNewTicket(doseNumber)
        : texts.action.callForTicket(doseNumber)
    default:
      return assertNever(text)
  }
}

function recallSentences(texts: NoticeTexts, { lotNumber }: NoticeForMail): string[] {
  return [...(lotNumber ? [texts.lotNumber(lotNumber)] : []), texts.recallIsNoBlame, texts.ifUnwell]
}

function deadlineOf(texts: NoticeTexts, notice: NoticeForMail): string[] {
  const { dueWindow, campaignDate } = notice
  if (!dueWindow || notice.kind === 'lotRecall') return []
  if (isPastDue(notice)) return [texts.duePassed(dueWindow.due), texts.soonAsPossible]
  const isTooEarly = dueWindow.earliest > campaignDate
  return [
    ...(isTooEarly ? [texts.fromEarliest(dueWindow.earliest)] : []),
    texts.dueBy(dueWindow.due),
  ]
}

function isPastDue({ dueWindow, campaignDate }: NoticeForMail): boolean {
  return dueWindow !== undefined && dueWindow.due < campaignDate
}

function ticketSentences(
  texts: NoticeTexts,
  { kind, ticketHint }: NoticeForMail,
  channel: 'letter' | 'mail',
  town: string,
): string[] {
  if (kind !== 'relocationNotice') return []
  if (ticketHint === 'newTicketEnclosed') return [texts.newTicket[channel](town), texts.oldTicket]
  return [texts.ticketByCall, texts.oldTicket]
}

function townIn(texts: NoticeTexts, sender: NoticeForMail['sender']): string {
  return texts.town(sender.municipalityName, sender.municipalityNameEn)
}

function productIn(
  texts: NoticeTexts,
  product: NonNullable<NoticeForMail['previousDose']>,
): string {
  return texts.product(product.productNameJa, product.productNameEn)
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
