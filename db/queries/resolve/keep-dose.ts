/** A dose told without a ticket: kept, acknowledged, attached to nobody. */
import postgres from 'postgres'
import { currentActor } from '../../../config/actor.ts'
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { TicketlessSource } from '../../../domain/unattached.ts'
import { type Tx, withPurpose } from '../../client.ts'
import { hexOf, orUnknownTown, toldValue } from '../../people/blind.ts'
import { insertKeys } from '../../people/keys.ts'
import { type SealedStated, type Stated, sealStated } from '../../people/told-doses.ts'
import type { Store } from '../../store.ts'

export type ToldDose = Stated & {
  eventId: string
  municipalityCode: string
  givenOn: PlainDate
  venueCode: string
  productCode: string
  lotNumber: string
  claimedDoseNumber: number
  source: TicketlessSource
}

/**
 * Keeps it in one transaction; whether it is a repetition. Idempotent by `eventId` and the whole body.
 * Throws DomainError: `idUsedForAnotherBody`, `unknownMunicipality` (or one that takes no part),
 * `unknownVenue`, `unknownProduct`, `givenOnInFuture`, `dateBeforeBirth`; then nothing was written.
 */
export async function keepToldDose(
  { sql, vault }: Store,
  told: ToldDose,
  today: PlainDate,
): Promise<{ isRepeat: boolean }> {
  refuseImpossibleDays(told, today)
  const { municipalityCode, eventId: id, person, ticketNumber } = told
  const [bodyDigest] = await orUnknownTown(
    vault.index(municipalityCode, 'body', [toldValue('dose', told)]),
    'municipalityCode',
  )
  const stated = { ...(person && { person }), ...(ticketNumber !== undefined && { ticketNumber }) }
  const sealed = await sealStated(vault, { municipalityCode, id }, stated)
  const scope = { municipalityCode, purpose: 'bindScan' } as const
  const keep = () =>
    withPurpose(sql, scope, async (tx) => {
      if (await isKnown(tx, told, bodyDigest!)) return { isRepeat: true }
      await refuseUnknown(tx, told)
      await insertKeys(tx, [sealed.key])
      await insertDose(tx, told, { bodyDigest: bodyDigest!, sealed, today })
      return { isRepeat: false }
    })
  return keep().catch((error) => {
    // The same one twice at once, or an id that another town has used.
    if (!(error instanceof postgres.PostgresError) || error.code !== '23505') throw error
    return withPurpose(sql, scope, async (tx) => {
      if (await isKnown(tx, told, bodyDigest!)) return { isRepeat: true }
      throw usedForAnother()
    })
  })
}

function refuseImpossibleDays({ givenOn, person }: ToldDose, today: PlainDate): void {
  if (compareDates(givenOn, today) > 0) {
    throw new DomainError('givenOnInFuture', 'given after today', 'givenOn')
  }
  if (person && compareDates(givenOn, person.bornOn) < 0) {
    throw new DomainError('dateBeforeBirth', 'given before birth', 'givenOn')
  }
}

async function isKnown(tx: Tx, told: ToldDose, bodyDigest: Uint8Array): Promise<boolean> {
  const [prior] = await tx<{ digest: string }[]>`
    select encode(body_digest, 'hex') as digest from ticketless_dose
     where municipality_code = ${told.municipalityCode} and id = ${told.eventId}`
  if (prior && prior.digest !== hexOf(bodyDigest)) throw usedForAnother()
  return prior !== undefined
}

function usedForAnother(): DomainError {
  return new DomainError('idUsedForAnotherBody', 'eventId was used with another body', 'eventId')
}

async function refuseUnknown(tx: Tx, told: ToldDose): Promise<void> {
  const [known] = await tx<{ town: boolean; venue: boolean; product: boolean }[]>`
    select exists (select from municipality_setting where municipality_code = ${told.municipalityCode}) as town,
           exists (select from venue where code = ${told.venueCode}) as venue,
           exists (select from product where code = ${told.productCode}) as product`
  // Of a town that takes no part nobody could ever settle it.
  if (!known!.town) throw new DomainError('unknownMunicipality', 'no part', 'municipalityCode')
  if (!known!.venue) throw new DomainError('unknownVenue', 'no such venue', 'venueCode')
  if (!known!.product) throw new DomainError('unknownProduct', 'no such product', 'productCode')
}

async function insertDose(
  tx: Tx,
  told: ToldDose,
  kept: { bodyDigest: Uint8Array; sealed: SealedStated; today: PlainDate },
): Promise<void> {
  const { sealed } = kept
  await tx`
    insert into ticketless_dose (municipality_code, id, body_digest, source, stated, desk_index,
                                 ticket_index, claimed_dose_number, given_on, venue_code,
                                 product_code, lot_number, told_by, received_on)
    values (${told.municipalityCode}, ${told.eventId}, ${kept.bodyDigest}, ${told.source},
            ${sealed.stated}, ${sealed.deskIndex}, ${sealed.ticketIndex}, ${told.claimedDoseNumber},
            ${told.givenOn}, ${told.venueCode}, ${told.productCode}, ${told.lotNumber},
            ${currentActor().id}, ${kept.today})`
}
