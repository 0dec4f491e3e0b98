/**
 * What stands in the mark at a sheet's edge, for an inserting machine or a hand scanner: which letter, which
 * of its sheets, of how many. `2F1A88C04A11/1/1`. Names nobody: a letter's id is random.
 */

export type EnvelopeMark = {
  /** The first twelve hexadecimal digits of the letter's id, small letters. */
  letter: string
  /** From 1. */
  page: number
  pages: number
}

/** 48 random bits: two letters of the same among ten thousand come about once in five million batches. */
const markDigits = 12

/** What the marks of all sheets of a letter begin with. Capitals, as a scanner that works like a keyboard gives them. */
export function markDigitsOf(letterId: string): string {
  return letterId.replaceAll('-', '').slice(0, markDigits).toUpperCase()
}

export function envelopeMarkOf(letterId: string, page: number, pages: number): string {
  return `${markDigitsOf(letterId)}/${page}/${pages}`
}

const shape = new RegExp(`^([0-9a-f]{${markDigits}})/([1-9]\\d?)/([1-9]\\d?)$`)

/** As scanned or typed: wide characters, small letters and spaces do not matter. Undefined for anything else. */
export function readEnvelopeMark(text: string): EnvelopeMark | undefined {
  const plain = text.slice(0, 64).normalize('NFKC').replace(/\s/g, '').toLowerCase()
  const found = shape.exec(plain)
  if (!found) return undefined
  const [letter, page, pages] = [found[1]!, Number(found[2]), Number(found[3])]
  return page <= pages ? { letter, page, pages } : undefined
}
