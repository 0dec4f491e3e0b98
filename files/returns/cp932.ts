/**
 * Text for registers that read Shift_JIS as Windows writes it (CP932). The table is the decoder of the
 * platform turned round, so that what is written is read back as it was, by any of them.
 */

/** The mark that Japanese printing sets where a character is not to be had (〓, U+3013). */
export const lackingMark = '〓'

type Code = readonly [number] | readonly [number, number]

let table: Map<string, Code> | undefined

/**
 * NEC's row 13 repeats others; the first place of a character is the one that is written. 0xf0 to 0xf9 are
 * a municipality's own characters: read from its file as private use, they are written back as they were.
 */
const leadBytes = [...range(0x81, 0x9f), ...range(0xe0, 0xfc)]
const trailBytes = [...range(0x40, 0x7e), ...range(0x80, 0xfc)]
/** NEC's selection of IBM's characters (lead 0xed, 0xee): written at IBM's own places. */
const secondary = new Set([0xed, 0xee])

function tableOf(): Map<string, Code> {
  if (table) return table
  const decoder = new TextDecoder('shift_jis', { fatal: true })
  const made = new Map<string, Code>()
  const add = (code: Code) => {
    const character = decoded(decoder, code)
    if (character !== undefined && !made.has(character)) made.set(character, code)
  }
  for (const byte of [...range(0x00, 0x7f), ...range(0xa1, 0xdf)]) add([byte])
  for (const lead of leadBytes) {
    if (secondary.has(lead)) continue
    for (const trail of trailBytes) add([lead, trail])
  }
  // What other systems call these characters, which are one and the same on paper.
  for (const [other, known] of sameOnPaper) made.set(other, made.get(known)!)
  table = made
  return made
}

/** JIS and Unicode tables disagree on these (wave dash, minus, parallel bars, cent, pound, not, em dash). */
const sameOnPaper: readonly (readonly [string, string])[] = [
  ['\u301c', '\uff5e'],
  ['\u2212', '\uff0d'],
  ['\u2016', '\u2225'],
  ['\u00a2', '\uffe0'],
  ['\u00a3', '\uffe1'],
  ['\u00ac', '\uffe2'],
  ['\u2014', '\u2015'],
]

function decoded(decoder: InstanceType<typeof TextDecoder>, code: Code): string | undefined {
  try {
    const text = decoder.decode(new Uint8Array(code))
    return [...text].length === 1 ? text : undefined
  } catch {
    return undefined
  }
}

/** Bytes, and each character that has none there, once; in its place stands `lackingMark`. */
export function encodeCp932(text: string): { bytes: Uint8Array; lacking: string[] } {
  const codes = tableOf()
  const bytes: number[] = []
  const lacking = new Set<string>()
  for (const character of text) {
    const code = codes.get(character)
    if (!code) lacking.add(character)
    bytes.push(...(code ?? codes.get(lackingMark)!))
  }
  return { bytes: new Uint8Array(bytes), lacking: [...lacking] }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
