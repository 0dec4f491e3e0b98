/**
 * The columns of a kind that somebody named, or that nothing else looks like: each field takes the first
 * column that its own reading reads, the strictest readings first. To be confirmed, as every guess.
 */
import type { LayoutKind } from '../domain/municipal-file.ts'
import { type Column, isDay, isNumber, looks, medianDay, type Test } from './content-columns.ts'
import { layoutCodes } from './layouts/codes.ts'
import { fieldSpec } from './layouts/kinds.ts'
import type { ReadingName } from './readings/names.ts'
import { readerOf } from './readings/read.ts'

export type Found = { kind: LayoutKind; fields: Map<string, number> }

type Plan = {
  /** Found by their readings, in this order: a code before a number that looks like one. */
  byReading: readonly string[]
  /** Columns of days, the earlier first. */
  days: readonly string[]
  /** Whatever is left that is different in every row. */
  number?: string
  /** Read from what is left at last. */
  last?: string
}

/** Of a register the columns are found by names and addresses (`guess-content.ts`). */
const plans: Partial<Record<LayoutKind, Plan>> = {
  doses: {
    byReading: ['productCode', 'venueCode', 'doseNumber', 'ticketMunicipalityCode', 'ticketNumber'],
    days: ['bornOn', 'givenOn'],
    number: 'registerNumber',
    last: 'lotNumber',
  },
  moves: {
    byReading: ['kind', 'formerMunicipalityCode'],
    days: ['effectiveOn'],
    number: 'registerNumber',
  },
  deaths: { byReading: [], days: ['bornOn', 'on'], number: 'registerNumber' },
  protections: { byReading: [], days: ['from', 'to'], number: 'registerNumber' },
}

export function foundAs(kind: LayoutKind, columns: readonly Column[]): Found | undefined {
  const plan = plans[kind]
  if (!plan) return undefined
  const fields = new Map<string, number>()
  const free = new Set(columns)
  const take = (field: string, column: Column | undefined) => {
    if (!column) return
    free.delete(column)
    if (fieldSpec(kind, field)) fields.set(field, column.index)
  }
  for (const field of plan.byReading) take(field, toldApart(field, free, isReadAs(kind, field)))
  const days = [...free].filter((column) => looks(column, isDay))
  placeDays(kind, plan.days, days).forEach(([field, column]) => {
    take(field, column)
  })
  if (plan.number) {
    take(
      plan.number,
      [...free].find((column) => column.isUnique && looks(column, isNumber)),
    )
  }
  const { last } = plan
  if (last) {
    take(
      last,
      [...free].find((column) => looks(column, isReadAs(kind, last))),
    )
  }
  return fields.size > 0 ? { kind, fields } : undefined
}

/**
 * Of two columns that both read, a ticket's is another one in every row and everything else repeats; where
 * that does not tell them apart, none is taken.
 */
function toldApart(field: string, free: ReadonlySet<Column>, test: Test): Column | undefined {
  const found = [...free].filter((column) => looks(column, test))
  if (found.length <= 1) return found[0]
  return found.find(({ isUnique }) => isUnique === (field === 'ticketNumber'))
}

/**
 * One column of days is the one that the kind needs. Of two the earlier is the first; where a kind knows one
 * alone, which of two it is cannot be seen, and none is taken.
 */
function placeDays(
  kind: LayoutKind,
  fields: readonly string[],
  found: readonly Column[],
): [string, Column][] {
  const needed = fields.find((field) => fieldSpec(kind, field)?.required)
  const [only, ...more] = found
  if (!only || !needed || found.length > fields.length) return []
  if (more.length === 0) return [[needed, only]]
  const inOrder = [...found].sort((a, b) => (medianDay(a) < medianDay(b) ? -1 : 1))
  return inOrder.map((column, at) => [fields[at]!, column])
}

function isReadAs(kind: LayoutKind, field: string): Test {
  const spec = fieldSpec(kind, field)
  if (!spec) return () => false
  const table = layoutCodes[`${kind}.${field}`]
  const read = readerOf(spec.reading as ReadingName, table ? [table] : [])
  return (value) => {
    const found = read(value)
    return typeof found === 'string' || found.value !== undefined
  }
}
