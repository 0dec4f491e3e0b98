import { isFieldName } from '../domain/sealed-fields.ts'
import type { KeydLogLine, LoggedUnlock } from './keyd-log.ts'

/** A row of the inbox or of the access ledger, as far as keys are concerned. */
export type LedgerRow = {
  id: string
  municipalityCode: string
  residentId: string | null
  purpose: string
  fields: string[]
}

export type LogDifference = {
  /** Keys were handed out, and the ledger has no such row, or one that says something else. */
  withoutLedgerRow: LoggedUnlock[]
  /** The ledger says that sealed fields were looked at, and keyd never heard of it. */
  neverSeen: LedgerRow[]
}

/**
 * keyd's log and the ledger must agree; each is the other's witness. Both empty is what should be. A
 * look that was refused, or whose reader died before asking, is in the ledger and opened nothing: the
 * first is in the log as refused, the second counts as never seen.
 */
export function compareLogWithLedger(
  log: Iterable<KeydLogLine>,
  ledger: Iterable<LedgerRow>,
): LogDifference {
  const rows = new Map<string, LedgerRow>()
  for (const row of ledger) rows.set(row.id, row)
  const seen = new Set<string>()
  const withoutLedgerRow: LoggedUnlock[] = []
  for (const line of log) {
    for (const item of unlocksOf(line)) {
      seen.add(item.look)
      if (item.refused === undefined && !covers(rows.get(item.look), item)) {
        withoutLedgerRow.push(item)
      }
    }
  }
  const neverSeen = [...rows.values()].filter(
    (row) => row.fields.some(isFieldName) && !seen.has(row.id),
  )
  return { withoutLedgerRow, neverSeen }
}

function covers(row: LedgerRow | undefined, item: LoggedUnlock): boolean {
  return (
    row !== undefined &&
    row.municipalityCode === item.municipality &&
    row.residentId === item.resident &&
    item.fields.every((field) => row.fields.includes(field))
  )
}

/** A match opens the asking town's number; the former town's looks are seen, and open nothing. */
function unlocksOf(line: KeydLogLine): LoggedUnlock[] {
  if (line.op === 'unlock') return line.items
  if (line.op !== 'matchMyNumber') return []
  const [asking, ...others] = line.looks
  const number = { fields: ['myNumber'], purpose: 'legalMatch' }
  const opened = { ...number, look: asking!, municipality: line.municipality }
  return [
    { ...opened, resident: line.resident },
    ...others.map((look) => ({
      ...number,
      look,
      municipality: line.former,
      resident: '',
      refused: 'indexOnly',
    })),
  ]
}
