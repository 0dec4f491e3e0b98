import { type DiffPiece, diffOf } from '../../domain/letter-text.ts'

const firstOfOwn = 0xf0000

/**
 * The difference of two English texts, word by word: letter by letter nobody can read it. Each word is
 * stood in for by one character that no text has.
 */
export function diffOfWords(before: string, after: string): DiffPiece[] {
  const words: string[] = []
  const standIn = (word: string) => {
    if (!words.includes(word)) words.push(word)
    return String.fromCodePoint(firstOfOwn + words.indexOf(word))
  }
  const inWords = (text: string) =>
    // a word with the blanks behind it, so that a word gone and a word new do not touch
    (text.match(/\s*\S+\s*/g) ?? []).map(standIn).join('')
  const back = (text: string) =>
    [...text].map((one) => words[one.codePointAt(0)! - firstOfOwn]).join('')
  const pieces = diffOf(inWords(before), inWords(after))
  return pieces.map((piece) => ({ ...piece, text: back(piece.text) }))
}
