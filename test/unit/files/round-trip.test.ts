/** Proves: what is written in our own layouts is read back, and a results file is read as the rows it shows. */
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { addDays, type PlainDate } from '../../../domain/calendar.ts'
import {
  type FileProfile,
  type LayoutKind,
  layoutKinds,
  moveKinds,
  type RecordOf,
} from '../../../domain/municipal-file.ts'
import { municipalityCodeCheckDigit } from '../../../domain/municipality-code.ts'
import { myNumberCheckDigit } from '../../../domain/my-number.ts'
import { productCodes } from '../../../domain/product.ts'
import {
  canonicalProfile,
  FileRefusal,
  guessFile,
  profileSchema,
  resultsCsv,
  type WrittenRecord,
  writeCanonical,
} from '../../../files/read-file.ts'
import { cp932, rowsOf } from '../../support/municipal-files.ts'
import { sourceOf } from '../../support/workbook.ts'

/** In the form in which the reader gives them: no blank at either end, one blank in kana. */
const word = (signs: string, max: number) =>
  fc
    .array(fc.constantFrom(...signs), { minLength: 1, maxLength: max })
    .map((all) => all.join('').trim())
    .filter((text) => text !== '' && !/^'[\s'"]*[=+\-@＝＋－＠]/.test(text))
const nameSigns = '見本髙﨑Ⅲ㈱花子辻\ue000ー々Aa\'"=+-@,＝'
const name = word(nameSigns, 6)
const kana = fc
  .tuple(word('アイウガパーッあいう', 5), word('アイウヴ', 5))
  .map((parts) => parts.join(' '))
const address = word('見本町1丁目番地-０1 \u3000,"\n', 12).filter(
  (text) => !/^\s|\s$|^\u3000|\u3000$/.test(text),
)
const number = word('0123456789AZ-', 12).filter(
  (text) => !/^\dE\d+$/.test(text) && !text.startsWith('-'),
)
const digits = (count: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count })
    .map((all) => all.join(''))
const ticketNumber = digits(10).filter((text) => text !== '0000000000')
const past = fc
  .integer({ min: 0, max: 50_000 })
  .map((days) => addDays('1880-01-01' as PlainDate, days))
const myNumber = digits(11).map((text) => text + myNumberCheckDigit(text))
const town = fc
  .integer({ min: 1001, max: 47_382 })
  .map((code) => String(code).padStart(5, '0'))
  .map((code) => code + municipalityCodeCheckDigit(code))
const group = fc.constantFrom('', 'A1', '0012', 'wave_1')

const identity = { family: name, given: fc.oneof(name, fc.constant('')), kana }
const home = { bornOn: past, postcode: digits(7), address, residentSince: past }
const extra = { householdNumber: number, mail: fc.constant('mihon@example.jp'), myNumber }
const needed = [
  'registerNumber',
  'family',
  'given',
  'kana',
  'bornOn',
  'postcode',
  'address',
  'residentSince',
  'facilityCode',
  'priorityGroup',
] as const
const groups = { facilityCode: group, priorityGroup: group }

const records: { [Kind in LayoutKind]: fc.Arbitrary<WrittenRecord<Kind>> } = {
  residentRegister: fc.record(
    { registerNumber: number, ...identity, ...home, ...groups, ...extra },
    { requiredKeys: [...needed] },
  ) as fc.Arbitrary<RecordOf['residentRegister']>,
  ticketNumbers: fc.record({ registerNumber: number, number: ticketNumber, issuedOn: past }),
  myNumberLinks: fc.record({ registerNumber: number, myNumber }),
  moves: fc.record(
    {
      kind: fc.constantFrom(...moveKinds),
      registerNumber: number,
      effectiveOn: past,
      notifiedOn: past,
      former: fc.record(
        { municipalityCode: town, registerNumber: number },
        { requiredKeys: ['municipalityCode'] },
      ),
      resident: fc.record(
        { ...identity, ...home, ...groups, ...extra },
        { requiredKeys: ['family', 'given', 'kana', 'facilityCode', 'priorityGroup'] },
      ),
    },
    { requiredKeys: ['kind', 'registerNumber', 'effectiveOn', 'resident'] },
  ) as fc.Arbitrary<RecordOf['moves']>,
  deaths: fc.record(
    { registerNumber: number, bornOn: past, on: past },
    { requiredKeys: ['registerNumber', 'on'] },
  ) as fc.Arbitrary<RecordOf['deaths']>,
  protections: fc.record(
    {
      registerNumber: number,
      bornOn: past,
      from: past,
      to: fc.constant('2030-01-01' as PlainDate),
    },
    { requiredKeys: ['registerNumber', 'from'] },
  ) as fc.Arbitrary<RecordOf['protections']>,
  doses: fc.record({
    ticket: fc.record({ municipalityCode: town, number: ticketNumber }),
    registerNumber: number,
    doseNumber: fc.integer({ min: 1, max: 9 }),
    givenOn: past,
    venueCode: digits(10),
    productCode: fc.constantFrom(...productCodes),
    lotNumber: word('0123456789AZ', 8).filter((text) => !/^\dE\d+$/.test(text)),
  }),
}

