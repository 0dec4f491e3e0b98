/**
 * Breaks a text into lines as Japanese is set: between any two characters, but never before a closing mark or
 * a small kana, never after an opening one, and not within a word or a number that fits a line (kinsoku).
 */
import type { Glyphs } from './typeface.ts'

/** `hex` as in a PDF string; `width` in thousandths of the type's size. */
export type Line = Glyphs

type GlyphsOf = (cluster: string) => Glyphs

/** Hardly any text has marks of their own, and splitting without them is many times as fast. */
const mark = /\p{M}/u
const clusters = /\P{M}\p{M}*|\p{M}+/gu
const clustersOf = (text: string): string[] =>
  mark.test(text) ? (text.match(clusters) ?? []) : [...text]

const neverFirst = new Set(
  '、。，．・：；？！）］｝」』】〉》〕’”〟ーゝゞ々〻ヽヾ゛゜ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ)]},.:;?!%％℃',
)
const neverLast = new Set('（［｛「『【〈《〔‘“〝([{〒')
const ofWords = /[A-Za-z0-9À-ɏ'’/@#&+_~=.,:;%-]/
const blank = /^[\s　]$/

/** Parts between which a line may break; blanks are parts of their own. */
function partsOf(text: string): string[][] {
  const parts: string[][] = []
  let last = ''
  for (const cluster of clustersOf(text)) {
    const isBlank = blank.test(cluster)
    const staysTogether =
      last !== '' &&
      !isBlank &&
      !blank.test(last) &&
      (neverFirst.has(cluster) ||
        neverLast.has(last) ||
        (ofWords.test(cluster) && ofWords.test(last)))
    if (staysTogether) parts.at(-1)!.push(cluster)
    else parts.push([cluster])
    last = cluster
  }
  return parts
}

/** At blanks alone, where what stands between two fits a line. */
function wordsOf(text: string): string[][] {
  return text
    .split(/( )/)
    .filter((word) => word !== '')
    .map(clustersOf)
}

/** `width` in thousandths of the type's size; a text without a character is one empty line. */
export function brokenIntoLines(
  text: string,
  width: number,
  glyphsOf: GlyphsOf,
  breakAt: 'spaces' | 'anywhere',
): Line[] {
  const setter = new Setter(width)
  const set = (parts: string[][], whenTooLong: (part: string[]) => void) => {
    for (const part of parts) {
      const glyphs = part.map(glyphsOf)
      const isBlank = part.length === 1 && blank.test(part[0]!)
      if (!setter.put(glyphs, isBlank)) whenTooLong(part)
    }
  }
  const byCharacter = (part: string[]) => {
    for (const cluster of part) setter.put([glyphsOf(cluster)], false, true)
  }
  if (breakAt === 'anywhere') set(partsOf(text), byCharacter)
  else set(wordsOf(text), (word) => set(partsOf(word.join('')), byCharacter))
  return setter.done()
}

class Setter {
  private readonly width: number
  private readonly lines: Line[] = []
  private line: Line = { hex: '', width: 0 }
  /** Blanks that come only if something follows them on the line. */
  private blanks: Line = { hex: '', width: 0 }

  constructor(width: number) {
    this.width = width
  }

  /** False when it fits no line whole, and was not put; `anyway` puts it all the same. */
  put(glyphs: readonly Glyphs[], isBlank: boolean, anyway = false): boolean {
    const added = joined(glyphs)
    if (isBlank) {
      if (this.line.hex !== '') this.blanks = joined([this.blanks, added])
      return true
    }
    if (added.width > this.width && !anyway) return false
    if (this.line.hex !== '' && this.line.width + this.blanks.width + added.width > this.width) {
      this.lines.push(this.line)
      this.line = added
    } else {
      this.line = joined([this.line, this.blanks, added])
    }
    this.blanks = { hex: '', width: 0 }
    return true
  }

  done(): Line[] {
    if (this.line.hex !== '' || this.lines.length === 0) this.lines.push(this.line)
    return this.lines
  }
}

function joined(parts: readonly Glyphs[]): Line {
  let hex = ''
  let width = 0
  for (const part of parts) {
    hex += part.hex
    width += part.width
  }
  return { hex, width }
}
