/** The columns of a file without a header, and what they hold. */
import type { RawRow } from './cells.ts'
import { readDate } from './readings/dates.ts'
import { narrowed } from './readings/values.ts'

/** Filled cells alone. */
export type Column = { index: number; values: string[]; isUnique: boolean }
export type Test = (value: string) => boolean

/** Of a column's cells, how many must look alike. */
const shareNeeded = 0.95
/** A column with fewer filled cells tells nothing. */
const filledShareNeeded = 0.5

export const isDay: Test = (value) => typeof readDate(value) === 'string'
export const isNumber: Test = (value) => /^[A-Za-z0-9]{1,40}$/.test(narrowed(value))

export function columnsOf(rows: readonly RawRow[]): Column[] {
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length))
  return Array.from({ length: width }, (_, index) => {
    const values = rows
      .map(({ cells }) => (cells[index] ?? '').trim())
      .filter((text) => text !== '')
    return { index, values, isUnique: new Set(values).size === values.length }
  }).filter(({ values }) => values.length >= rows.length * filledShareNeeded)
}

export function looks({ values }: Column, test: Test): boolean {
  return values.length > 0 && values.filter(test).length >= values.length * shareNeeded
}

/** Undated columns come first. */
export function medianDay({ values }: Column): string {
  const days = values
    .map(readDate)
    .filter((day) => typeof day === 'string')
    .sort()
  return (days[Math.floor(days.length / 2)] as string | undefined) ?? ''
}
