/**
 * The code on a letter, with which its reader opens the own record. Sixteen characters in four groups:
 * the first group is the sender's municipality, so that a code is looked for under one town's key and a
 * refusal can name that town's telephone from what was typed alone; the other three are random.
 *
 * No two characters of the alphabet look alike in print or sound alike on the telephone: no 0 O Q,
 * 1 I L, 2 Z, 5 S, 8 B, 6 G, U V.
 */
import { isMunicipalityCode, municipalityCodeCheckDigit } from './municipality-code.ts'

export const letterCodeAlphabet = '346789ACDEFHJKMNPRTWXY'

const groupLength = 4
const groups = 4
const codeLength = groupLength * groups
const base = letterCodeAlphabet.length

/** Random characters of a code: 22 to the power of 12, about 53 bits. */
export const randomCharacters = codeLength - groupLength

/** Wrong birth dates that one code bears before a new letter is needed. */
export const triesOfACode = 5

/** A letter that is older shows nothing any more; a new one brings a new code. */
export const codeLivesDays = 180

/**
 * The code of a municipality's letter, in its plain form. `pick(n)` answers a random whole number below
 * `n`, from a source that nobody can foresee.
 */
export function newLetterCode(municipalityCode: string, pick: (below: number) => number): string {
  const random = Array.from({ length: randomCharacters }, () => letterCodeAlphabet[pick(base)])
  return townPart(municipalityCode) + random.join('')
}

/** As it stands on paper: `XXXX-XXXX-XXXX-XXXX`. */
export function groupedLetterCode(code: string): string {
  return code.replace(new RegExp(`.{${groupLength}}(?=.)`, 'g'), '$&-')
}

export type TypedLetterCode = {
  /** The plain form; undefined for what no letter can bear. */
  code?: string
  /** The municipality that the first group names; it may not exist. */
  municipalityCode?: string
}

/** However it was typed: wide or small letters, with or without spaces and dashes, 8 for B and alike. */
export function readLetterCode(text: string): TypedLetterCode {
  const code = [...text.slice(0, longestTyped).normalize('NFKC').toUpperCase()]
    .map((character) => alike[character] ?? character)
    .filter((character) => letterCodeAlphabet.includes(character))
    .join('')
  const municipalityCode = townOf(code.slice(0, groupLength))
  return {
    ...(code.length === codeLength && municipalityCode ? { code } : {}),
    ...(municipalityCode ? { municipalityCode } : {}),
  }
}

/** Nobody types more for sixteen characters; what lies beyond is not looked at. */
const longestTyped = 64

/** What is left out of the alphabet because it looks like one that is in it. */
const alike: Readonly<Record<string, string>> = { B: '8', G: '6', O: 'D', '0': 'D', Q: 'D', V: 'Y' }

/** The five digits before the check digit, as a number in the base of the alphabet. */
function townPart(municipalityCode: string): string {
  let rest = Number(municipalityCode.slice(0, 5))
  let part = ''
  for (let i = 0; i < groupLength; i++) {
    part = letterCodeAlphabet[rest % base] + part
    rest = Math.floor(rest / base)
  }
  return part
}

function townOf(part: string): string | undefined {
  if (part.length !== groupLength) return undefined
  const number = [...part].reduce((sum, c) => sum * base + letterCodeAlphabet.indexOf(c), 0)
  const digits = String(number).padStart(5, '0')
  if (digits.length > 5) return undefined
  const code = digits + municipalityCodeCheckDigit(digits)
  return isMunicipalityCode(code) ? code : undefined
}
