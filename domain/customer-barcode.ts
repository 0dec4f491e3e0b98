/**
 * Japan Post's customer barcode (カスタマバーコード): postcode and address number as 67 bars of four kinds,
 * read by the post's sorting machines; bulk mail that bears it costs less. By Japan Post's manual
 * (郵便番号・バーコードマニュアル): what of an address enters it, how it is coded, its check.
 */

/** What a bar reaches beside the middle track: up and down, up, down, or neither. */
export type Bar4 = 'full' | 'up' | 'down' | 'track'

export type CustomerBarcode = {
  /** The address number as extracted, `3-80-25J1-2B`; may be longer than what the bars hold. */
  addressNumber: string
  /** Postcode, address number in 13 codes, check: digits, `-` and `CC1` to `CC8`. */
  codes: string[]
  /** From start to stop. */
  bars: Bar4[]
}

const numberCodes = 13

/** The bars of each code by the manual's table: 1 full, 2 up, 3 down, 4 track. In order of their values. */
const patterns: readonly (readonly [code: string, bars: string])[] = [
  ...[
    ['0', '144'],
    ['1', '114'],
    ['2', '132'],
    ['3', '312'],
    ['4', '123'],
    ['5', '141'],
    ['6', '321'],
    ['7', '213'],
    ['8', '231'],
    ['9', '411'],
  ],
  ...[
    ['-', '414'],
    ['CC1', '324'],
    ['CC2', '342'],
    ['CC3', '234'],
    ['CC4', '432'],
    ['CC5', '243'],
    ['CC6', '423'],
    ['CC7', '441'],
    ['CC8', '111'],
  ],
] as [string, string][]
const values = new Map(patterns.map(([code], value) => [code, value]))
const barsOf = new Map(patterns)
const startBars = '13'
const stopBars = '31'
const kinds: readonly Bar4[] = ['full', 'up', 'down', 'track']

/** The total of all values is a multiple of it. */
const checkModulus = patterns.length

/** Undefined without a postcode of seven digits; an address without any number is coded as blank. */
export function japanPostBarcode(postcode: string, address: string): CustomerBarcode | undefined {
  const digits = postcode.normalize('NFKC').replace(/[^0-9]/g, '')
  if (digits.length !== 7) return undefined
  const addressNumber = addressNumberOf(address)
  const number = [...addressNumber].flatMap(codesOf).slice(0, numberCodes)
  const blank = Array.from({ length: numberCodes - number.length }, () => 'CC4')
  const data = [...digits, ...number, ...blank]
  const sum = data.reduce((total, code) => total + values.get(code)!, 0)
  const check = patterns[(checkModulus - (sum % checkModulus)) % checkModulus]![0]
  const codes = [...data, check]
  const drawn = startBars + codes.map((code) => barsOf.get(code)!).join('') + stopBars
  return { addressNumber, codes, bars: [...drawn].map((kind) => kinds[Number(kind) - 1]!) }
}

/** A letter is one of three control codes and a digit: A-J, K-T, U-Z. */
function codesOf(character: string): string[] {
  if (!/[A-Z]/.test(character)) return [character]
  const place = character.charCodeAt(0) - 'A'.charCodeAt(0)
  return [`CC${1 + Math.floor(place / 10)}`, String(place % 10)]
}

const kanjiDigits = '〇一二三四五六七八九'
const kanjiNumber = `[${kanjiDigits}十百千]+`

/**
 * Written numbers count before these words alone; 丁, 番, の and ノ besides must not be the beginning of a
 * name (八丁堀, 六番町, 一の宮), which the manual leaves to whoever splits off the town.
 */
const written = new RegExp(
  `${kanjiNumber}(?=丁目|番地|地割|号|線|(?:丁|番)(?=[${kanjiDigits}十百千\\d\\s\\-のノ]|$)` +
    `|[のノ](?=[${kanjiDigits}十百千\\d]))`,
  'g',
)

/** What of an address, with or without its town, enters the barcode: `3-80-25J1-2B`. */
export function addressNumberOf(address: string): string {
  return (
    address
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[‐‑‒–—―−]/g, '-')
      .replace(/[&/・.]/g, '')
      .replace(written, (text) => String(numberOf(text)))
      // Words in Latin letters say nothing; nor does the F of a floor, 10F.
      .replace(/[A-Z]{2,}/g, '-')
      .replace(/(?<=\d)F/g, '-')
      .replace(/[^0-9A-Z]+/g, '-')
      .replace(/-?([A-Z])-?/g, '$1')
      .replace(/^-|-$/g, '')
  )
}

/** 十九 is 19; 二三 digit by digit is 23. */
function numberOf(text: string): number {
  if (!/[十百千]/.test(text)) {
    return Number([...text].map((digit) => kanjiDigits.indexOf(digit)).join(''))
  }
  const units: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 }
  let total = 0
  let digit = 0
  for (const character of text) {
    const unit = units[character]
    if (unit === undefined) {
      digit = kanjiDigits.indexOf(character)
      continue
    }
    total += (digit || 1) * unit
    digit = 0
  }
  return total + digit
}

/** In tenths of a millimetre at 10 points, where bars are 1.2 mm apart; other sizes in proportion. */
const atTenPoints = { pitch: 12, bar: 6, full: 36, half: 24, track: 12 } as const

export type PlacedBar = { x: number; y: number; width: number; height: number }

/** The bars from the top left corner, in millimetres. */
export function placedBars(bars: readonly Bar4[], points: number): PlacedBar[] {
  const scale = points / 100
  const { pitch, bar, full, half, track } = atTenPoints
  return bars.map((kind, i) => {
    const height = kind === 'full' ? full : kind === 'track' ? track : half
    const top = kind === 'full' || kind === 'up' ? 0 : track
    return {
      x: i * pitch * scale,
      y: top * scale,
      width: bar * scale,
      height: height * scale,
    }
  })
}

/** Of a whole barcode, in millimetres. */
export function customerBarcodeSize(points: number): { width: number; height: number } {
  const scale = points / 100
  const bars = startBars.length + 3 * (7 + numberCodes + 1) + stopBars.length
  const width = ((bars - 1) * atTenPoints.pitch + atTenPoints.bar) * scale
  return { width, height: atTenPoints.full * scale }
}
