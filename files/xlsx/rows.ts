/** The one sheet of a workbook that has rows. */
import type { FileSource } from '../../domain/municipal-file.ts'
import type { RawRow } from '../cells.ts'
import { FileRefusal } from '../refusal.ts'
import { openPackage, type Package } from './package.ts'
import { rowsOfSheet } from './sheet.ts'
import { readWorkbook, type Workbook } from './workbook.ts'

/** Visible sheets that are looked into; nobody keeps a register on the twenty-first. */
const sheetsMax = 20

/** Throws `xlsxNoSheet`, and `xlsxSeveralSheets` with their names, beside what its parts throw. */
export async function* sheetRows(
  source: FileSource,
  signal?: AbortSignal,
): AsyncGenerator<RawRow[]> {
  const parts = await openPackage(source, signal)
  const workbook = await readWorkbook(parts)
  const part = await filledSheet(parts, workbook)
  for await (const rows of rowsOfSheet(await opened(parts, part), workbook)) {
    signal?.throwIfAborted()
    const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
    if (filled.length > 0) yield filled
  }
}

async function filledSheet(parts: Package, workbook: Workbook): Promise<string> {
  const filled: { name: string; part: string }[] = []
  for (const sheet of workbook.sheets.slice(0, sheetsMax)) {
    if (await hasRows(parts, workbook, sheet.part)) filled.push(sheet)
  }
  if (filled.length === 0) throw new FileRefusal('xlsxNoSheet')
  if (filled.length > 1) {
    const names = filled.map(({ name }) => name).join('、')
    throw new FileRefusal('xlsxSeveralSheets', undefined, names)
  }
  return filled[0]!.part
}

async function hasRows(parts: Package, workbook: Workbook, part: string): Promise<boolean> {
  for await (const rows of rowsOfSheet(await opened(parts, part), workbook)) {
    if (rows.some(({ cells }) => cells.some((cell) => cell !== ''))) return true
  }
  return false
}

async function opened(parts: Package, name: string): Promise<AsyncIterable<Uint8Array>> {
  const part = await parts.open(name)
  if (!part) throw new FileRefusal('xlsxBroken', name)
  return part
}
