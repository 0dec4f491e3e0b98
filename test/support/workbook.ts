/** Workbooks and archives for tests, made by hand so that they can be wrong in every way. */
import { crc32, deflateRawSync } from 'node:zlib'
import type { FileSource } from '../../domain/municipal-file.ts'

export type Part = {
  name: string
  content: string | Uint8Array
  /** What the table of contents says instead of the truth. */
  claimedBytes?: number
  flags?: number
}

export function archiveOf(parts: readonly Part[]): Uint8Array {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content, claimedBytes, flags = 0 } of parts) {
    const plain = Buffer.from(content)
    const packed = deflateRawSync(plain)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(flags, 2)
    head.writeUInt16LE(8, 4)
    head.writeUInt32LE(crc32(plain), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(claimedBytes ?? plain.length, 18)
    head.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), head, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002'),
        Buffer.from([20, 0]),
        head,
        tail,
        Buffer.from(name),
      ]),
    )
    locals.push(local)
    offset += local.length
  }
  const contents = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(contents.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, contents, Buffer.from('PK\u0005\u0006'), end])
}

export type SheetCell =
  | string
  | { shared: number }
  | { number: string; style?: number }
  | { formula: string; value: string }
  | { error: string }
  | null

export type BookOptions = {
  sharedStrings?: string
  /** `cellXfs` number formats in order, and formats of the workbook's own. */
  formats?: readonly number[]
  ownFormats?: Readonly<Record<number, string>>
  is1904?: boolean
  sheets?: readonly { name: string; state?: string; rows: readonly (readonly SheetCell[])[] }[]
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export function bookParts(
  rows: readonly (readonly SheetCell[])[],
  options: BookOptions = {},
): Part[] {
  const sheets = options.sheets ?? [{ name: 'Sheet1', rows }]
  const listed = sheets.map(
    ({ name, state }, at) =>
      `<sheet name="${escaped(name)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="rId${at + 1}"/>`,
  )
  const targets = sheets.map(
    (_, at) =>
      `<Relationship Id="rId${at + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
  )
  const own = Object.entries(options.ownFormats ?? {}).map(
    ([id, code]) => `<numFmt numFmtId="${id}" formatCode="${escaped(code)}"/>`,
  )
  const styles = (options.formats ?? [0]).map((id) => `<xf numFmtId="${id}"/>`)
  return [
    { name: '[Content_Types].xml', content: `${xml}<Types/>` },
    {
      name: 'xl/workbook.xml',
      content: `${xml}<workbook ${main} xmlns:r="${relations}"><workbookPr${options.is1904 ? ' date1904="1"' : ''}/><sheets>${listed.join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${xml}<Relationships>${targets.join('')}</Relationships>`,
    },
    {
      name: 'xl/styles.xml',
      content: `${xml}<styleSheet ${main}><numFmts>${own.join('')}</numFmts><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    },
    {
      name: 'xl/sharedStrings.xml',
      content: `${xml}<sst ${main}>${options.sharedStrings ?? ''}</sst>`,
    },
    ...sheets.map(({ rows: of }, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: sheetXml(of),
    })),
  ]
}

export function sheetXml(rows: readonly (readonly SheetCell[])[]): string {
  const lines = rows.map(
    (cells, at) =>
      `<row r="${at + 1}">${cells.map((cell, index) => cellXml(cell, `${letter(index)}${at + 1}`)).join('')}</row>`,
  )
  return `${xml}<worksheet ${main}><sheetData>${lines.join('')}</sheetData></worksheet>`
}

function cellXml(cell: SheetCell, address: string): string {
  if (cell === null) return ''
  if (typeof cell === 'string')
    return `<c r="${address}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`
  if ('shared' in cell) return `<c r="${address}" t="s"><v>${cell.shared}</v></c>`
  if ('number' in cell) return `<c r="${address}" s="${cell.style ?? 0}"><v>${cell.number}</v></c>`
  if ('error' in cell) return `<c r="${address}" t="e"><v>${cell.error}</v></c>`
  return `<c r="${address}" t="str"><f>${escaped(cell.formula)}</f><v>${escaped(cell.value)}</v></c>`
}

function letter(index: number): string {
  return String.fromCharCode(65 + index)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** Bytes as a source, in blocks of one size. */
export function sourceOf(
  content: string | Uint8Array,
  blockBytes = 65_536,
  name = 'file',
): FileSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    name,
    bytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += blockBytes)
        yield bytes.subarray(at, at + blockBytes)
    },
  }
}
