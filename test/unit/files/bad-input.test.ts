/** Proves: whatever a stick holds, reading ends soon, in little memory, with a refusal or faults by cell. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FileProfile, FileSource } from '../../../domain/municipal-file.ts'
import { canonicalProfile, FileRefusal, guessFile } from '../../../files/read-file.ts'
import { cp932, faultsOf, guessedRows, rowsOf } from '../../support/municipal-files.ts'
import { sourceOf } from '../../support/workbook.ts'

const tickets = (encoding: FileProfile['encoding'] = 'utf-8') => {
  const canonical = canonicalProfile('ticketNumbers')
  // Of what a file need not have, these have nothing.
  const columns = canonical.columns.filter(({ field }) => field !== 'bornOn')
  return { ...canonical, columns, encoding } as FileProfile & { kind: 'ticketNumbers' }
}
const header = '宛名番号,券番号,発行日\r\n'
const small = cp932(
  `${header}"12","0000000017",R3.4.1\r\n山,"00000000""18",2021/4/1\r\n13,0000000019,20210401\r\n`,
)

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'read',
    (error: unknown) => {
      expect(error).toBeInstanceOf(FileRefusal)
      return (error as FileRefusal).code
    },
  )

/** Counts what is asked of it: a refusal that comes early leaves the rest unread. */
function endless(block: Uint8Array, bytes: number): FileSource & { asked: number } {
  const source = {
    name: 'endless',
    bytes,
    asked: 0,
    async *open() {
      for (let given = 0; given < bytes; given += block.length) {
        source.asked += block.length
        yield block
      }
    },
  }
  return source
}

