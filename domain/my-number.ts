/**
 * The check digit of the individual number (My Number), 12 digits kept as text
 * (domain rule: Order of the Ministry of Internal Affairs and Communications no. 85 of 2014, art. 5).
 * Remainders 0 and 1 share the digit 0, so not every slip of one digit is caught.
 */
import { DomainError } from './errors.ts'

/** Check digit of the first eleven digits. Throws `myNumberLength`; the detail never repeats them. */
export function myNumberCheckDigit(firstEleven: string): string {
  if (!/^\d{11}$/.test(firstEleven)) {
    throw new DomainError('myNumberLength', 'The check digit is made from eleven digits')
  }
  let sum = 0
  for (let n = 1; n <= 11; n += 1) {
    const weight = n <= 6 ? n + 1 : n - 5
    sum += weight * Number(firstEleven[11 - n])
  }
  const remainder = sum % 11
  return remainder <= 1 ? '0' : String(11 - remainder)
}

/** Twelve digits with the right check digit. Thirteen digits are a corporate number. */
export function isMyNumber(text: string): boolean {
  return /^\d{12}$/.test(text) && myNumberCheckDigit(text.slice(0, 11)) === text[11]
}

/**
 * Whether a file's name tells one: a run of exactly twelve digits, or three groups of four, whose check digit
 * is right. Stamps of day and time are longer, and few of other lengths pass the check.
 */
export function holdsMyNumber(name: string): boolean {
  const text = name.normalize('NFKC')
  const runs = text.matchAll(/(?<!\d)(\d{4})([-_ ー]?)(\d{4})\2(\d{4})(?!\d)/g)
  return [...runs].some(([, first, , second, third]) => isMyNumber(`${first}${second}${third}`))
}
