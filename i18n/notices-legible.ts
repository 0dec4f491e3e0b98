/**
 * Makes a text printable without changing what it says: characters that the font lacks are found
 * before printing, never drawn as a box.
 */
import type { Named } from './notices-words.ts'

/** What a face can draw; `glyphOf` gives the same number for characters that look the same. */
export type Face = {
  hasGlyph(codePoint: number): boolean
  glyphOf(codePoint: number): number
}

export type Legible = { text: string; missing: string[] }

/** The mark Japanese printing sets where a character is not to be had. */
export const geta = '〓'

const controls = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu
// Fonts without the variant show the base character, which is the same character by definition.
const variationSelectors = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu
const separateVoicingMark = /[\u3041-\u30ff][\u3099\u309a]/gu
const invisible = /[\p{Cf}]/gu

/** By face, what stands for a character; undefined where there is nothing. Asked for every letter. */
const known = new WeakMap<Face, Map<string, string | undefined>>()

/** `text` in one line, missing characters replaced by `geta` and listed once each. */
export function legible(text: string, face: Face): Legible {
  const missing = new Set<string>()
  let shown = ''
  for (const character of inOneLine(text)) {
    const form = formOf(character, face)
    if (form === undefined) missing.add(character)
    shown += form ?? geta
  }
  return { text: shown, missing: [...missing] }
}

function formOf(character: string, face: Face): string | undefined {
  let forms = known.get(face)
  if (!forms) {
    forms = new Map()
    known.set(face, forms)
  }
  if (forms.has(character)) return forms.get(character)
  const isThere = face.hasGlyph(character.codePointAt(0)!)
  const form = isThere ? ordinaryForm(character, face) : undefined
  forms.set(character, form)
  return form
}

export function inOneLine(text: string): string {
  return text
    .replace(controls, ' ')
    .replace(variationSelectors, '')
    .replace(invisible, '')
    .replace(separateVoicingMark, (pair) => pair.normalize('NFC'))
    .trim()
}

/**
 * A radical such as U+2F2D and the ideograph 山 share one glyph, and a PDF gives each glyph one
 * character: drawing the ordinary one keeps every other 山 of the document readable by machine.
 */
function ordinaryForm(character: string, face: Face): string {
  const ordinary = character.normalize('NFKC')
  if (ordinary === character || [...ordinary].length !== 1) return character
  const sameGlyph =
    face.glyphOf(ordinary.codePointAt(0)!) === face.glyphOf(character.codePointAt(0)!)
  return sameGlyph ? ordinary : character
}

/** Private-use and unassigned code points: a municipality's own characters, blank anywhere else. */
export const anyScreen: Face = {
  hasGlyph: (codePoint) => !/[\p{Co}\p{Cn}\p{Cs}]/u.test(String.fromCodePoint(codePoint)),
  glyphOf: (codePoint) => codePoint,
}

/**
 * Family and given name; the kana where a character of the name cannot be shown, since a name is
 * never printed in part. `missing` lists what the name itself lacked.
 */
export function shownName(person: Named, face: Face): Legible {
  const name = legible(`${person.familyName} ${person.givenName}`, face)
  if (name.missing.length === 0) return name
  const kana = legible(person.kana, face)
  return { text: kana.text || name.text, missing: [...name.missing, ...kana.missing] }
}
