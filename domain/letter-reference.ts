/** How a letter is named on the telephone: by the number printed on it, or by its reader's code. */
import { readLetterCode, type TypedLetterCode } from './letter-code.ts'

/**
 * `from` and `to` are the letters' ids between which it lies: one id where the whole foot line was read
 * out, all that begin alike where the short number (お問い合わせ番号) was.
 */
export type LetterReference = { from: string; to: string } | { code: TypedLetterCode }

const idDigits = 32
const shortDigits = 8

export function readLetterReference(text: string): LetterReference {
  const plain = text
    .slice(0, longestTyped)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-‐-―−ー]/g, '')
  if (/^[0-9a-f]+$/.test(plain) && [shortDigits, idDigits].includes(plain.length)) {
    return { from: idOf(plain.padEnd(idDigits, '0')), to: idOf(plain.padEnd(idDigits, 'f')) }
  }
  return { code: readLetterCode(text) }
}

/** Nobody types more for 36 characters. */
const longestTyped = 80

function idOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
