/** The mail that asks whether an address may be written to: it names a town, and nobody who may live there. */
import { type ConfirmTexts, confirmEn, confirmJa } from '../i18n/mail-confirm.ts'
import { noticesEn } from '../i18n/notices-en.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import { inOneLine } from '../i18n/notices-legible.ts'
import type { Sender } from '../i18n/notices-words.ts'
import type { MailLanguage, MailMessage } from './message.ts'

/** Wall days: the campaign clock has no say in security. */
export const linkDays = 30

const textsOf = { ja: confirmJa, en: confirmEn }
const townOf = { ja: noticesJa.town, en: noticesEn.town }
const separator = '-'.repeat(40)

export function renderConfirmation(
  { sender, link }: { sender: Sender; link: string },
  { lang }: { lang: MailLanguage },
): MailMessage {
  const second = lang === 'ja' ? 'en' : 'ja'
  const town = (each: MailLanguage) =>
    townOf[each](sender.municipalityName, sender.municipalityNameEn)
  const body = (each: MailLanguage) => bodyIn(textsOf[each], town(each), sender, link)
  return {
    subject: inOneLine(textsOf[lang].subject(town(lang))),
    text: [body(lang), separator, '', body(second)].join('\n'),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': `${lang}, ${second}` },
  }
}

/** The same question always has the same Message-ID, so that a repeated mail can be told as one. */
export function confirmationIdOf(addressId: string): string {
  return `<${addressId}@confirm.sesshu.invalid>`
}

function bodyIn(texts: ConfirmTexts, town: string, sender: Sender, link: string): string {
  const paragraphs = [
    [texts.action, link],
    texts.why(town),
    [texts.days(linkDays), texts.notYou],
    [`${texts.contact}: ${sender.municipalityName} ${sender.office}`, texts.phone(sender.phone)],
    [texts.sendOnly],
  ]
  return paragraphs.map((lines) => lines.map((line) => `${inOneLine(line)}\n`).join('')).join('\n')
}
