// A form with a file is read whole however its bytes are cut, and never past a form that is cut short.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSentFile } from '../../../web/imports/multipart.ts'

const boundary = '----madeUpBoundary7'
const type = `multipart/form-data; boundary=${boundary}`

function formOf(fields: Record<string, string>, fileName: string, file: Uint8Array): Buffer {
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
  )
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: text/csv\r\n\r\n`
  return Buffer.concat([...parts, Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

async function* cut(bytes: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (let i = 0; from < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    yield bytes.subarray(from, from + size)
    from += size
  }
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

// Bytes that look like the beginning of a boundary are the hard ones.
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(`\r\n--${boundary.slice(0, 9)}`, '\r\n', '\r', '--', boundary)
        .map((t) => Buffer.from(t)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter((all) => !all.includes(`\r\n--${boundary}`))

describe('a form with a file', () => {
  test('comes out as it went in, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
        async (file, sizes) => {
          const form = formOf({ mode: 'full', lang: 'en' }, '住民 一覧.csv', file)
          const sent = await readSentFile(type, cut(form, sizes))
          expect(sent.fields).toEqual({ mode: 'full', lang: 'en' })
          expect(sent.fileName).toBe('住民 一覧.csv')
          expect((await whole(sent.bytes)).equals(file)).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('that ends before its last line is refused at every byte', async () => {
    const form = formOf({ mode: 'full' }, 'a.csv', Buffer.from('1,2,3\r\n4,5,6\r\n'))
    const last = form.length - '--\r\n'.length
    for (let length = 0; length < last; length += 1) {
      const read = async () => {
        const sent = await readSentFile(type, cut(form.subarray(0, length), [16]))
        await whole(sent.bytes)
      }
      await expect(read(), `cut at ${length}`).rejects.toMatchObject({ code: 'malformed' })
    }
  })

  test('names no folder of whoever sent it, and no form is no form', async () => {
    const form = formOf({}, 'C:\\Users\\x\\住民.csv', Buffer.from('1'))
    expect((await readSentFile(type, cut(form, [64]))).fileName).toBe('住民.csv')
    await expect(readSentFile('text/csv', cut(form, [64]))).rejects.toMatchObject({
      code: 'malformed',
    })
  })
})
