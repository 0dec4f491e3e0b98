/** Proves: a workbook gives what it shows, says by address what it must not give, and cannot do harm. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FileRefusal, guessFile } from '../../../files/read-file.ts'
import { faultsOf, guessedRows, rowsOf } from '../../support/municipal-files.ts'
import { archiveOf, type BookOptions, bookParts, type SheetCell, sheetXml, sourceOf } from '../../support/workbook.ts'

const header = ['宛名番号', '券番号', '発行日', '備考']
const book = (rows: readonly (readonly SheetCell[])[], options?: BookOptions) =>
  sourceOf(archiveOf(bookParts([header, ...rows], options)))

const refusal = (source: Parameters<typeof guessFile>[0]) =>
  guessFile(source, []).then(
    () => 'read',
    (error: unknown) => (error instanceof FileRefusal ? error.code : String(error)),
  )

describe('a workbook', () => {
  test('gives texts, shared texts without their readings, days and kept zeros', async () => {
    const sharedStrings =
      '<si><t>0000000012</t></si><si><r><t>00000</t></r><r><t>00017</t></r><rPh sb="0" eb="1"><t>ヨミ</t></rPh></si>'
    const source = book(
      [
        [{ shared: 0 }, { shared: 1 }, { number: '44287', style: 1 }],
        ['0013', { number: '18', style: 3 }, { number: '44287.75', style: 2 }, 'x'],
        ['14', { number: '19', style: 3 }, 'R3.4.1'],
      ],
      {
        sharedStrings,
        formats: [0, 14, 176, 177],
        ownFormats: { 176: '[$-411]ggge"年"m"月"d"日"', 177: '0000000000' },
      },
    )
    const { guess, rows } = await guessedRows(source)
    expect(guess.profile).toMatchObject({ kind: 'ticketNumbers', format: 'xlsx' })
    expect(guess.unknownColumns).toEqual(['備考'])
    expect(rows.map(({ rowNumber, record }) => ({ rowNumber, ...record }))).toEqual([
      { rowNumber: 2, registerNumber: '0000000012', number: '0000000017', issuedOn: '2021-04-01' },
      { rowNumber: 3, registerNumber: '0013', number: '0000000018', issuedOn: '2021-04-01' },
      { rowNumber: 4, registerNumber: '14', number: '0000000019', issuedOn: '2021-04-01' },
    ])
  })

  test('of the calendar from 1904 counts from there', async () => {
    const source = book([['12', '0000000017', { number: '42825', style: 1 }]], { formats: [0, 14], is1904: true })
    const { rows } = await guessedRows(source)
    expect(rows[0]!.record).toMatchObject({ issuedOn: '2021-04-01' })
  })

  test('tells formulas, errors and lost digits by their cells', async () => {
    const source = book([
      ['12', { formula: 'B1+1', value: '0000000017' }, '2021/4/1'],
      ['13', { error: '#N/A' }, '2021/4/1'],
      [{ number: '1234567890123456' }, '0000000018', '2021/4/1'],
      ['14', { number: '19' }, '2021/4/1'],
      ['15', '0000000020', '2021/4/1', { formula: '1', value: 'x' }],
    ])
    const { rows } = await guessedRows(source)
    expect(faultsOf(rows)).toEqual([
      '2 B 券番号 formulaCell',
      '3 B 券番号 errorCell',
      '3 B 券番号 ticketNumberLength',
      '4 A 宛名番号 numberPrecisionLost',
      '5 B 券番号 ticketNumberLength',
    ])
    expect(rows[4]!.record).toBeDefined()
  })

  test('with data on two visible sheets is refused, a hidden one is not read', async () => {
    const rows = [header, ['12', '0000000017', '2021/4/1']]
    const sheets = (state?: string) =>
      sourceOf(archiveOf(bookParts([], { sheets: [
        { name: '台帳', rows },
        { name: 'メモ', rows, ...(state ? { state } : {}) },
        { name: 'Sheet3', rows: [] },
      ] })))
    expect(await refusal(sheets())).toBe('xlsxSeveralSheets')
    expect(await refusal(sheets('hidden'))).toBe('read')
  })
})

describe('a workbook that does harm', () => {
  const parts = bookParts([header, ['12', '0000000017', '2021/4/1']])
  const withSheet = (content: string | Uint8Array, claimedBytes?: number) =>
    sourceOf(archiveOf(parts.map((part) => part.name.includes('sheet1')
      ? { ...part, content, ...(claimedBytes === undefined ? {} : { claimedBytes }) }
      : part)))
  const zeros = new Uint8Array(8_000_000)

  test('is refused as a bomb by its ratio', async () => {
    expect(await refusal(withSheet(zeros))).toBe('xlsxBomb')
  })

  test('is refused when it unpacks to more than it says', async () => {
    expect(await refusal(withSheet(zeros, 1_000))).toBe('xlsxBroken')
  })

  test.each([
    ['with a document type', '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'],
    ['with an entity of its own', '<worksheet><row><c t="inlineStr"><is><t>&a;</t></is></c></row></worksheet>'],
    ['nested without end', '<a>'.repeat(100)],
    ['with one endless text', `<worksheet>${Array.from({ length: 200_000 }, (_, at) => String(at * 7919)).join('')}`],
    ['with a row before itself', '<worksheet><row r="5"/><row r="4"/></worksheet>'],
    ['with a row that is no number', '<worksheet><row r="x"/></worksheet>'],
    ['with a cell that is nowhere', '<worksheet><row><c r="AAAA1"/></row></worksheet>'],
    ['with a shared text that is not there', '<worksheet><row><c t="s"><v>9</v></c></row></worksheet>'],
    ['cut off', sheetXml([header]).slice(0, -20)],
  ])('%s is broken', async (_, content) => {
    expect(await refusal(withSheet(content))).toBe('xlsxBroken')
  })

  test('with a password is told as such', async () => {
    expect(await refusal(sourceOf(archiveOf(parts.map((part) => ({ ...part, flags: 1 })))))).toBe('xlsxEncrypted')
  })

  test('an archive of something else is broken', async () => {
    expect(await refusal(sourceOf(archiveOf([{ name: 'a.txt', content: 'a' }])))).toBe('xlsxBroken')
  })

  test('cut off at every byte, or with any byte changed, is refused or read, and never crashes', async () => {
    const whole = archiveOf(parts)
    for (let length = 5; length < whole.length; length += 7) {
      expect(await refusal(sourceOf(whole.slice(0, length)))).not.toBe('read')
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Uint8Array.from(whole)
        changed[at] = changed[at]! ^ by
        const { profile } = await guessFile(sourceOf(whole), [])
        expect(await refusal(sourceOf(changed))).toMatch(/^(read|xlsx\w+|file\w+)$/)
        const rows = await rowsOf(sourceOf(changed), profile).catch((error: unknown) => {
          expect(error).toBeInstanceOf(FileRefusal)
          return []
        })
        expect(rows.length).toBeLessThan(3)
      }),
      { numRuns: 60 },
    )
  })
})
