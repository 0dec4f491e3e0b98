/**
 * Proves: a vaccination register with a block of columns a dose is known by its header or by its places, every
 * fault names its own cell, and what files/returns writes is read back as the same doses.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type PlainDate } from '../../../domain/calendar.ts'
import { placedDoses } from '../../../domain/dose-slots.ts'
import type { FileProfile, PersonDoses } from '../../../domain/municipal-file.ts'
import { municipalityCodeCheckDigit } from '../../../domain/municipality-code.ts'
import { productCodes } from '../../../domain/product.ts'
import { guessFile, isStandard, profileSchema } from '../../../files/read-file.ts'
import { type RegisterLine, vaccinationRegisterCsv } from '../../../files/returns/layouts.ts'
import { returnWords } from '../../../i18n/return-files.ts'
import { cp932, faultsOf, guessedRows } from '../../support/municipal-files.ts'
import { sourceOf } from '../../support/workbook.ts'

const { register } = returnWords
const header = [register.number, ...register.ofDose(1), ...register.ofDose(2)]
const first = [
  ...['20210520101010', '20210519', '0000000123', '131041', '見本会場', '', 'ファイザー', 'EX0123'],
]
const second = ['20210609101010', '20210609', ...first.slice(2, 7), 'EX0456']
const none = Array.from({ length: 8 }, () => '')
const csv = (...rows: string[][]) => rows.map((row) => `${row.join(',')}\r\n`).join('')
const numbered = (count: number, ...blocks: string[][]) =>
  Array.from({ length: count }, (_, at) => [`000${100 + at}`, ...blocks.flat()])

const dose = (doseNumber: number, givenOn: string, lotNumber: string) => ({
  ...{ doseNumber, givenOn, productCode: 'pfizer', lotNumber, ticketNumber: '0000000123' },
  ...{ ticketMunicipalityCode: '131041', venueName: '見本会場' },
})
const both = [dose(1, '2021-05-19', 'EX0123'), dose(2, '2021-06-09', 'EX0456')]

describe('a vaccination register', () => {
  const text = csv(header, ['00042', ...first, ...second], ['00043', ...first, ...none])

  test.each([
    ['utf-8', text],
    ['utf-8-bom', `\ufeff${text}`],
    ['cp932', cp932(text)],
  ])('is read in %s, zeros and all; an empty second dose is one dose', async (encoding, bytes) => {
    const { guess, rows } = await guessedRows(sourceOf(bytes, 7))
    expect(guess).toMatchObject({ missingFields: [], profile: { kind: 'doses', encoding } })
    expect(guess.unknownColumns).toEqual(
      [1, 2].flatMap((n) => [0, 5].map((at) => register.ofDose(n)[at])),
    )
    expect(profileSchema.parse(guess.profile)).toEqual(guess.profile)
    expect(isStandard(guess.profile)).toBe(true)
    expect(faultsOf(rows)).toEqual([])
    expect(rows.map(({ record }) => record)).toEqual([
      { registerNumber: '00042', doses: both },
      { registerNumber: '00043', doses: both.slice(0, 1) },
    ])
  })

  test.each<[string, (n: number) => string[]]>([
    [
      'the count behind',
      (n) => [
        `接種日${n}`,
        `接種券番号${n}`,
        `医療機関名（${n}回目）`,
        `ワクチン${n}`,
        `ロット番号 ${n}回目`,
      ],
    ],
    [
      'the count before, in full width and in kanji',
      (n) => [
        ...[`第${'１２'[n - 1]}回 接種年月日`, `${'一二'[n - 1]}回目接種券番号`, `${n}回会場名`],
        ...[`${'１２'[n - 1]}回目・ワクチン種類`, `第${n}回目ロットNo.`],
      ],
    ],
  ])('is known by other words: %s', async (_, words) => {
    const short = ([, day, ticket, , venue, , maker, lot]: string[]) => [
      day!,
      ticket!,
      venue!,
      maker!,
      lot!,
    ]
    const rowsOf = csv(
      ['宛名番号', '氏名', ...words(1), ...words(2)],
      ['00042', '見本　花子', ...short(first), ...short(second)],
    )
    const { guess, rows } = await guessedRows(sourceOf(cp932(rowsOf)))
    expect(guess).toMatchObject({ missingFields: [], unknownColumns: ['氏名'], isKnown: false })
    expect(isStandard(guess.profile)).toBe(false)
    const doses = both.map(({ ticketMunicipalityCode: _town, ...said }) => said)
    expect(rows[0]!.record).toEqual({ registerNumber: '00042', doses })
  })

  test('may say a ticket once for all doses, and the birth date', async () => {
    const rowsOf = csv(
      [
        '宛名番号',
        '生年月日',
        '券番号',
        ...[1, 2].flatMap((n) => [`接種日${n}`, `会場コード${n}`, `メーカー${n}`, `ロット${n}`]),
      ],
      [
        '42',
        'S20.8.15',
        '0000000123',
        'R3.5.19',
        '1310400018',
        '武田/モデルナ',
        '3001',
        '',
        '',
        '',
        '',
      ],
    )
    const { rows } = await guessedRows(sourceOf(cp932(rowsOf)))
    const record = rows[0]!.record as PersonDoses
    expect(record).toMatchObject({ bornOn: '1945-08-15', doses: [{ ticketNumber: '0000000123' }] })
    expect(record.doses).toMatchObject([{ venueCode: '1310400018', productCode: 'moderna' }])
  })

  test('names the cell of a fault in the second dose, and takes no half of a row', async () => {
    const faulty = (at: number, value: string) => second.map((cell, i) => (i === at ? value : cell))
    const { rows } = await guessedRows(
      sourceOf(
        csv(
          header,
          ['1', ...first, ...faulty(1, '20210631')],
          ['2', ...first, ...faulty(7, '')],
          ['3', ...first, ...faulty(2, '123')],
          ['4', ...first, ...faulty(1, '20210701')],
          ['5', ...first, ...second.map((cell, i) => (i === 4 ? cell : ''))],
          ['', ...first, ...none],
        ),
      ),
    )
    const [day, ticket, lot] = [1, 2, 7].map((at) => register.ofDose(2)[at]!)
    expect(rows.map(({ record }) => record)).toEqual(Array.from({ length: 6 }, () => undefined))
    expect(
      rows.map(({ faults }) => faults.map((one) => [one.column, one.header, one.code])),
    ).toEqual([
      [['K', day, 'dateDoesNotExist']],
      [['Q', lot, 'cellEmpty']],
      [['L', ticket, 'ticketNumberLength']],
      [['K', day, 'dateInFuture']],
      [
        ...[
          ['K', day, 'cellEmpty'],
          ['P', register.ofDose(2)[6], 'cellEmpty'],
        ],
        ['Q', lot, 'cellEmpty'],
      ],
      [['A', register.number, 'cellEmpty']],
    ])
    expect(rows[0]!.faults[0]!.value).toBe('20210631')
  })

  test('is told by its places without a header, and by nothing that merely has as many', async () => {
    const text = csv(...numbered(20, first, second), ...numbered(10, first, none))
    const { guess, rows } = await guessedRows(sourceOf(cp932(text)))
    expect(guess).toMatchObject({ profile: { kind: 'doses', hasHeader: false }, missingFields: [] })
    expect(guess.confidence).toBeLessThan(0.6)
    expect(faultsOf(rows)).toEqual([])
    expect(rows[3]!.record).toEqual({ registerNumber: '000103', doses: both })
    const other = csv(...numbered(20, first.with(6, '不明'), second))
    await expect(guessFile(sourceOf(other), [])).rejects.toMatchObject({
      code: 'fileLayoutUnknown',
    })
  })

  test('with a third dose is not read by a profile that knows two', async () => {
    const { guess } = await guessedRows(sourceOf(text))
    const known = [guess.profile]
    expect((await guessFile(sourceOf(text), known)).isKnown).toBe(true)
    const third = csv([...header, ...register.ofDose(3)], ['00042', ...first, ...second, ...second])
    const { guess: anew, rows } = await guessedRows(sourceOf(third), known)
    expect(anew.isKnown).toBe(false)
    expect((rows[0]!.record as PersonDoses).doses).toHaveLength(3)
  })

  test('mixes its columns with no dose of a row of its own', async () => {
    const { profile } = await guessFile(sourceOf(text), [])
    const mixed = [
      ...profile.columns,
      { field: 'lotNumber', from: { index: 0 }, reading: 'lotNumber' },
    ]
    expect(profileSchema.safeParse({ ...profile, columns: mixed }).success).toBe(false)
    const counted = csv([...header, '接種回数'], ['00042', ...first, ...second, '2'])
    const { guess } = await guessedRows(sourceOf(counted))
    expect(guess.unknownColumns).toContain('接種回数')
  })
})

const digits = (count: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count })
    .map((all) => all.join(''))
const plain = fc
  .string({ unit: fc.constantFrom(...'0123456789AZ'), minLength: 1, maxLength: 12 })
  .filter((text) => !/^\dE\d+$/.test(text))
const issuer = fc
  .integer({ min: 1001, max: 47_382 })
  .map((code) => String(code).padStart(5, '0'))
  .map((code) => code + municipalityCodeCheckDigit(code))
const given = fc.record(
  {
    id: fc.uuid(),
    claimedDoseNumber: fc.integer({ min: 1, max: 4 }),
    givenOn: fc
      .integer({ min: 0, max: 60 })
      .map((days) => addDays('2021-04-10' as PlainDate, days)),
    productCode: fc.constantFrom(...productCodes),
    lotNumber: plain,
    municipalityCode: issuer,
    recordedAt: fc.constant(new Date('2021-06-08T15:04:05Z')),
    // Not "=…": handed to systems as it is, and refused by the reader as a formula, in its own cell.
    venueName: fc.constantFrom('見本会場', '髙﨑ｸﾘﾆｯｸ', 'A-1, "別館"', '-会場', '０１'),
    ticketNumber: digits(10).filter((text) => text !== '0000000000'),
  },
  {
    requiredKeys: [
      'id',
      'claimedDoseNumber',
      'givenOn',
      'productCode',
      'lotNumber',
      'municipalityCode',
    ],
  },
)
const lines = fc.uniqueArray(
  fc.record({ registerNumber: plain, doses: fc.array(given, { minLength: 1, maxLength: 4 }) }),
  { maxLength: 5, selector: ({ registerNumber }) => registerNumber },
) as unknown as fc.Arbitrary<RegisterLine[]>

test('what is handed back is read back as the same doses', async () => {
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.integer({ min: 4, max: 9 }),
      fc.constantFrom('utf-8' as const, 'utf-8-bom' as const, 'cp932' as const),
      async (all, places, encoding) => {
        const pages = (async function* () {
          yield all
        })()
        const chunks: Uint8Array[] = []
        for await (const chunk of vaccinationRegisterCsv(pages, { places, encoding }))
          chunks.push(chunk)
        const { guess, rows } = await guessedRows(sourceOf(Buffer.concat(chunks), 11))
        expect(isStandard(guess.profile as FileProfile)).toBe(true)
        expect(rows.map(({ record, faults }) => record ?? faults)).toEqual(
          all.map((line) => told(line, places)),
        )
      },
    ),
    { numRuns: 60 },
  )
})

/** Whatever stands in the file of a line: the physician and the moment of recording are not read. */
function told({ registerNumber, doses }: RegisterLine, places: number): PersonDoses {
  return {
    registerNumber,
    doses: placedDoses(doses, places).flatMap((one, at) => {
      if (!one) return []
      const {
        givenOn,
        productCode,
        lotNumber,
        ticketNumber,
        venueName,
        municipalityCode: town,
      } = one
      return [
        {
          ...{ doseNumber: at + 1, givenOn, productCode, lotNumber, ticketMunicipalityCode: town },
          ...(ticketNumber && { ticketNumber }),
          ...(venueName && { venueName }),
        },
      ]
    }),
  }
}

test('an empty file of ours has nobody in it', async () => {
  const { rows } = await guessedRows(sourceOf(csv(header)))
  expect(rows).toEqual([])
})
