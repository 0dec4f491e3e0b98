/**
 * A city's register as a file: made-up people, the same ones for the same seed, of any number. Names come
 * from short lists and numbers, so that nobody's name is in it; a row is about as long as a real one.
 */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PlainDate } from '../../domain/course.ts'
import type { ResidentRecord } from '../../domain/municipal-file.ts'
import { writeCanonical } from '../../files/write-canonical.ts'

const families = [
  ...([
    ['見本', 'ミホン'],
    ['例示', 'レイジ'],
    ['試験', 'シケン'],
    ['仮名', 'カメイ'],
  ] as const),
  ...([
    ['模擬', 'モギ'],
    ['架空', 'カクウ'],
    ['標準', 'ヒョウジュン'],
    ['想定', 'ソウテイ'],
  ] as const),
] as const
const givens = [
  ...([
    ['太郎', 'タロウ'],
    ['花子', 'ハナコ'],
    ['一', 'ハジメ'],
    ['幸子', 'サチコ'],
  ] as const),
  ...([
    ['次郎', 'ジロウ'],
    ['和子', 'カズコ'],
    ['誠', 'マコト'],
    ['恵', 'メグミ'],
  ] as const),
] as const
const syllables = [...'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモ']
const houses = ['見本荘', '例示ハイツ', '試験コーポ', '標準マンション', '架空レジデンス']
const eldestBirth = Date.UTC(1921, 0, 1)
const birthDays = 36_500
const firstDay = Date.UTC(2001, 0, 1)
const sinceDays = 7_000
const dayMs = 86_400_000
const perHousehold = 2
const firstNumber = 1_000_000_000

/** The n-th person of a seed, from 0. `changed`: after moving house, on the day given. */
export function registerRecord(n: number, seed: number, changed?: PlainDate): ResidentRecord {
  const mixed = mix(n, seed)
  const [family, familyKana] = families[mixed % families.length]!
  const [given, givenKana] = givens[(mixed >>> 3) % givens.length]!
  const born = eldestBirth + (mixed % birthDays) * dayMs
  const block = 1 + ((mixed >>> 7) % 900)
  const house = houses[(mixed >>> 11) % houses.length]!
  return {
    registerNumber: String(firstNumber + n),
    family,
    given: `${given}${wide(n % 1_000)}`,
    kana: `${familyKana} ${givenKana}${letters(n)}`,
    bornOn: dayOf(born),
    postcode: String(1_000_000 + (mixed % 8_999_999)),
    address: `見本県見本市見本区見本町${wide(changed ? 901 : block)}丁目${wide(n % 97)}番${wide(n % 31)}号${house}${wide(101 + (n % 800))}`,
    residentSince: changed ?? dayOf(Math.max(born, firstDay + (mixed % sinceDays) * dayMs)),
    householdNumber: String(Math.floor(n / perHousehold)),
  }
}

/** Writes the file in CP932, in our own layout; its bytes. `changedRow`: who has moved, from 0. */
export async function writeRegisterFile(
  path: string,
  { rows, seed, changedRow }: { rows: number; seed: number; changedRow?: number },
): Promise<number> {
  let bytes = 0
  const counted = function* () {
    for (const block of writeCanonical('residentRegister', records(), 'cp932')) {
      bytes += block.length
      yield block
    }
  }
  function* records() {
    for (let n = 0; n < rows; n++) {
      yield registerRecord(n, seed, n === changedRow ? movedOn : undefined)
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(path))
  return bytes
}

const movedOn = '2021-03-15' as PlainDate

function dayOf(ms: number): PlainDate {
  return new Date(ms).toISOString().slice(0, 10) as PlainDate
}

function wide(n: number): string {
  return String(n).replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
}

/** So many different readings that few people share one. */
function letters(n: number): string {
  let text = ''
  for (let rest = n; text.length < 3; rest = Math.floor(rest / syllables.length)) {
    text += syllables[rest % syllables.length]
  }
  return text
}

/** Of 32 bits; near numbers do not look alike. */
function mix(n: number, seed: number): number {
  let x = Math.imul(n ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 15), 0xc2b2ae35)
  return (x ^ (x >>> 13)) >>> 0
}
