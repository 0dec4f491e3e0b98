/** A notice as it lies in the outgoing folders: what a resident would hold in hand. */
import type { Day } from './days.ts'

/** What it is, by its own words: a reminder before the due date is a kind of its own here. */
export const noticeNames = [
  'reminder',
  'preDue',
  'relocationNotice',
  'lotRecall',
  'invitation',
] as const
export type NoticeName = (typeof noticeNames)[number]

export type LeftNotice = {
  channel: 'mail' | 'letter'
  /** The file, for whoever wants to look; a letter's has `#page`. */
  source: string
  /** What it calls itself: the letter's or the mail's notice number. */
  noticeId: string
  kind: NoticeName
  round: number
  /** The campaign day printed on it. */
  day: Day
  /** When it could no longer be stopped. */
  left: { campaignMs: number } | { wallMs: number }
  messageId?: string
  /** A mail's addressee as the mail server was told. */
  mailTo?: string
  /** All that is written on it, without blanks, in compatibility form. */
  text: string
}

/** Line breaks and spacing are the printer's affair; names and addresses must be there without. */
export function withoutBlanks(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/gu, '')
}
