/**
 * Proves that a file without a header is read as the kind that was named, and that without a word no number and day
 * become somebody's death; and that EUC-JP is told from CP932, whichever of the two a file is.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LayoutKind } from '../../../domain/municipal-file.ts'
import { guessFile } from '../../../files/read-file.ts'
import { cp932, eucJp, faultsOf, guessedRows } from '../../support/municipal-files.ts'
import { sourceOf } from '../../support/workbook.ts'

/** Twenty rows, each with another number and ticket. */
const file = (row: (at: number) => string) =>
  cp932(Array.from({ length: 20 }, (_, at) => `${row(at)}\r\n`).join(''))
const day = (at: number) => `R3.5.${1 + (at % 28)}`

const named: [LayoutKind, (at: number) => string, object][] = [
  ['deaths', (at) => `${900 + at},${day(at)}`, { registerNumber: '903', on: '2021-05-04' }],
  [
    'protections',
    (at) => `${900 + at},R2.4.1,R4.3.31`,
    { registerNumber: '903', from: '2020-04-01', to: '2022-03-31' },
  ],
  [
    'protections',
    (at) => `R4.3.31,R2.4.1,${900 + at}`,
    { registerNumber: '903', from: '2020-04-01', to: '2022-03-31' },
  ],
  [
    'moves',
    (at) => `${['転出届', '転出取消'][at % 2]},${900 + at},${day(at)}`,
    { kind: 'moveCancelled', registerNumber: '903', effectiveOn: '2021-05-04' },
  ],
  [
    'doses',
    (at) =>
      `${String(1000000000 + at)},${1 + (at % 2)}回目,${day(at)},1310400018,ファイザー,LOT${at % 3}`,
    {
      ticket: { municipalityCode: '131041', number: '1000000003' },
      ...{ doseNumber: 2, givenOn: '2021-05-04', venueCode: '1310400018' },
      ...{ productCode: 'pfizer', lotNumber: 'LOT0' },
    },
  ],
]

describe('without a header', () => {
  test.each(named)('%s, where that was said', async (kind, row, record) => {
    const { guess, rows } = await guessedRows(sourceOf(file(row)), [], kind)
    expect(guess).toMatchObject({
      profile: { kind, hasHeader: false },
      ...{ isKnown: false, missingFields: [] },
    })
    expect(guess.confidence).toBeLessThan(0.6)
    expect(faultsOf(rows)).toEqual([])
    expect(rows[3]!.record).toEqual(record)
  })

  test('moves and doses by themselves, and nobody’s death by a number and a day', async () => {
    for (const [kind, row] of named.filter(([one]) => one === 'moves' || one === 'doses')) {
      expect((await guessFile(sourceOf(file(row)), [])).profile.kind).toBe(kind)
    }
    for (const [, row] of named.filter(([one]) => one === 'deaths' || one === 'protections')) {
      const asked = guessFile(sourceOf(file(row)), [])
      await expect(asked).rejects.toMatchObject({ code: 'fileLayoutUnknown' })
    }
  })

  test('nor by a profile that does: a number and a day are asked about each time', async () => {
    const deaths = (await guessFile(sourceOf(file(named[0]![1])), [], { asked: 'deaths' })).profile
    const lists = sourceOf(file((at) => `${900 + at},R3.4.${1 + at}`))
    expect(await guessFile(lists, [deaths])).toMatchObject({ isKnown: false, isContested: true })
    expect(await guessFile(lists, [deaths], { asked: 'deaths' })).toMatchObject({ isKnown: true })
    const said = await guessFile(lists, [deaths], { asked: 'protections' })
    expect(said).toMatchObject({ profile: { kind: 'protections' }, missingFields: [] })
  })

  test('a kind that was said and that the columns are not of is no guess', async () => {
    const names = file((at) => `見本${'花'.repeat(1 + (at % 3))},${day(at)}`)
    const asked = guessFile(sourceOf(names), [], { asked: 'deaths' })
    await expect(asked).rejects.toMatchObject({ code: 'fileLayoutUnknown' })
  })
})

const header = '宛名番号,氏名,フリガナ,生年月日,郵便番号,住所,住民となった日'
const line = '0012,見本　花子,ミホン　ハナコ,昭和20年8月15日,001-0012,見本町1丁目,H2.4.1'
const halfWidth = line.replace('ミホン　ハナコ', 'ﾐﾎﾝ ﾊﾅｺ')

describe('EUC-JP', () => {
  test.each([
    ['full-width', line],
    ['half-width kana', halfWidth],
  ])('is read, %s', async (_, text) => {
    const { guess, rows } = await guessedRows(sourceOf(eucJp(`${header}\r\n${text}\r\n`), 7))
    expect(guess.profile).toMatchObject({ kind: 'residentRegister', encoding: 'euc-jp' })
    expect(faultsOf(rows)).toEqual([])
    expect(rows[0]!.record).toMatchObject({
      ...{ registerNumber: '0012', family: '見本', given: '花子', kana: 'ミホン ハナコ' },
      ...{ bornOn: '1945-08-15', address: '見本町1丁目' },
    })
  })

  test('one broken line among many does not make it another encoding', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => line.replace('0012,', `${1000 + at},`))
    const bytes = eucJp(`${header}\r\n${lines.join('\r\n')}\r\n`)
    bytes[bytes.length - 20] = 0x80
    expect((await guessFile(sourceOf(bytes), [])).profile.encoding).toBe('euc-jp')
  })

  test('is told from CP932 by any names', async () => {
    const letters = 'あいかきさなアイカキサナンー亜見本花子山田村町一二三髙'
    const name = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 })
    const kana = fc.string({ unit: fc.constantFrom(...'ｱｲｶﾅﾐﾎﾝﾞ'), minLength: 1, maxLength: 8 })
    const encodings = [
      ['cp932', cp932],
      ['euc-jp', (text: string) => eucJp(text.replaceAll('髙', '高'))],
    ] as const
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, kana), { minLength: 3, maxLength: 9 }),
        async (people) => {
          const text = people.map(([one, two], at) => `${at},${one}${one},${two}\r\n`).join('')
          for (const [encoding, encode] of encodings) {
            const bytes = encode(`宛名番号,死亡日,${header}\r\n${text}`)
            expect((await guessFile(sourceOf(bytes), [])).profile.encoding).toBe(encoding)
          }
        },
      ),
    )
  })
})
