/**
 * What a letter or a mail needs to know, gathered by the caller. Everything here is printed or
 * sent to one person; a ticket number, a My Number and a venue have no field, so none can leak.
 */
import type { NoticeKind, PlainDate } from '../domain/course.ts'

export type Recipient = {
  familyName: string
  givenName: string
  /** Full-width katakana or hiragana; printed instead of a name the font cannot show. */
  kana: string
  /** `105-0011` or `1050011`. */
  postcode: string
  /** The whole address in one string, prefecture first; broken into lines where it is printed. */
  address: string
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
  round: number
  /** The dose that is still missing. */
  doseNumber: number
  /** The day printed on the notice. */
  campaignDate: PlainDate
  recipient: Pick<Recipient, 'familyName' | 'givenName' | 'kana'>
  sender: Sender
  previousDose?: { givenOn: PlainDate; productNameJa: string; productNameEn: string }
  dueWindow?: { earliest: PlainDate; due: PlainDate }
  /** Relocation notices only; without it the reader is asked to call. */
  ticketHint?: 'newTicketEnclosed' | 'callForTicket'
}

export type NoticeForPrint = Omit<NoticeForMail, 'recipient'> & {
  /** Random UUID of this printing; a reprint has another. */
  letterId: string
  recipient: Recipient
}

/** What readers quote on the telephone: the first eight digits, grouped. `2F1A-88C0`. */
export function shortIdOf(id: string): string {
  const digits = id.replaceAll('-', '').slice(0, 8).toUpperCase()
  return `${digits.slice(0, 4)}-${digits.slice(4)}`
}
