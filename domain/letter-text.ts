/**
 * A municipality's own words on its letters: for each kind of notice some parts in plain text, in which
 * placeholders of a closed list stand for what differs from letter to letter. A part that is left out is the
 * standard sentence. What a reader must know by law or for safety (the day, "if you have had it, disregard
 * this") is no part: it stands on every letter.
 */
import { DomainError } from './errors.ts'

/** In the order in which they stand on the page. */
export const letterParts = [
  'title',
  'opening',
  'action',
  'details',
  'contact',
  'easyJapanese',
  'english',
] as const
export type LetterPart = (typeof letterParts)[number]
export type LetterParts = Partial<Record<LetterPart, string>>

/** By the name in a template, in Japanese as clerks write it, or in English. */
export const placeholders = {
  town: '市区町村',
  dose: '回数',
  previousDose: '前回',
  office: '担当課',
  phone: '電話',
  today: '発行日',
} as const
export type Placeholder = keyof typeof placeholders

/** Code points and lines, placeholders not yet filled; what fits is proved by a page (`letters/fits.ts`). */
export const partLimits: Record<LetterPart, { characters: number; lines: number }> = {
  title: { characters: 40, lines: 1 },
  opening: { characters: 160, lines: 2 },
  action: { characters: 50, lines: 1 },
  details: { characters: 240, lines: 4 },
  contact: { characters: 60, lines: 1 },
  easyJapanese: { characters: 200, lines: 1 },
  english: { characters: 300, lines: 1 },
}

export type TextFaultCode =
  | 'tooLong'
  | 'tooManyLines'
  | 'unknownPlaceholder'
  | 'strayBrace'
  | 'noMarkup'
  | 'longNumber'
  | 'lackingCharacter'
export type TextFault = { part: LetterPart; code: TextFaultCode; what?: string }

/** A version of a town's text for one kind of notice; 0 is the standard text, which has no part. */
export type LetterText = { version: number; parts: LetterParts }
export const standardText: LetterText = { version: 0, parts: {} }

const named = /[{｛]([^{}｛｝]*)[}｝]/g
const byWord = new Map<string, Placeholder>(
  Object.entries(placeholders).flatMap(([key, word]) => [
    [key, key as Placeholder],
    [word, key as Placeholder],
  ]),
)
/** A My Number has 12 digits, a ticket line 18; no telephone number has as many in a row. */
const longNumber = /[0-9０-９][0-9０-９ 　‐-]{10,}[0-9０-９]/

/** As typed in a form: blank parts left out, line ends alike, blanks at ends of lines dropped. */
export function partsTyped(typed: Partial<Record<LetterPart, string>>): LetterParts {
  const parts: LetterParts = {}
  for (const part of letterParts) {
    const lines = (typed[part] ?? '').replace(/\r\n?/g, '\n').split('\n')
    const text = lines.map((line) => line.trim()).filter((line) => line !== '')
    if (text.length > 0) parts[part] = text.join('\n')
  }
  return parts
}

/** What keeps a text from being kept, each with what it is about. Characters that a font lacks: elsewhere. */
export function faultsOf(parts: LetterParts): TextFault[] {
  return letterParts.flatMap((part) => {
    const text = parts[part]
    return text === undefined ? [] : faultsIn(part, text)
  })
}

function faultsIn(part: LetterPart, text: string): TextFault[] {
  const faults: TextFault[] = []
  const { characters, lines } = partLimits[part]
  if ([...text].length > characters)
    faults.push({ part, code: 'tooLong', what: String(characters) })
  if (text.split('\n').length > lines) {
    faults.push({ part, code: 'tooManyLines', what: String(lines) })
  }
  for (const [whole, word] of text.matchAll(named)) {
    if (!byWord.has(word!.trim())) faults.push({ part, code: 'unknownPlaceholder', what: whole })
  }
  if (/[{}｛｝]/.test(text.replace(named, ''))) faults.push({ part, code: 'strayBrace' })
  if (/[<>]/.test(text)) faults.push({ part, code: 'noMarkup' })
  if (digitsInARow(text) >= 12) faults.push({ part, code: 'longNumber' })
  return faults
}

/** Of the longest number, whatever separates its digits. */
function digitsInARow(text: string): number {
  const found = longNumber.exec(text)
  return found ? found[0].replace(/[^0-9０-９]/g, '').length : 0
}

/** Throws `unknownPlaceholder` for one that no list has: a kept text has none. */
export function fillText(text: string, values: Record<Placeholder, string>): string {
  return text.replace(named, (whole, word: string) => {
    const placeholder = byWord.get(word.trim())
    if (!placeholder) throw new DomainError('unknownPlaceholder', 'No such placeholder', whole)
    return values[placeholder]
  })
}

/** The parts of two texts that differ, in the order of the page. */
export function changedParts(before: LetterParts, after: LetterParts): LetterPart[] {
  return letterParts.filter((part) => before[part] !== after[part])
}

export type DiffPiece = { kind: 'same' | 'gone' | 'new'; text: string }

/** Character by character, since Japanese has no words to compare; texts are short (`partLimits`). */
export function diffOf(before: string, after: string): DiffPiece[] {
  const a = [...before]
  const b = [...after]
  const longest = longestCommon(a, b)
  const pieces: DiffPiece[] = []
  const add = (kind: DiffPiece['kind'], character: string) => {
    const last = pieces.at(-1)
    if (last?.kind === kind) last.text += character
    else pieces.push({ kind, text: character })
  }
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('same', a[i]!)
      i += 1
      j += 1
    } else if (j === b.length || (i < a.length && longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      add('gone', a[i]!)
      i += 1
    } else {
      add('new', b[j]!)
      j += 1
    }
  }
  return pieces
}

/** Lengths of the longest common subsequence of what follows each pair of places. */
function longestCommon(a: string[], b: string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const { [i]: row, [i + 1]: below } = table
      row![j] = a[i] === b[j] ? below![j + 1]! + 1 : Math.max(below![j]!, row![j + 1]!)
    }
  }
  return table
}
