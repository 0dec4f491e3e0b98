/**
 * The mail of a notice: plain text, what to do in the first line, both languages. Subject and
 * headers are generic and name nobody; the body names the recipient and nobody else.
 */
import { shortIdOf } from '../domain/short-id.ts'
import { noticesEn } from '../i18n/notices-en.ts'
import { type NoticeTexts, noticesJa } from '../i18n/notices-ja.ts'
import { anyScreen, inOneLine, shownName } from '../i18n/notices-legible.ts'
import { type NoticeForMail, noticeWords } from '../i18n/notices-words.ts'

export type MailLanguage = 'ja' | 'en'

export type MailMessage = {
  subject: string
  text: string
  headers: Partial<Record<MailHeader, string>>
}

export const mailHeaders = {
  noticeId: 'X-Sesshu-Notice-Id',
  kind: 'X-Sesshu-Kind',
  phase: 'X-Sesshu-Phase',
  round: 'X-Sesshu-Round',
  campaignDate: 'X-Sesshu-Campaign-Date',
} as const
export type MailHeader =
  | (typeof mailHeaders)[keyof typeof mailHeaders]
  | 'Auto-Submitted'
  | 'Content-Language'
  | 'List-Unsubscribe'
  | 'List-Unsubscribe-Post'

const textsOf: Record<MailLanguage, NoticeTexts> = { ja: noticesJa, en: noticesEn }
const other: Record<MailLanguage, MailLanguage> = { ja: 'en', en: 'ja' }
const separator = '-'.repeat(40)

export type MailForm = {
  /** The language that comes first; the other one follows. */
  lang: MailLanguage
  /** The page that ends mails to this address (RFC 8058); none where nobody knows our own address. */
  stopLink?: string | undefined
}

export function renderMail(notice: NoticeForMail, { lang, stopLink }: MailForm): MailMessage {
  const second = other[lang]
  const { municipalityName, municipalityNameEn } = notice.sender
  const texts = textsOf[lang]
  return {
    subject: inOneLine(texts.subject(texts.town(municipalityName, municipalityNameEn))),
    text: [
      bodyIn(textsOf[lang], notice, stopLink),
      ...[separator, '', bodyIn(textsOf[second], notice, stopLink)],
    ].join('\n'),
    headers: {
      [mailHeaders.noticeId]: notice.noticeId,
      [mailHeaders.kind]: notice.kind,
      ...(notice.phase && { [mailHeaders.phase]: notice.phase }),
      [mailHeaders.round]: String(notice.round),
      [mailHeaders.campaignDate]: notice.campaignDate,
      'Auto-Submitted': 'auto-generated',
      'Content-Language': `${lang}, ${second}`,
      ...(stopLink && {
        'List-Unsubscribe': `<${stopLink}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
  }
}

/** The same attempt always has the same Message-ID, so that a repeated mail can be told as one. */
export function messageIdOf(attemptId: string): string {
  return `<${attemptId}@notice.sesshu.invalid>`
}

function bodyIn(texts: NoticeTexts, notice: NoticeForMail, stopLink: string | undefined): string {
  const { sender, recipient } = notice
  const words = noticeWords(texts, notice, 'mail')
  const paragraphs = [
    [words.action, ...words.deadline],
    [texts.addressee(shownName(recipient, anyScreen).text)],
    words.opening,
    words.details,
    [
      `${texts.contact}: ${sender.municipalityName} ${sender.office}`,
      texts.phone(sender.phone),
      texts.reference(shortIdOf(notice.noticeId)),
    ],
    [texts.sendOnly],
    ...(stopLink ? [[texts.stopMails, stopLink]] : []),
  ]
  return paragraphs.map((lines) => lines.map((line) => `${inOneLine(line)}\n`).join('')).join('\n')
}
