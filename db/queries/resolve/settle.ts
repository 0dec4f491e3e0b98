/**
 * A clerk settles what is attached to nobody: it is this person's, and then it is recorded by the rules of
 * a fresh scan; or it is nobody's, for a reason. Who, when and why stay with the row.
 */
import { randomBytes } from 'node:crypto'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { AttachReason, RejectReason } from '../../../domain/unattached.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import type { BirthChecks, StatedBirth } from '../../people/birth.ts'
import type { Store } from '../../store.ts'
import { attach, type Recorded } from '../record-scan.ts'
import { numbersToIndex } from '../scan-near.ts'
import {
  findItem,
  type ItemKind,
  towardsTown,
  type UnattachedDose,
  type UnattachedScan,
} from './open-item.ts'
import { assertIsMeant } from './typed-number.ts'

/**
 * One person of the clerk's own register, by one of three: somebody whom the page has shown, or a number
 * that was typed, with the birth that makes sure of it.
 */
export type Named =
  | { residentId: string }
  | { registerNumber: string; stated?: StatedBirth }
  | { ticketNumber: string; stated?: StatedBirth }

export type Decision =
  | { as: 'attach'; to: Named; reason: AttachReason }
  | { as: 'reject'; reason: RejectReason }

export type Settling = {
  kind: ItemKind
  id: string
  /** The municipality whose clerk decides. */
  office: string
  by: string
  decision: Decision
}

/** Undefined when the office has no such item. `attached` is the answer that a fresh scan would get. */
export type SettledItem = { rejected: true } | { attached: Recorded }

/**
 * Throws DomainError `alreadySettled`, `unknownTicket`, `unknownResident`, `residentErased`, what
 * `assertIsMeant` throws of a typed number, and what a scan may be refused with; then nothing was written.
 */
export async function settle(
  store: Store,
  asked: Settling,
  today: PlainDate,
): Promise<SettledItem | undefined> {
  const { sql } = store
  const municipalityCode = await towardsTown(sql, asked.office)
  const { decision, office } = asked
  const scope = { municipalityCode, purpose: 'resolve' } as const
  const found = await withPurpose(sql, scope, async (tx) => {
    const item = await findItem(tx, office, asked)
    if (item?.resolvedAt) throw new DomainError('alreadySettled', 'It was settled before')
    if (!item || decision.as === 'reject') {
      if (item) await reject(tx, asked, item.scan.issuingMunicipalityCode)
      await look(tx, [])
      return item && { item }
    }
    const person = await findPerson(tx, store, office, decision.to)
    return { item, person: await withSheet(tx, person, item) }
  })
  if (!found) return undefined
  const { item, person } = found as { item: UnattachedScan | UnattachedDose; person?: Person }
  if (!person || decision.as === 'reject') return { rejected: true }
  return { attached: await attachTo(store, { ...asked, item, person }, today) }
}

type Person = { residentId: string; ticketIndex?: Uint8Array }

async function attachTo(
  store: Store,
  asked: Settling & { item: UnattachedScan | UnattachedDose; person: Person },
  today: PlainDate,
): Promise<Recorded> {
  const { item, person, office, by, decision } = asked
  const isScan = item.kind === 'scan'
  const attachment = {
    kept: isScan ? 'scan' : 'ticketlessDose',
    keptUnder: item.scan.issuingMunicipalityCode,
    by,
    reason: decision.reason,
    ...(person.ticketIndex ? {} : { residentId: person.residentId }),
  } as const
  // Sixteen bytes that are no number's index stand where there is no sheet, as after an erasure.
  const ticketIndex = person.ticketIndex ?? randomBytes(16)
  const scan = { ...item.scan, issuingMunicipalityCode: office, isDecided: true } as const
  return attach(store, { scan, ticketIndex, attach: attachment }, today)
}

/** One look, at whoever was named. */
async function findPerson(tx: Tx, { vault }: Store, office: string, named: Named): Promise<Person> {
  const numbers = 'ticketNumber' in named ? numbersToIndex('typed', named.ticketNumber) : []
  const [ticketIndex, ...near] =
    numbers.length > 0 ? await vault.index(office, 'ticket', numbers) : []
  const id = 'residentId' in named ? named.residentId : null
  const registerNumber = 'registerNumber' in named ? named.registerNumber : null
  const [row] = await tx<(BirthChecks & { isErased: boolean })[]>`
    select r.municipality_code as "municipalityCode", r.id as "residentId",
           r.birth_year_check as "birthYearCheck", r.born_on_check as "bornOnCheck",
           r.erased_at is not null as "isErased"
      from resident r
     where r.municipality_code = ${office}
       and (r.id = ${id}::uuid or r.register_number = ${registerNumber}::text
            or r.id = (select t.resident_id from ticket t
                        where t.municipality_code = ${office}
                          and t.number_index = ${ticketIndex ?? null}))`
  await look(
    tx,
    row ? [{ municipalityCode: office, residentId: row.residentId, fields: ['ticket'] }] : [],
  )
  if (!row) throw unknown(named)
  if (row.isErased) throw new DomainError('residentErased', 'erased', 'residentId')
  if (!('residentId' in named)) await assertIsMeant(tx, vault, { ...named, near }, row)
  return { residentId: row.residentId, ...(ticketIndex && { ticketIndex }) }
}

function unknown(named: Named): DomainError {
  if ('ticketNumber' in named) {
    return new DomainError('unknownTicket', 'No such sheet in this register', 'ticket.number')
  }
  const field = 'residentId' in named ? 'residentId' : 'registerNumber'
  return new DomainError('unknownResident', 'Nobody of that number in this register', field)
}

/** The sheet that was read, if it is theirs; else the newest, one that is good before one that is not. */
async function withSheet(
  tx: Tx,
  person: Person,
  item: UnattachedScan | UnattachedDose | undefined,
): Promise<Person> {
  if (person.ticketIndex || item?.kind !== 'scan') return person
  const [sheet] = await tx<{ ticketIndex: Uint8Array }[]>`
    select t.number_index as "ticketIndex" from ticket t
     where t.municipality_code = any (string_to_array(current_setting('sesshu.municipality'), ','))
       and t.resident_id = ${person.residentId}
     order by t.number_index = ${item.ticketIndex} desc, t.revoked_on is null desc,
              t.issued_on desc limit 1`
  return { ...person, ...sheet }
}

/** Nobody is looked at: it was attached to nobody, and stays so. */
async function reject(tx: Tx, asked: Settling, keptUnder: string): Promise<void> {
  const { kind, id, by, decision } = asked
  const done =
    kind === 'scan'
      ? await tx`
          update scan set resolved_at = now(), resolution = 'rejected', resolved_by = ${by},
                          resolved_reason = ${decision.reason}, ticket_number = null,
                          birth_year_stated = null
           where issuing_municipality_code = ${keptUnder} and id = ${id} and resolved_at is null`
      : await tx`
          update ticketless_dose
             set resolved_at = now(), resolution = 'rejected', resolved_by = ${by},
                 resolved_reason = ${decision.reason}, stated = null, desk_index = null,
                 ticket_index = null
           where municipality_code = ${keptUnder} and id = ${id} and resolved_at is null`
  if (done.count === 0) throw new DomainError('alreadySettled', 'It was settled before')
}
