/**
 * Text for registers that read Shift_JIS as Windows writes it (CP932), whatever it holds: what has no code
 * there is told, and stands as a mark. A municipality's own characters, read from its file as private use,
 * are written back as they were.
 */
import { cp932Code } from '../cp932.ts'

/** The mark that Japanese printing sets where a character is not to be had (〓, U+3013). */
export const lackingMark = '〓'

/** What other systems call these characters, which are one and the same on paper: wave dash, minus, parallel bars, cent, pound, not, em dash. */
const sameOnPaper: ReadonlyMap<string, string> = new Map([
  ['\u301c', '\uff5e'],
  ['\u2212', '\uff0d'],
  ['\u2016', '\u2225'],
  ['\u00a2', '\uffe0'],
  ['\u00a3', '\uffe1'],
  ['\u00ac', '\uffe2'],
  ['\u2014', '\u2015'],
])

/** Bytes, and each character that has none there, once; in its place stands `lackingMark`. */
export function encodeCp932(text: string): { bytes: Uint8Array; lacking: string[] } {
  const bytes: number[] = []
  const lacking = new Set<string>()
  for (const character of text) {
    const code = codeOf(character)
    if (code === undefined) lacking.add(character)
    const written = code ?? codeOf(lackingMark)!
    if (written > 0xff) bytes.push(written >> 8)
    bytes.push(written & 0xff)
  }
  return { bytes: new Uint8Array(bytes), lacking: [...lacking] }
}

function codeOf(character: string): number | undefined {
  const known = sameOnPaper.get(character) ?? character
  return known.length === 1 ? cp932Code(known.charCodeAt(0)) : undefined
}
