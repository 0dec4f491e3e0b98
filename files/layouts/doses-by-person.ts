/**
 * The second form in which doses come: the vaccination register (予防接種台帳), a row a person and a block of
 * columns a dose, as VRS handed it out and as our own return file writes it. The day of recording and the
 * physician have columns there that nothing is read from.
 */
import type { ReadingName } from '../readings/names.ts'
import { type FieldSpec, spelled } from './spec.ts'

/** As many as a slip can claim. */
export const dosePlacesMax = 9

type InBlock = { part: DosePart; words: readonly string[]; reading: ReadingName; max?: number }

/** What is read of one dose. */
export const doseParts = [
  'givenOn',
  'ticketNumber',
  'ticketMunicipalityCode',
  'venueName',
  'venueCode',
  'productCode',
  'lotNumber',
] as const
export type DosePart = (typeof doseParts)[number]

/** The first word of each is the one of the official layout. */
const block: readonly InBlock[] = [
  {
    part: 'givenOn',
    words: spelled('接種日, 接種年月日, 実施日, 実施年月日, 接種実施日, givenOn, SESSHU_YMD'),
    reading: 'date',
  },
  {
    part: 'ticketNumber',
    words: spelled('券番号, 接種券番号, 接種券No, クーポン券番号, ticketNumber, KEN_NO'),
    reading: 'ticketNumber',
  },
  {
    part: 'ticketMunicipalityCode',
    words: spelled(`
      接種自治体コード, 自治体コード, 市区町村コード, 接種市区町村コード, 券発行市区町村コード,
      券発行自治体コード, ticketMunicipalityCode
    `),
    reading: 'municipalityCode',
  },
  {
    part: 'venueName',
    words: spelled(`
      接種会場名, 会場名, 接種会場, 会場, 医療機関名, 接種医療機関名, 実施医療機関名, 実施機関名,
      接種場所, venueName
    `),
    reading: 'text',
  },
  {
    part: 'venueCode',
    words: spelled(`
      医療機関コード, 会場コード, 接種会場コード, 実施機関コード, 実施医療機関コード,
      接種医療機関コード, venueCode
    `),
    reading: 'venueCode',
  },
  {
    part: 'productCode',
    words: spelled(`
      ワクチンメーカー, ワクチン, ワクチン種類, ワクチン名, ワクチンの種類, ワクチン種別, メーカー,
      メーカー名, 製造会社, 製造販売業者, 使用ワクチン, 製品名, productCode, vaccine, maker
    `),
    reading: 'product',
  },
  {
    part: 'lotNumber',
    words: spelled(`
      ワクチンロット番号, ロット番号, ロットNo, ロット, LotNo, Lot, 製造番号, Lot番号, lotNumber,
      LOT_NO
    `),
    reading: 'lotNumber',
    max: 20,
  },
]

/** By place, from 0: which field gives which part of that dose. */
export const doseFields: readonly Readonly<Record<DosePart, string>>[] = Array.from(
  { length: dosePlacesMax },
  (_, at) =>
    Object.fromEntries(doseParts.map((part) => [part, `${part}${at + 1}`])) as Record<
      DosePart,
      string
    >,
)

const kanji = '一二三四五六七八九'

export const byPersonFields: readonly FieldSpec[] = doseFields.flatMap((fields, at) =>
  block.map(({ part, words, reading, max }): FieldSpec => {
    const spellings = words.flatMap((word) => numbered(word, at + 1))
    return {
      ...{ field: fields[part], spellings, reading },
      // Its own place in the official layout, by which our return file is known.
      ...(part !== 'venueCode' && { returnHeader: spellings[0]! }),
      ...(max !== undefined && { charactersMax: max }),
    }
  }),
)

/** Brackets, blanks and widths make no difference already. */
function numbered(word: string, n: number): string[] {
  const counted = [`${n}回目`, `第${n}回`, `第${n}回目`, `${n}回`, `${kanji[n - 1]}回目`]
  return [
    ...counted.map((count) => count + word),
    ...counted.map((count) => word + count),
    `${word}${n}`,
    `${n}${word}`,
  ]
}

/** Fields of the other form that say the same of every dose of a row. */
const shared = ['registerNumber', 'bornOn', 'ticketNumber', 'ticketMunicipalityCode']

export const dosesByPerson = {
  own: new Set(byPersonFields.map(({ field }) => field)),
  shared: new Set([...shared, 'municipalityCode']),
  needs: [
    ['registerNumber'],
    ['givenOn1'],
    ['venueName1', 'venueCode1'],
    ['productCode1'],
    ['lotNumber1'],
  ],
  hallmarks: ['givenOn1', 'productCode1', 'lotNumber1', 'givenOn2'],
}