describe('the canonical layouts', () => {
  test.each(layoutKinds)('%s is read back as it was written', async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(records[kind] as fc.Arbitrary<WrittenRecord<typeof kind>>, { maxLength: 4 }),
        fc.constantFrom('utf-8-bom' as const, 'cp932' as const),
        async (all, encoding) => {
          const bytes = Buffer.concat([...writeCanonical(kind, all, encoding)])
          const rows = await rowsOf(sourceOf(bytes, 11), {
            ...canonicalProfile(kind),
            encoding,
          } as FileProfile & { kind: LayoutKind })
          expect(rows.map(({ record, faults }) => record ?? faults)).toEqual(all)
        },
      ),
      { numRuns: 25 },
    )
  })

  test.each(layoutKinds)('%s is guessed from its header', async (kind) => {
    const [record] = fc.sample(records[kind] as fc.Arbitrary<WrittenRecord<typeof kind>>, {
      numRuns: 1,
      seed: 6,
    })
    const guess = await guessFile(sourceOf(Buffer.concat([...writeCanonical(kind, [record!])])), [])
    expect(guess).toMatchObject({ missingFields: [], unknownColumns: [], profile: { kind } })
    expect(profileSchema.parse(guess.profile)).toEqual(guess.profile)
    expect(profileSchema.parse(canonicalProfile(kind))).toEqual(canonicalProfile(kind))
  })

  test('in CP932 a character without a code is refused with its row', () => {
    const record = { registerNumber: '1', on: '2021-06-01' as PlainDate }
    expect(() => [
      ...writeCanonical('deaths', [record, { ...record, registerNumber: '𠮷' }], 'cp932'),
    ]).toThrow(FileRefusal)
  })

  test('CP932 is written as it is read, NEC and IBM characters and private use included', () => {
    const decoder = new TextDecoder('shift_jis')
    for (let unit = 0x80; unit < 0xffff; unit += 1) {
      const sign = String.fromCharCode(unit)
      if (unit >= 0xd800 && unit < 0xe000) continue
      try {
        expect(decoder.decode(cp932(sign))).toBe(sign)
      } catch (error) {
        if ((error as Error).name === 'AssertionError') throw error
      }
    }
    // By somebody else's table as well.
    const text = '髙﨑㈱①Ⅲ～―∥－山田ｱﾞ纊ⅰ￤'
    expect(iconv.decode(Buffer.from(cp932(text)), 'cp932')).toBe(text)
    expect(decoder.decode(cp932('\ue000\ue757'))).toBe('\ue000\ue757')
  })
})

describe('profiles', () => {
  const profile = canonicalProfile('deaths')
  test.each([
    [
      'an unknown field',
      { ...profile, columns: [{ field: 'x', from: { header: 'x' }, reading: 'text' }] },
    ],
    [
      'an unknown reading',
      { ...profile, columns: [{ field: 'on', from: { header: 'x' }, reading: 'x' }] },
    ],
    ['a field twice', { ...profile, columns: [...profile.columns, ...profile.columns] }],
    [
      'bytes in a CSV',
      { ...profile, columns: [{ field: 'on', from: { bytes: [0, 8] }, reading: 'date' }] },
    ],
    ['a header that is not there', { ...profile, hasHeader: false }],
    [
      'bytes the wrong way round',
      {
        ...profile,
        format: 'fixedWidth',
        columns: [{ field: 'on', from: { bytes: [8, 0] }, reading: 'date' }],
      },
    ],
  ])('with %s are none', (_, wrong) => {
    expect(profileSchema.safeParse(wrong).success).toBe(false)
  })
})

describe('a results file', () => {
  async function* rows(all: readonly string[][]) {
    for (const cells of all) yield { cells, result: '取込不可', reason: '日付ではありません' }
  }
  const written = async (header: readonly string[], all: readonly string[][]) => {
    const pieces: Uint8Array[] = []
    for await (const piece of resultsCsv(header, rows(all))) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }

  test('keeps zeros and dates from a spreadsheet program, and runs nothing', async () => {
    expect(
      await written(
        ['番号', '値'],
        [
          ['0012', '=1+1'],
          ['12', '1-2'],
          ['123456789018', '３'],
          ['R3.4.1', '-'],
        ],
      ),
    ).toBe(
      [
        '\ufeff"番号","値","結果","理由"',
        `"=""0012""","'=1+1","取込不可","日付ではありません"`,
        `"12","=""1-2""","取込不可","日付ではありません"`,
        `"=""123456789018""","３","取込不可","日付ではありません"`,
        `"=""R3.4.1""","'-","取込不可","日付ではありません"`,
        '',
      ].join('\r\n'),
    )
  })

  test('can be mended and sent again', async () => {
    const text = await written(
      ['宛名番号', '券番号', '発行日'],
      [['0012', '0000000017', '2021/4/1']],
    )
    const guess = await guessFile(sourceOf(text), [])
    expect(guess.unknownColumns).toEqual(['結果', '理由'])
    const [row] = await rowsOf(sourceOf(text), guess.profile)
    expect(row!.record).toEqual({
      registerNumber: '0012',
      number: '0000000017',
      issuedOn: '2021-04-01',
    })
  })
})
