/** Chooses the sentences of a notice; letter and mail say the same in the same order. */
import type { NoticeTexts } from '../i18n/notices-ja.ts'
import type { NoticeForMail } from './notice.ts'

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
  const isLast = kind === 'reminder' && round >= lastReminderRound
  return {
    title: texts.title[kind](dose),
    action: actionOf(texts, notice),
    deadline: deadlineOf(texts, notice),
    opening: [
      texts.opening[kind](town, dose, campaignDate),
      ...(previousDose
        ? [texts.previousDose(dose - 1, previousDose.givenOn, productIn(texts, previousDose))]
        : []),
    ],
    details: [
      ...ticketSentences(texts, notice, channel, town),
      ...(kind === 'reminder' && isPastDue(notice) ? [texts.neverRestart] : []),
      texts.alreadyDone(dose),
      ...(isLast ? [texts.lastReminder] : []),
    ],
    inBrief: texts.inBrief[kind](town, dose, sender.phone),
  }
}

function actionOf(texts: NoticeTexts, { kind, doseNumber, ticketHint }: NoticeForMail): string {
  if (kind === 'reminder') return texts.action.book(doseNumber)
  return ticketHint === 'newTicketEnclosed'
    ? texts.action.bookWithNewTicket(doseNumber)
    : texts.action.callForTicket(doseNumber)
}

function deadlineOf(texts: NoticeTexts, notice: NoticeForMail): string[] {
  const { dueWindow, campaignDate } = notice
  if (!dueWindow) return []
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
