import type { Named, NoticeForMail } from '../i18n/notices-words.ts'

export type { NoticeForMail, Sender } from '../i18n/notices-words.ts'

export type Recipient = Named & {
  /** `105-0011` or `1050011`. */
  postcode: string
  /** The whole address in one string, prefecture first; broken into lines where it is printed. */
  address: string
}

/** With what the reader opens the own record. */
export type Access = {
  /** In its plain form; `domain/letter-code.ts`. */
  code: string
  /** Of the page, such as `https://sesshu.example.jp/my`; without it the code is asked for by phone. */
  address?: string
}

export type NoticeForPrint = Omit<NoticeForMail, 'recipient'> & {
  /** Random UUID of this printing; a reprint has another. */
  letterId: string
  /** Business instant of the seal, to the second; printed on the foot line. */
  sealedAt?: string
  access?: Access
  /** Of the municipality's own text, fixed by the seal; left out, the standard sentences. */
  textVersion?: number
  /** One person: whatever goes into one envelope is about nobody else. */
  recipient: Recipient
}
