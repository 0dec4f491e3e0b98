import type { PlainDate } from '../domain/course.ts'
import type { NoticeTexts } from './notices-ja.ts'

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
] as const

/** `9 June 2021 (Wed)` */
function date(on: PlainDate): string {
  const [year, month, day] = on.split('-').map(Number) as [number, number, number]
  return `${day} ${months[month - 1]} ${year} (${weekdays[new Date(`${on}T00:00:00Z`).getUTCDay()]})`
}

const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth'] as const
const nth = (dose: number) => ordinals[dose] ?? `${dose}th`

export const noticesEn: NoticeTexts = {
  date,
  town: (_nameJa, nameEn) => nameEn ?? 'your municipality',
  product: (_nameJa, nameEn) => nameEn,
  subject: (town) => `COVID-19 vaccination notice from ${town}`,
  title: {
    reminder: (dose) => `Your ${nth(dose)} COVID-19 vaccination`,
    preDue: (dose) => `Your ${nth(dose)} COVID-19 vaccination`,
    relocationNotice: (dose) => `Your ${nth(dose)} COVID-19 vaccination after your move`,
    lotRecall: () => 'Important: the vaccine that you were given',
    invitation: (dose) => `Invitation to your ${nth(dose)} COVID-19 vaccination`,
  },
  mark: {
    reminder: (round) => `Vaccination notice (no. ${round})`,
    preDue: () => 'Vaccination notice',
    relocationNotice: () => 'Notice after a move',
    lotRecall: () => 'Notice of a recalled lot',
    invitation: () => 'Invitation',
  },
  addressee: (name) => `To: ${name}`,
  opening: {
    reminder: (town, dose, on) =>
      `As of ${date(on)}, ${town} has no record of your ${nth(dose)} vaccination.`,
    relocationNotice: (town, dose) =>
      `From now on ${town} writes to you about your ${nth(dose)} vaccination. Your earlier record has been carried over.`,
    preDue: (_town, dose) => `It is time for your ${nth(dose)} vaccination.`,
    lotRecall: (_town, dose) =>
      `The vaccine of your ${nth(dose)} vaccination comes from a lot that has been recalled.`,
    invitation: (town, dose, on) =>
      `We sent you a ticket. As of ${date(on)}, ${town} has no record of your ${nth(dose)} vaccination.`,
  },
  lastReminder: 'This is our last notice about it.',
  previousDose: (number, on, product) => `Your ${nth(number)} vaccination: ${date(on)}, ${product}`,
  action: {
    book: (dose) => `Please book your ${nth(dose)} vaccination.`,
    bookIfNotYet: (dose) => `Please book your ${nth(dose)} vaccination if you have not yet.`,
    bookIfWished: () => 'Please book if you wish to be vaccinated.',
    call: () => 'Please call the number below.',
    bookWithNewTicket: (dose) => `Please book your ${nth(dose)} vaccination with your new ticket.`,
    callForTicket: (dose) => `Please call us about the ticket for your ${nth(dose)} vaccination.`,
  },
  dueBy: (on) => `Please have it by ${date(on)}.`,
  duePassed: (on) => `It was due on ${date(on)}.`,
  soonAsPossible: 'Please have it as soon as you can.',
  fromEarliest: (on) => `You can have it from ${date(on)}.`,
  neverRestart: 'A late dose is fine: you need not start again from the first.',
  lotNumber: (lot) => `Lot number of the vaccine: ${lot}`,
  ifUnwell: 'If you notice anything unusual, please ask your doctor as well.',
  recallIsNoBlame: 'A recall does not mean that you have come to harm.',
  ticketLost: 'If you do not have your ticket, please call: we will send another one.',
  notWished:
    'Vaccination is your choice. If you do not wish it, call us, and these notices will stop.',
  oldTicket: 'The ticket of the town where you lived before is no longer valid.',
  newTicket: {
    letter: (town) =>
      `A new ticket from ${town} comes with this letter. If it is not in the envelope, please call.`,
    mail: (town) =>
      `A new ticket from ${town} comes by post. If it has not come within a week, please call.`,
  },
  ticketByCall: 'Your ticket is not ready yet. We will explain on the telephone how to get it.',
  alreadyDone: (dose) =>
    `If you have already had your ${nth(dose)} vaccination, please tell us by telephone or simply disregard this notice.`,
  contact: 'Questions',
  phone: (phone) => `Telephone ${phone}`,
  reference: (shortId) => `Reference ${shortId}`,
  returnTo: 'Sender',
  ownRecord: 'Your record: code + birth date',
  ownRecordBy: 'QR code: address of the page with your record',
  sendOnly: 'Replies to this mail are not read. Please call.',
  stopMails: 'To end these mails and receive letters instead',
  inBrief: {
    reminder: (town, dose, phone) =>
      `English: Please book your ${nth(dose)} COVID-19 vaccination: ${town} has no record of it. If you have had it, disregard this notice. Questions: call ${phone}.`,
    relocationNotice: (town, dose, phone) =>
      `English: You moved to ${town}. You need a new ticket for your ${nth(dose)} COVID-19 vaccination; the old one is not valid. Questions: call ${phone}.`,
    preDue: (_town, dose, phone) =>
      `English: It is time for your ${nth(dose)} COVID-19 vaccination. Please book if you have not yet. Questions: call ${phone}.`,
    lotRecall: (_town, _dose, phone) =>
      `English: Important news about the vaccine that you were given. Please call ${phone}.`,
    invitation: (town, dose, phone) =>
      `English: ${town} has no record of your ${nth(dose)} COVID-19 vaccination. Please book if you wish it; it is your choice. Questions: call ${phone}.`,
  },
}