describe('bad input', () => {
  test('cut off at every byte: rows that are whole, then a fault, a flag or a refusal', async () => {
    const whole = await rowsOf(sourceOf(small), tickets('cp932'))
    for (let length = 0; length < small.length; length += 1) {
      const source = sourceOf(small.slice(0, length), 3)
      expect(await codeOf(guessFile(source, []))).toMatch(/^(read|file\w+)$/)
      const rows = await rowsOf(source, tickets('cp932')).catch((error: unknown) => {
        expect(error).toBeInstanceOf(FileRefusal)
        return []
      })
      for (const [at, row] of rows.entries()) {
        const isLast = at === rows.length - 1
        const isWhole = JSON.stringify(row) === JSON.stringify(whole[at])
        expect(isWhole || (isLast && row.faults.length + row.flags.length > 0)).toBe(true)
      }
    }
  })

  test('any bytes at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.boolean(),
        async (bytes, hasHeader) => {
          const all = hasHeader ? Buffer.concat([cp932(header), bytes]) : bytes
          expect(await codeOf(guessFile(sourceOf(all, 9), []))).toMatch(/^(read|file\w+|xlsx\w+)$/)
          await codeOf(rowsOf(sourceOf(all, 9), tickets('cp932')))
          await codeOf(rowsOf(sourceOf(all, 9), tickets('utf-8')))
        },
      ),
    )
  })

  test.each([
    ['zero bytes', 0x00, 'fileZeroFilled'],
    ['zeros', 0x30, 'fileLineTooLong'],
    ['quotation marks', 0x22, 'fileLineTooLong'],
    ['commas', 0x2c, 'fileLineTooLong'],
  ])('4 GB of %s are refused after the first bytes', async (_, byte, code) => {
    const guessed = endless(new Uint8Array(1_048_576).fill(byte), 4 * 1024 ** 3)
    expect(await codeOf(guessFile(guessed, []))).toBe(code)
    expect(guessed.asked).toBeLessThan(4_000_000)
    const read = endless(new Uint8Array(1_048_576).fill(byte), 4 * 1024 ** 3)
    expect(await codeOf(rowsOf(read, tickets()))).toBe(code)
    expect(read.asked).toBeLessThan(4_000_000)
  })

  test('a file whose end is zeros is refused at the row where they begin', async () => {
    const bytes = Buffer.concat([cp932(`${header}12,0000000017,20210401\r\n`), Buffer.alloc(4096)])
    await expect(rowsOf(sourceOf(bytes), tickets('cp932'))).rejects.toMatchObject({
      code: 'fileZeroFilled',
      where: '2',
    })
  })

  test('a giant field is a fault of its row, and the rows after it are read', async () => {
    const text = `${header}12,${'9'.repeat(100_000)},20210401\r\n"13","${'8'.repeat(100_000)}",20210401\r\n14,0000000019,20210401\r\n`
    const rows = await rowsOf(sourceOf(text, 1_000), tickets())
    expect(faultsOf(rows)).toEqual(['2 B 券番号 cellTooLong', '3   quoteOpen'])
    expect(rows[2]!.record).toBeDefined()
    const longest = Math.max(...rows.flatMap(({ cells }) => cells.map((cell) => cell.length)))
    expect(longest).toBeLessThanOrEqual(4_096)
  })

  test('a giant field of many megabytes is a refusal', async () => {
    const source = endless(Buffer.from('9'.repeat(65_536)), 100 * 1024 ** 2)
    expect(await codeOf(rowsOf(source, tickets()))).toBe('fileLineTooLong')
    expect(source.asked).toBeLessThan(1_000_000)
  })

  test('mixed encodings are faults of the cells that are read wrongly', async () => {
    const register = canonicalProfile('residentRegister') as FileProfile & {
      kind: 'residentRegister'
    }
    const names = register.columns.map(({ from }) => ('header' in from ? from.header : ''))
    const line = (number: string) =>
      `${number},見本,花子,アイ アイ,1945-08-15,0010012,見本町,1990-04-01,,,,,\r\n`
    const head = `${names.join(',')}\r\n`
    const inCp932 = Buffer.concat([
      cp932(head + line('1')),
      Buffer.from(line('2')),
      cp932(line('3')),
    ])
    const first = await guessedRows(sourceOf(inCp932))
    expect(first.rows.map(({ record }) => record !== undefined)).toEqual([true, false, true])
    expect(first.rows[1]!.faults).toContainEqual(
      expect.objectContaining({ column: 'D', code: 'mixedEncoding' }),
    )
    const inUtf8 = Buffer.concat([
      Buffer.from(head + line('1')),
      cp932(line('2')),
      Buffer.from(line('3')),
    ])
    const second = await guessedRows(sourceOf(inUtf8))
    expect(second.guess.profile.encoding).toBe('utf-8')
    expect(second.rows.map(({ record }) => record !== undefined)).toEqual([true, false, true])
    expect(second.rows[1]!.faults[0]).toMatchObject({ column: 'B', code: 'undecodable' })
  })

  test.each([
    ['nothing', new Uint8Array(0), 'fileEmpty'],
    ['empty lines', Buffer.from('\r\n\r\n'), 'fileEmpty'],
    ['an old workbook', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 1, 2), 'fileOldExcel'],
    ['UTF-16', Buffer.from('\ufeff宛名番号\t券番号\r\n', 'utf16le'), 'fileUtf16'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 1), 'fileNotText'],
    ['another table', Buffer.from('a,b,c\r\n1,2,3\r\n'), 'fileLayoutUnknown'],
    ['prose', Buffer.from('いろは\nにほへ\n'), 'fileFixedWidthUnknown'],
    [
      '201 columns',
      Buffer.from(`${header.trim()}${',x'.repeat(201)}\r\n1\r\n`),
      'fileTooManyColumns',
    ],
    [
      'noise',
      Uint8Array.from({ length: 3_000 }, (_, at) => 128 + ((at * 7919) % 127)),
      'fileEncodingUnknown',
    ],
  ])('%s is refused by name', async (_, bytes, code) => {
    expect(await codeOf(guessFile(sourceOf(bytes), []))).toBe(code)
  })

  test('a column that is gone or there twice is refused by its name', async () => {
    const without = sourceOf('宛名番号,発行日\r\n1,2\r\n')
    await expect(rowsOf(without, tickets())).rejects.toMatchObject({
      code: 'fileProfileColumnMissing',
      value: '券番号',
      where: '1',
    })
    const twice = sourceOf('宛名番号,券番号,券番号,発行日\r\n1,2,3,4\r\n')
    expect(await codeOf(rowsOf(twice, tickets()))).toBe('fileHeaderTwice')
  })

  test('stops by its signal', async () => {
    const controller = new AbortController()
    const source = endless(Buffer.from('12,0000000017,20210401\r\n'.repeat(1_000)), 4 * 1024 ** 3)
    const { readRows } = await import('../../../files/read-file.ts')
    const profile = {
      ...tickets(),
      hasHeader: false,
      columns: tickets().columns.map((column, index) => ({ ...column, from: { index } })),
    }
    const reading = async () => {
      for await (const _ of readRows(source, profile, {
        municipalityCode: '131041',
        today: '2021-06-09' as never,
        signal: controller.signal,
      })) {
        controller.abort(new Error('stopped'))
      }
    }
    await expect(reading()).rejects.toThrow('stopped')
  })
})
