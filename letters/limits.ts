import { DomainError } from '../domain/errors.ts'
import { inOneLine } from '../i18n/notices-legible.ts'
import type { NoticeForPrint } from './notice.ts'

/** Code points; what still fits one page at these lengths is proved by a test. */
export const letterLimits = {
  familyName: 30,
  givenName: 30,
  kana: 60,
  postcode: 8,
  address: 120,
  municipalityName: 12,
  municipalityNameEn: 30,
  office: 24,
  phone: 16,
  returnAddress: 48,
  productName: 20,
} as const

export const lettersPerBatchAtMost = 10_000

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export type LetterProblem = {
  letterId: string
  field: string
  code: 'missing' | 'tooLong' | 'malformed'
}

/**
 * What keeps a letter from being printed; empty when it can be. A caller takes such letters out of
 * the batch, so that one impossible address does not hold back a town's evening.
 */
export function problemsOf(letter: NoticeForPrint): LetterProblem[] {
  const problems = problemsOfTexts(letter)
  if (!uuid.test(letter.letterId)) {
    problems.push({ letterId: letter.letterId, field: 'letterId', code: 'malformed' })
  }
  if (!uuid.test(letter.noticeId)) {
    problems.push({ letterId: letter.letterId, field: 'noticeId', code: 'malformed' })
  }
  return problems
}

type LetterTexts = Pick<NoticeForPrint, 'letterId' | 'recipient' | 'sender' | 'previousDose'>

/** The same of whatever has a recipient and a sender: names, addresses and who signs. */
export function problemsOfTexts(letter: LetterTexts): LetterProblem[] {
  const { recipient, sender, previousDose, letterId } = letter
  const problems: LetterProblem[] = []
  const report = (field: string, code: LetterProblem['code']) =>
    problems.push({ letterId, field, code })
  const texts: [string, string | undefined, number, boolean][] = [
    ['recipient.familyName', recipient.familyName, letterLimits.familyName, false],
    ['recipient.givenName', recipient.givenName, letterLimits.givenName, false],
    ['recipient.kana', recipient.kana, letterLimits.kana, false],
    ['recipient.postcode', recipient.postcode, letterLimits.postcode, true],
    ['recipient.address', recipient.address, letterLimits.address, true],
    ['sender.municipalityName', sender.municipalityName, letterLimits.municipalityName, true],
    [
      'sender.municipalityNameEn',
      sender.municipalityNameEn,
      letterLimits.municipalityNameEn,
      false,
    ],
    ['sender.office', sender.office, letterLimits.office, true],
    ['sender.phone', sender.phone, letterLimits.phone, true],
    ['sender.returnAddress', sender.returnAddress, letterLimits.returnAddress, false],
    ['previousDose.productNameJa', previousDose?.productNameJa, letterLimits.productName, false],
  ]
  for (const [field, text = '', atMost, isRequired] of texts) {
    if (isRequired && inOneLine(text) === '') report(field, 'missing')
    if ([...text].length > atMost) report(field, 'tooLong')
  }
  if (inOneLine(`${recipient.familyName}${recipient.givenName}${recipient.kana}`) === '') {
    report('recipient.familyName', 'missing')
  }
  return problems
}

/** Throws `letterNotPrintable`, `batchTooLarge`, `letterTwice` or `letterOfOtherMunicipality`. */
export function refuseBadBatch(municipalityName: string, letters: NoticeForPrint[]): void {
  if (letters.length === 0 || letters.length > lettersPerBatchAtMost) {
    throw new DomainError('batchTooLarge', `a batch has 1 to ${lettersPerBatchAtMost} letters`)
  }
  const seen = new Set<string>()
  for (const letter of letters) {
    const [problem] = problemsOf(letter)
    if (problem) {
      const { field, code } = problem
      throw new DomainError('letterNotPrintable', `letter ${problem.letterId}: ${code}`, field)
    }
    if (seen.has(letter.letterId)) {
      throw new DomainError('letterTwice', `letter ${letter.letterId} is in the batch twice`)
    }
    seen.add(letter.letterId)
    if (letter.sender.municipalityName !== municipalityName) {
      throw new DomainError('letterOfOtherMunicipality', `letter ${letter.letterId}`, 'sender')
    }
  }
}
