/** A guess by names, corrected by what stands in the columns. */
import type { FileProfile, ProfileColumn } from '../domain/municipal-file.ts'
import type { RawRow } from './cells.ts'
import { layoutCodes } from './layouts/kinds.ts'
import { headerKey } from './layouts/spec.ts'
import { isNoDay, readDate, readExcelSerial } from './readings/dates.ts'
import { codeKey } from './readings/values.ts'

/** Codes by field that no table explains; a clerk has to say what they mean. */
export type UnknownCodes = { [field: string]: string[] }

/** Codes that a page can show; a column with more of them holds something else. */
const codesMax = 50

export function fitColumns(
  profile: FileProfile,
  rows: readonly RawRow[],
): { profile: FileProfile; unknownCodes: UnknownCodes } {
  const first = profile.titleRows ?? 0
  const header = profile.hasHeader ? (rows[first]?.cells ?? []) : []
  const data = rows.slice(first + (profile.hasHeader ? 1 : 0))
  const hasEra = profile.columns.some(({ field }) => field === 'bornOnEra')
  const unknownCodes: UnknownCodes = {}
  const columns = profile.columns.flatMap((column): ProfileColumn[] => {
    const values = valuesOf(column, header, data)
    if (column.reading === 'date') return [fittedDate(column, values, hasEra)]
    if (column.reading !== 'code') return [column]
    const unknown = unknownOf(`${profile.kind}.${column.field}`, values)
    if (unknown.length === 0) return [column]
    // A state that nobody can explain is not asked: most systems write only people of today.
    if (column.field === 'rowStatus') return []
    unknownCodes[column.field] = unknown
    return [column]
  })
  return { profile: { ...profile, columns }, unknownCodes }
}

/** Different, filled and trimmed. */
function valuesOf(
  { from }: ProfileColumn,
  header: readonly string[],
  data: readonly RawRow[],
): string[] {
  const index =
    'index' in from
      ? from.index
      : 'header' in from
        ? header.findIndex((text) => headerKey(text) === headerKey(from.header))
        : -1
  const values = data.map(({ cells }) => cells[index]?.trim() ?? '')
  return [...new Set(values)].filter((value) => value !== '')
}

/** Serial days are mere numbers, taken for days only where nothing else fits and all of them do. */
function fittedDate(
  column: ProfileColumn,
  values: readonly string[],
  hasEra: boolean,
): ProfileColumn {
  const days = values.filter((value) => !isNoDay(value))
  if (days.length === 0 || days.some((value) => typeof readDate(value) === 'string')) return column
  if (hasEra && column.field === 'bornOn') return { ...column, reading: 'dateInEra' }
  const isSerial = days.every(
    (value) => /^\d{3,6}$/.test(value) && typeof readExcelSerial(value) === 'string',
  )
  return isSerial ? { ...column, reading: 'excelSerial' } : column
}

function unknownOf(table: string, values: readonly string[]): string[] {
  const known = new Set(Object.keys(layoutCodes[table] ?? {}).map(codeKey))
  return values.filter((value) => !known.has(codeKey(value))).slice(0, codesMax)
}
