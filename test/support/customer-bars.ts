/** Reads Japan Post's customer barcode from a picture, as a sorting machine does; knows nothing of the maker. */

type Picture = { width: number; height: number; data: Uint8ClampedArray }

const barsInCode = 67
/** Full, up, down and track as 1, 2, 3, 4; three bars to a code. */
const codes: Readonly<Record<string, string>> = {
  '144': '0',
  '114': '1',
  '132': '2',
  '312': '3',
  '123': '4',
  '141': '5',
  '321': '6',
  '213': '7',
  '231': '8',
  '411': '9',
  '414': '-',
  '324': 'CC1',
  '342': 'CC2',
  '234': 'CC3',
  '432': 'CC4',
  '243': 'CC5',
  '423': 'CC6',
  '441': 'CC7',
  '111': 'CC8',
}
const values = [...'0123456789', '-', 'CC1', 'CC2', 'CC3', 'CC4', 'CC5', 'CC6', 'CC7', 'CC8']

export type ReadBarcode = {
  postcode: string
  /** Letters put together again, blanks left out. */
  addressNumber: string
  /** Dots, of the whole barcode within the picture. */
  box: { left: number; right: number; top: number; bottom: number }
}

/** Undefined where the picture has none; throws where one is there and its sum is wrong. */
export function readCustomerBarcode(picture: Picture): ReadBarcode | undefined {
  const isDark = (x: number, y: number) => picture.data[4 * (y * picture.width + x)]! < 128
  for (let y = 0; y < picture.height; y++) {
    const runs = darkRuns(picture.width, (x) => isDark(x, y))
    if (runs.length !== barsInCode || !areEven(runs)) continue
    const bars = runs.map(([from, to]) => extentAt(Math.floor((from + to) / 2), y, picture, isDark))
    const top = Math.min(...bars.map((bar) => bar.top))
    const bottom = Math.max(...bars.map((bar) => bar.bottom))
    const third = (bottom - top) / 3
    const kinds = bars.map((bar) => {
      const isUp = bar.top - top < third / 2
      const isDown = bottom - bar.bottom < third / 2
      return isUp ? (isDown ? '1' : '2') : isDown ? '3' : '4'
    })
    const box = { left: runs[0]![0], right: runs.at(-1)![1], top, bottom }
    return { ...decoded(kinds.join('')), box }
  }
  return undefined
}

function darkRuns(width: number, isDark: (x: number) => boolean): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (let x = 0; x < width; x++) {
    if (!isDark(x)) continue
    const from = x
    while (x + 1 < width && isDark(x + 1)) x += 1
    runs.push([from, x])
  }
  return runs
}

/** Bars stand as far apart as they are wide; a line of writing never does. */
function areEven(runs: [from: number, to: number][]): boolean {
  const pitch = (runs.at(-1)![0] - runs[0]![0]) / (runs.length - 1)
  return runs.every(([from], i) => Math.abs(from - runs[0]![0] - i * pitch) < pitch / 4)
}

function extentAt(
  x: number,
  y: number,
  { height }: Picture,
  isDark: (x: number, y: number) => boolean,
) {
  let [top, bottom] = [y, y]
  while (top > 0 && isDark(x, top - 1)) top -= 1
  while (bottom + 1 < height && isDark(x, bottom + 1)) bottom += 1
  return { top, bottom }
}

function decoded(kinds: string): Omit<ReadBarcode, 'box'> {
  if (!/^13.*31$/.test(kinds)) throw new Error(`no start and stop: ${kinds}`)
  const read = (kinds.slice(2, -2).match(/.{3}/g) ?? []).map((bars) => codes[bars] ?? '?')
  if (read.includes('?')) throw new Error(`bars that are no code: ${kinds}`)
  const sum = read.reduce((total, code) => total + values.indexOf(code), 0)
  if (sum % 19 !== 0) throw new Error(`its sum is ${sum}: ${read.join(' ')}`)
  const number = read.slice(7, 20).join(' ').replace(/ ?CC4/g, '')
  const letters = number.replace(/CC([123]) (\d)/g, (_, control, digit) =>
    String.fromCharCode(65 + 10 * (Number(control) - 1) + Number(digit)),
  )
  return { postcode: read.slice(0, 7).join(''), addressNumber: letters.replaceAll(' ', '') }
}
