/**
 * Doses told without a slip bind themselves in one case alone: a sheet was named, it is registered, and its
 * holder has the kana and the birth date that were told. Everything else is for a clerk to decide.
 */
import { currentActor } from '../../../config/actor.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { ScanFacts } from '../../../domain/scan.ts'
import type { TicketlessSource } from '../../../domain/unattached.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import type { Store } from '../../store.ts'
import { attach } from '../record-scan.ts'

/** Columns of `ticketless_dose` as `d` that say what was given. */
export type TicketlessFacts = {
  id: string
  municipalityCode: string
  source: TicketlessSource
  claimedDoseNumber: number
  givenOn: PlainDate
  venueCode: string
  productCode: string
  lotNumber: string
}

export function ticketlessColumns(sql: Sql | Tx) {
  return (sql as Sql)`
    d.id, d.municipality_code as "municipalityCode", d.source,
    d.claimed_dose_number as "claimedDoseNumber", d.given_on as "givenOn",
    d.venue_code as "venueCode", d.product_code as "productCode", d.lot_number as "lotNumber"`
}

/** As a verdict takes it. That it is somebody's has been decided. */
export function asScan({ id, municipalityCode, ...given }: TicketlessFacts): ScanFacts {
  const { claimedDoseNumber, givenOn, venueCode, productCode, lotNumber, source } = given
  return {
    scanId: id,
    issuingMunicipalityCode: municipalityCode,
    readBy: 'paper',
    slipKind: 'vaccination',
    ...{ claimedDoseNumber, givenOn, venueCode, productCode, lotNumber, source },
    isDecided: true,
  }
}

type Certain = TicketlessFacts & { ticketIndex: Uint8Array; residentId: string }

/** Attaches what has become certain in these towns. Safe to repeat. Whether any course has news. */
export async function bindToldDoses(
  store: Store,
  towns: string[],
  today: PlainDate,
): Promise<boolean> {
  if (towns.length === 0) return false
  const scope = { municipalityCode: [...new Set(towns)], purpose: 'resolve' } as const
  const certain = await withPurpose(store.sql, scope, findCertain)
  let hasNews = false
  for (const { ticketIndex, residentId: _, ...dose } of certain) {
    const bound = await bindOne(store, dose, ticketIndex, today)
    hasNews ||= bound
  }
  return hasNews
}

/** What a registration missed, in whatever town. */
export async function sweepToldDoses(store: Store, today: PlainDate): Promise<boolean> {
  const towns = await store.sql<{ code: string }[]>`select code from towns_with_told_doses() code`
  return bindToldDoses(
    store,
    towns.map(({ code }) => code),
    today,
  )
}

async function findCertain(tx: Tx): Promise<Certain[]> {
  const found = await tx<Certain[]>`
    select ${ticketlessColumns(tx)}, d.ticket_index as "ticketIndex", t.resident_id as "residentId"
      from ticketless_dose d
      join ticket t on t.municipality_code = d.municipality_code and t.number_index = d.ticket_index
      join person p on p.municipality_code = t.municipality_code and p.resident_id = t.resident_id
     where d.resolved_at is null and p.desk_index = d.desk_index
     order by d.received_at, d.id limit 1000`
  await look(
    tx,
    found.map(({ municipalityCode, residentId }) => {
      return { municipalityCode, residentId, fields: ['ticket'] }
    }),
  )
  return found
}

async function bindOne(
  store: Store,
  dose: TicketlessFacts,
  ticketIndex: Uint8Array,
  today: PlainDate,
): Promise<boolean> {
  const because = { by: currentActor().id, reason: 'ticketRegistered' }
  const attachment = {
    kept: 'ticketlessDose',
    keptUnder: dose.municipalityCode,
    ...because,
  } as const
  try {
    const asked = { scan: asScan(dose), ticketIndex, attach: attachment }
    return (await attach(store, asked, today)).hasNews
  } catch (error) {
    // Settled meanwhile; or it cannot be as it was told, and a clerk sees it in the list.
    const isItsOwn =
      error instanceof DomainError && (error.field || error.code === 'alreadySettled')
    if (isItsOwn) return false
    throw error
  }
}
