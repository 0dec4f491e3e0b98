/** Doses whose ticket nobody of the town holds yet (接種対象者登録待ちリスト). */
import type { PlainDate } from '../../../domain/course.ts'
import { type Scope, withPurpose } from '../../client.ts'
import { readKeys } from '../../people/keys.ts'
import { openScannedFor } from '../../people/unattached-scan.ts'
import type { Store } from '../../store.ts'
import { patiently, peopleAtOnce, type ReturnAsk } from './pages.ts'

export type WaitingRow = {
  scanId: string
  recordedAt: Date
  doseNumber: number
  givenOn: PlainDate
  venueName: string
  productCode: string
  lotNumber: string
  municipalityCode: string
  ticketNumber: string
  /** As it was stated: a year, or a whole date. */
  birthYear?: number
}

type Sealed = Omit<WaitingRow, 'ticketNumber' | 'birthYear'> & {
  ticketNumber: Uint8Array
  birthYearStated: Uint8Array | null
}

/** Attached to nobody, so that nobody is looked at; each number that is opened is a look at its own row. */
export async function* waitingListRows(
  { sql, vault }: Store,
  { municipalityCode, signal }: ReturnAsk,
): AsyncGenerator<WaitingRow[]> {
  const scope: Scope = { municipalityCode, purpose: 'returnFiles', look: [] }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    signal?.throwIfAborted()
    const { found, rows } = await patiently(signal, () =>
      withPurpose(sql, scope, async (tx) => {
        const found = await tx<Sealed[]>`
          select s.id as "scanId", s.received_at as "recordedAt",
                 s.claimed_dose_number as "doseNumber", s.given_on as "givenOn",
                 v.name as "venueName", s.product_code as "productCode",
                 s.lot_number as "lotNumber", s.issuing_municipality_code as "municipalityCode",
                 s.ticket_number as "ticketNumber", s.birth_year_stated as "birthYearStated"
            from scan s join venue v on v.code = s.venue_code
           where s.issuing_municipality_code = ${municipalityCode} and s.verdict = 'waiting'
             and s.resolved_at is null and s.slip_kind = 'vaccination'
             and s.ticket_number is not null and s.id > ${after}::uuid
           order by s.id limit ${peopleAtOnce}`
        const own = found.map(({ scanId }) => ({ municipalityCode, residentId: scanId }))
        const keys = new Map((await readKeys(tx, own)).map((key) => [key.residentId, key]))
        const sealed = found.flatMap(({ scanId, ticketNumber, birthYearStated }) => {
          const key = keys.get(scanId)
          return key ? [{ key, ticketNumber, birthYearStated }] : []
        })
        const opened = await openScannedFor(vault, 'returnFiles', sealed)
        return { found, rows: found.flatMap((scan) => waiting(scan, opened.get(scan.scanId))) }
      }),
    )
    if (rows.length > 0) yield rows
    if (found.length < peopleAtOnce) return
    after = found.at(-1)!.scanId
  }
}

function waiting(
  { birthYearStated: _, ...scan }: Sealed,
  opened: { number: string; birthYear?: number } | undefined,
): WaitingRow[] {
  if (!opened) return []
  const { number: ticketNumber, birthYear } = opened
  return [{ ...scan, ticketNumber, ...(birthYear !== undefined && { birthYear }) }]
}
