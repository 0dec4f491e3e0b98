/** The second look at a cell: what is shown to a clerk, and what cannot be read at all. */
import { wasUtf8 } from './cp932.ts'

type Found = { code: string; isFault: boolean }

/** Without tab, line feed and carriage return. */
const controls = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f'
/** 外字: the private-use area, and the high surrogates of planes 15 and 16. */
const privates = '\\ue000-\\uf8ff\\udb80-\\udbff'
/** Of the form of a character; the supplement by its high surrogate. */
const variants = '\\ufe00-\\ufe0f\\udb40'
/** What UTF-8 kana turns into when it is read as CP932: three rare kanji. */
const kanaReadWrongly = '縺繧繝'
const geta = '〓'
const undecodable = '\ufffd'

const classOf = (...ranges: string[]) => new RegExp(`[${ranges.join('')}]`)

/** Anything that needs the second look; asked of each piece of text before its lines are. */
export const suspect = classOf(controls, privates, variants, kanaReadWrongly, geta, undecodable)

const control = classOf(controls)
const privateUse = classOf(privates)
const variant = classOf(variants)
const wrongKana = classOf(kanaReadWrongly)

/** Flags never change a character: 外字 stays what it is, and is shown. */
export function suspectCell(cell: string): Found | undefined {
  if (cell.includes(undecodable)) return { code: 'undecodable', isFault: true }
  if (control.test(cell)) return { code: 'controlCharacter', isFault: true }
  if (wrongKana.test(cell) && wasUtf8(cell)) return { code: 'mixedEncoding', isFault: true }
  if (privateUse.test(cell)) return { code: 'privateUseCharacter', isFault: false }
  if (cell.includes(geta)) return { code: 'getaMark', isFault: false }
  if (variant.test(cell)) return { code: 'variantCharacter', isFault: false }
  return undefined
}
