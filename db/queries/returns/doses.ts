/** What is known of people's doses in their own town: all of its own, of an earlier town what the link lets through. */
import type { PlainDate } from '../../../domain/course.ts'
import type { Vault } from '../../../vault/vault.ts'
import type { Tx } from '../../client.ts'
import { unlockPeople } from '../../people/keys.ts'
import { numberOfSheet } from '../../people/tickets.ts'

export type ReturnedDose = {
  id: string
  claimedDoseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  /** Of whoever issued the ticket; of an earlier town's dose, that town. */
  municipalityCode: string
  /** What follows is known of doses that the own town keeps. */
  recordedAt?: Date
  recordedOn?: PlainDate
  venueName?: string
  /** Of a sheet of the own town that the person holds. */
  ticketNumber?: string
}

type Row = {
  residentId: string
  id: string
  claimedDoseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  keptBy: string
  keptUnder: string | null
  issuedBy: string | null
  recordedAt: Date | null
  recordedOn: PlainDate | null
  venueName: string | null
  numberIndex: Uint8Array | null
  number: Uint8Array | null
}

/** By resident id; whoever has none is missing. Nothing sealed is opened yet. */
export async function readDoses(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
): Promise<Map<string, Row[]>> {
  if (residentIds.length === 0) return new Map()
  const rows = await tx<Row[]>`
    select k.resident_id as "residentId", k.id, k.claimed_dose_number as "claimedDoseNumber",
           k.given_on as "givenOn", k.product_code as "productCode", k.lot_number as "lotNumber",
           k.municipality_code as "keptBy", k.kept_under as "keptUnder",
           d.issuing_municipality_code as "issuedBy", d.recorded_at as "recordedAt",
           d.recorded_on as "recordedOn", v.name as "venueName",
           t.number_index as "numberIndex", t.number
      from recorded_doses(${municipalityCode}, ${residentIds}::uuid[]) k
      left join dose d on (d.municipality_code, d.id) = (${municipalityCode}, k.id)
      left join venue v on v.code = d.venue_code
      left join ticket t on (t.municipality_code, t.number_index) = (${municipalityCode}, d.ticket_index)
                        and d.issuing_municipality_code = ${municipalityCode}
                        and t.resident_id = k.kept_under`
  const byPerson = new Map<string, Row[]>()
  for (const row of rows) {
    const known = byPerson.get(row.residentId)
    if (known) known.push(row)
    else byPerson.set(row.residentId, [row])
  }
  return byPerson
}

/** The same with ticket numbers, opened for that purpose: one look for each person whose sheet it is. */
export async function openDoses(
  tx: Tx,
  vault: Vault,
  asked: { municipalityCode: string; purpose: 'returnFiles' | 'printPaper' },
  found: Map<string, Row[]>,
): Promise<Map<string, ReturnedDose[]>> {
  const { municipalityCode, purpose } = asked
  const holders = [...found.values()]
    .flat()
    .flatMap(({ keptUnder, number }) => (keptUnder && number ? [keptUnder] : []))
  const rows = [...new Set(holders)].map((residentId) => ({ municipalityCode, residentId }))
  const keys = await unlockPeople(tx, vault, { purpose, rows, fields: ['ticketNumber'] })
  const opened = (row: Row): ReturnedDose => {
    const { keptUnder, numberIndex, number } = row
    const unlocked = keptUnder && keys.get(keptUnder)
    if (!unlocked || !numberIndex || !number) return returned(row)
    const holder = { municipalityCode, residentId: keptUnder }
    return {
      ...returned(row),
      ticketNumber: numberOfSheet(unlocked, holder, { numberIndex, number }),
    }
  }
  return new Map([...found].map(([id, doses]) => [id, doses.map(opened)]))
}

/** Without the ticket's number. */
export function returned(row: Row): ReturnedDose {
  const { id, claimedDoseNumber, givenOn, productCode, lotNumber } = row
  return {
    ...{ id, claimedDoseNumber, givenOn, productCode, lotNumber },
    municipalityCode: row.issuedBy ?? row.keptBy,
    ...(row.recordedAt && { recordedAt: row.recordedAt }),
    ...(row.recordedOn && { recordedOn: row.recordedOn }),
    ...(row.venueName !== null && { venueName: row.venueName }),
  }
}
