/**
 * A Data Matrix of 18 x 18 modules by ISO/IEC 16022 (ECC 200): what a sheet's mark needs, for each letter of
 * a batch. The general maker takes longer for one than all the rest of its page.
 */

export const dataMatrixSize = 18

const dataWords = 18
const errorWords = 14
/** Without the frame. */
const inner = dataMatrixSize - 2

/** Rows of modules from the top, true for dark. Throws for a text that does not fit, or is not ASCII. */
export function dataMatrix(text: string): boolean[][] {
  const words = wordsOf(text)
  const all = [...words, ...errorsOf(words)]
  const rows = Array.from({ length: dataMatrixSize }, (_, row) =>
    Array.from({ length: dataMatrixSize }, (_, column) => isFrame(row, column)),
  )
  for (let row = 0; row < inner; row++) {
    for (let column = 0; column < inner; column++) {
      const { word, bit } = places[row * inner + column]!
      rows[row + 1]![column + 1] = ((all[word]! >> bit) & 1) === 1
    }
  }
  return rows
}

/** Left and bottom are solid, top and right alternate. */
function isFrame(row: number, column: number): boolean {
  if (column === 0 || row === dataMatrixSize - 1) return true
  if (row === 0) return column % 2 === 0
  return column === dataMatrixSize - 1 && row % 2 === 1
}

/** Two digits make one word, any other character one; the rest is filled so that no pattern shows. */
function wordsOf(text: string): number[] {
  const words: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) throw new Error('a mark is of ASCII characters')
    const pair = text.slice(i, i + 2)
    if (/^\d\d$/.test(pair)) {
      words.push(130 + Number(pair))
      i += 1
    } else {
      words.push(code + 1)
    }
  }
  if (words.length > dataWords) throw new Error('a mark is too long for its code')
  if (words.length < dataWords) words.push(padding)
  while (words.length < dataWords) {
    const padded = padding + ((149 * (words.length + 1)) % 253) + 1
    words.push(padded > 254 ? padded - 254 : padded)
  }
  return words
}

const padding = 129

/** Logarithms of the field of 256 elements whose polynomial is x^8 + x^5 + x^3 + x^2 + 1. */
const { powers, logarithms } = (() => {
  const powers: number[] = []
  const logarithms: number[] = []
  let value = 1
  for (let i = 0; i < 255; i++) {
    powers.push(value)
    logarithms[value] = i
    value = value << 1
    if (value > 255) value ^= 0x12d
  }
  return { powers, logarithms }
})()

function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : powers[(logarithms[a]! + logarithms[b]!) % 255]!
}

/** Of the polynomial whose roots are the first powers, the highest coefficient (1) left out. */
const generator = (() => {
  let factors = [1]
  for (let i = 1; i <= errorWords; i++) {
    const next = new Array<number>(factors.length + 1).fill(0)
    for (const [at, factor] of factors.entries()) {
      next[at] = next[at]! ^ factor
      next[at + 1] = next[at + 1]! ^ times(factor, powers[i]!)
    }
    factors = next
  }
  return factors.slice(1)
})()

/** Reed and Solomon's: what remains of the data, divided by the generator. */
function errorsOf(words: readonly number[]): number[] {
  const rest = new Array<number>(errorWords).fill(0)
  for (const word of words) {
    const lead = word ^ rest.shift()!
    rest.push(0)
    for (let i = 0; i < errorWords; i++) rest[i] = rest[i]! ^ times(lead, generator[i]!)
  }
  return rest
}

/** Which bit of which word a module shows. */
type Module = { word: number; bit: number }

/** The standard's walk over the modules in diagonals, eight to a word; at this size it reaches all of them. */
const places: Module[] = (() => {
  const modules = new Array<Module | undefined>(inner * inner)
  const set = (row: number, column: number, word: number, bit: number) => {
    const wraps = 4 - ((inner + 4) % 8)
    const [r, c] = row < 0 ? [row + inner, column + wraps] : [row, column]
    const [y, x] = c < 0 ? [r + wraps, c + inner] : [r, c]
    modules[y * inner + x] = { word, bit: 8 - bit }
  }
  const ordinary = [
    [-2, -2],
    [-2, -1],
    [-1, -2],
    [-1, -1],
    [-1, 0],
    [0, -2],
    [0, -1],
    [0, 0],
  ] as const
  const put = (row: number, column: number, word: number) => {
    for (const [at, [down, right]] of ordinary.entries())
      set(row + down, column + right, word, at + 1)
  }
  const isFree = (row: number, column: number) =>
    row >= 0 && row < inner && column >= 0 && column < inner && !modules[row * inner + column]
  let [row, column, word] = [4, 0, 0]
  do {
    for (; row >= 0 && column < inner; row -= 2, column += 2) {
      if (isFree(row, column)) put(row, column, word++)
    }
    row += 1
    column += 3
    for (; row < inner && column >= 0; row += 2, column -= 2) {
      if (isFree(row, column)) put(row, column, word++)
    }
    row += 3
    column += 1
  } while (row < inner || column < inner)
  return modules as Module[]
})()
