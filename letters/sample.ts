/**
 * Letters to people who do not exist: to show a clerk what a text looks like, and to prove that it fits the
 * page whoever the reader is.
 */
import { type NoticeKind, noticeKinds, type PlainDate } from '../domain/course.ts'
import { DomainError } from '../domain/errors.ts'
import {
  type LetterParts,
  type LetterText,
  letterParts,
  type TextFault,
} from '../domain/letter-text.ts'
import { legible } from '../i18n/notices-legible.ts'
import { renderLetterBatch } from './batch.ts'
import { faceOf } from './fonts.ts'
import { codePointOf } from './lacking.ts'
import { letterLimits } from './limits.ts'
import type { NoticeForPrint, Sender } from './notice.ts'
import { letterWords } from './words.ts'

const sampleDay = '2021-07-14' as PlainDate
const idOf = (n: number) => `0000000${n}-0000-4000-8000-000000000000`

/** Somebody who does not exist, as most letters are. */
export function sampleLetter(kind: NoticeKind, sender: Sender): NoticeForPrint {
  return {
    noticeId: idOf(0),
    letterId: idOf(noticeKinds.indexOf(kind) + 1),
    kind,
    round: 1,
    doseNumber: kind === 'invitation' ? 1 : 2,
    campaignDate: sampleDay,
    recipient: {
      familyName: '見本',
      givenName: '花子',
      kana: 'ミホン ハナコ',
      postcode: '1050011',
      address: '東京都見本市中央一丁目2番3号 みほんハイツ101号室',
    },
    sender,
    // No municipality has this number in its first group: the code opens nothing.
    access: { code: '3333333333333333' },
    ...(kind !== 'invitation' && {
      previousDose: {
        givenOn: '2021-06-01' as PlainDate,
        productNameJa: 'ファイザー社',
        productNameEn: 'Pfizer',
      },
      dueWindow: { earliest: '2021-06-20' as PlainDate, due: '2021-06-22' as PlainDate },
    }),
    ...(kind === 'relocationNotice' && { ticketHint: 'newTicketEnclosed' as const }),
    ...(kind === 'lotRecall' && { lotNumber: 'EX0000' }),
  }
}

/** The longest that a letter of the kind may bear beside the text, in each form that it takes. */
function longestLetters(kind: NoticeKind, sender: Sender): NoticeForPrint[] {
  const sample = sampleLetter(kind, sender)
  const base: NoticeForPrint = {
    ...sample,
    round: 2,
    sealedAt: '2021-12-22T09:00:00Z',
    recipient: {
      ...sample.recipient,
      familyName: '長'.repeat(letterLimits.familyName),
      givenName: '名'.repeat(letterLimits.givenName),
      address: '番地'.repeat(letterLimits.address / 2),
    },
    ...(sample.previousDose && {
      previousDose: {
        givenOn: '2021-12-22' as PlainDate,
        productNameJa: '製'.repeat(letterLimits.productName),
        productNameEn: 'x',
      },
    }),
    ...(kind === 'lotRecall' && { lotNumber: 'W'.repeat(20) }),
  }
  const hints =
    kind === 'relocationNotice' ? (['newTicketEnclosed', 'callForTicket'] as const) : [undefined]
  const windows = sample.dueWindow
    ? [sample.dueWindow, { earliest: '2021-12-20' as PlainDate, due: '2021-12-22' as PlainDate }]
    : [undefined]
  return windows
    .flatMap((dueWindow) =>
      hints.map((ticketHint) => ({
        ...base,
        ...(dueWindow && { dueWindow }),
        ...(ticketHint && { ticketHint }),
      })),
    )
    .map((letter, at) => ({ ...letter, letterId: idOf(at + 1) }))
}

/** The page that a clerk looks at before a text is released. */
export async function previewOf(
  kind: NoticeKind,
  { code, sender, text }: { code: string; sender: Sender; text: LetterText },
): Promise<Uint8Array> {
  const { pdf } = await renderLetterBatch({
    municipality: { code, name: sender.municipalityName },
    date: sampleDay,
    letters: [{ ...sampleLetter(kind, sender), textVersion: previewVersion }],
    texts: () => text,
  })
  return pdf
}

const previewVersion = 1

/** The standard sentence of each part, as the sample's reader finds it. */
export function standardParts(kind: NoticeKind, sender: Sender): LetterParts {
  const words = letterWords(sampleLetter(kind, sender), { version: 0, parts: {} })
  return {
    title: words.title,
    opening: words.opening[0]!,
    action: words.action,
    easyJapanese: words.easyJapanese,
    english: words.english,
  }
}

/** What only a page shows: characters that the font lacks, and a text that is too long for one sheet. */
export async function faultsOnPage(
  kind: NoticeKind,
  sender: Sender,
  parts: LetterParts,
): Promise<(TextFault | { code: 'doesNotFit' })[]> {
  const face = faceOf('regular')
  const lacking = letterParts.flatMap((part) =>
    legible(parts[part] ?? '', face).missing.map(
      (character): TextFault => ({ part, code: 'lackingCharacter', what: codePointOf(character) }),
    ),
  )
  if (lacking.length > 0) return lacking
  try {
    const letters = longestLetters(kind, sender)
    await renderLetterBatch({
      municipality: { code: '000000', name: sender.municipalityName },
      date: sampleDay,
      letters: letters.map((letter) => ({ ...letter, textVersion: previewVersion })),
      texts: () => ({ version: previewVersion, parts }),
    })
    return []
  } catch (error) {
    if (error instanceof DomainError && error.code === 'letterDoesNotFit') {
      return [{ code: 'doesNotFit' }]
    }
    throw error
  }
}
