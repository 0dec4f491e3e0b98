/** What a letter says: the standard sentences, and the municipality's own words where it has some. */
import {
  fillText,
  type LetterPart,
  type LetterText,
  type Placeholder,
} from '../domain/letter-text.ts'
import { noticesEn, nthDose } from '../i18n/notices-en.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import { type NoticeWords, noticeWords } from '../i18n/notices-words.ts'
import type { NoticeForPrint } from './notice.ts'

export type LetterWords = Omit<NoticeWords, 'inBrief'> & {
  /** The municipality's own, before the standard details. */
  ownDetails: string[]
  /** When somebody answers, such as 平日 9時から17時まで. */
  contact?: string
  easyJapanese: string
  english: string
}

type Letter = Omit<NoticeForPrint, 'letterId' | 'recipient'> & Pick<NoticeForPrint, 'recipient'>

export function letterWords(letter: Letter, { parts }: LetterText): LetterWords {
  const standard = noticeWords(noticesJa, letter, 'letter')
  const english = noticeWords(noticesEn, letter, 'letter')
  const [opening, ...alsoOpening] = standard.opening
  const values = valuesFor(letter)
  const own = (part: LetterPart): string[] | undefined =>
    parts[part]?.split('\n').map((line) => fillText(line, values[part === 'english' ? 'en' : 'ja']))
  const contact = own('contact')?.[0]
  return {
    title: own('title')?.[0] ?? standard.title,
    action: own('action')?.[0] ?? standard.action,
    deadline: standard.deadline,
    opening: [...(own('opening') ?? [opening!]), ...alsoOpening],
    ownDetails: own('details') ?? [],
    details: standard.details,
    ...(contact !== undefined && { contact }),
    easyJapanese: own('easyJapanese')?.[0] ?? standard.inBrief,
    english: own('english')?.[0] ?? english.inBrief,
  }
}

function valuesFor(letter: Letter): Record<'ja' | 'en', Record<Placeholder, string>> {
  const { sender, doseNumber, campaignDate } = letter
  const { office, phone, municipalityName, municipalityNameEn } = sender
  return {
    ja: {
      town: municipalityName,
      dose: String(doseNumber),
      previousDose: String(doseNumber - 1),
      today: noticesJa.date(campaignDate),
      ...{ office, phone },
    },
    en: {
      town: noticesEn.town(municipalityName, municipalityNameEn),
      dose: nthDose(doseNumber),
      previousDose: nthDose(doseNumber - 1),
      today: noticesEn.date(campaignDate),
      ...{ office, phone },
    },
  }
}
