/**
 * The products of the programme as data. What a venue scans and a register file names is a product;
 * intervals belong to the rule profiles (`profiles.ts`), ages and names here.
 */
import type { Age } from './age.ts'
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'

export type ProductCode =
  | 'pfizer'
  | 'moderna'
  | 'astrazeneca'
  | 'novavax'
  | 'pfizer5to11'
  | 'pfizer6moTo4y'

export type Product = {
  code: ProductCode
  /** CVX code of the United States CDC, the vocabulary of FHIR and of forecasts. */
  cvx: string
  nameJa: string
  nameEn: string
  /** Maker as the vaccination-register file writes it; the first is the preset, the rest are read too. */
  makerTexts: readonly string[]
  /** The day of the special approval in Japan; nobody was given it in the programme before. */
  approvedOn: PlainDate
  /** Youngest civil age from a day on, the latest entry that has begun holds. */
  minimumAges: readonly { from: PlainDate; age: Age }[]
  /** Civil age from which dose 1 takes another product line; left out = none. */
  belowAge?: Age
  dosesInSeries: number
}

const on = (date: string) => date as PlainDate

/** Ages and approvals: MHLW, product pages of the programme; Pfizer began at 16 and Moderna at 18. */
export const products: readonly Product[] = [
  {
    code: 'pfizer',
    cvx: '208',
    nameJa: 'ファイザー',
    nameEn: 'Pfizer',
    makerTexts: ['ファイザー'],
    approvedOn: on('2021-02-14'),
    minimumAges: [
      { from: on('2021-02-17'), age: { years: 16 } },
      { from: on('2021-06-01'), age: { years: 12 } },
    ],
    dosesInSeries: 2,
  },
  {
    code: 'moderna',
    cvx: '207',
    nameJa: '武田／モデルナ',
    nameEn: 'Moderna',
    makerTexts: ['武田/モデルナ', '武田／モデルナ', 'モデルナ', '武田'],
    approvedOn: on('2021-05-21'),
    minimumAges: [
      { from: on('2021-05-24'), age: { years: 18 } },
      { from: on('2021-08-03'), age: { years: 12 } },
    ],
    dosesInSeries: 2,
  },
  {
    code: 'astrazeneca',
    cvx: '210',
    nameJa: 'アストラゼネカ',
    nameEn: 'AstraZeneca',
    makerTexts: ['アストラゼネカ'],
    approvedOn: on('2021-05-21'),
    minimumAges: [{ from: on('2021-08-03'), age: { years: 18 } }],
    dosesInSeries: 2,
  },
  {
    code: 'novavax',
    cvx: '211',
    nameJa: 'ノババックス',
    nameEn: 'Novavax',
    makerTexts: ['ノババックス', '武田/ノババックス', '武田／ノババックス'],
    approvedOn: on('2022-04-19'),
    minimumAges: [{ from: on('2022-05-25'), age: { years: 18 } }],
    dosesInSeries: 2,
  },
  {
    code: 'pfizer5to11',
    cvx: '218',
    nameJa: 'ファイザー（5～11歳用）',
    nameEn: 'Pfizer (5-11 years)',
    makerTexts: ['ファイザー（5～11歳用）', 'ファイザー(5～11歳用)', 'ファイザー（小児用）'],
    approvedOn: on('2022-01-21'),
    minimumAges: [{ from: on('2022-02-21'), age: { years: 5 } }],
    belowAge: { years: 12 },
    dosesInSeries: 2,
  },
  {
    code: 'pfizer6moTo4y',
    cvx: '219',
    nameJa: 'ファイザー（6か月～4歳用）',
    nameEn: 'Pfizer (6 months-4 years)',
    makerTexts: [
      'ファイザー（6か月～4歳用）',
      'ファイザー(6か月～4歳用)',
      'ファイザー（乳幼児用）',
    ],
    approvedOn: on('2022-10-05'),
    minimumAges: [{ from: on('2022-10-24'), age: { months: 6 } }],
    belowAge: { years: 5 },
    dosesInSeries: 3,
  },
]

export const productCodes: readonly ProductCode[] = products.map((product) => product.code)

export function findProduct(code: string): Product | undefined {
  return products.find((product) => product.code === code)
}

/** Throws `unknownProduct`. */
export function productOf(code: string): Product {
  const product = findProduct(code)
  if (product) return product
  throw new DomainError('unknownProduct', 'No product has this code', 'productCode')
}

export function productOfCvx(cvx: string): Product | undefined {
  return products.find((product) => product.cvx === cvx)
}

/** Reads the maker column of a register file, whichever width its slash and brackets have. */
export function productOfMakerText(text: string): Product | undefined {
  const wanted = makerKey(text)
  return products.find((product) => product.makerTexts.some((maker) => makerKey(maker) === wanted))
}

/** A product that nobody could name counts as a two-dose one, like every product of 2021 in Japan. */
export function dosesInSeries(code: string): number {
  return findProduct(code)?.dosesInSeries ?? 2
}

/** The youngest age at which a product was given on a day. */
export function minimumAgeFor(product: Product, givenOn: PlainDate): Age {
  const begun = product.minimumAges.filter((entry) => entry.from <= givenOn)
  return (begun.at(-1) ?? product.minimumAges[0]!).age
}

function makerKey(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '').replace(/[〜~]/g, '~')
}
