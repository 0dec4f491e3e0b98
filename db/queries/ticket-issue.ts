/**
 * A ticket issued here: the dose history is looked at first, an older sheet falls, a new number is given
 * out, and the sheet waits to be printed. One transaction, idempotent by the id of the issue.
 */
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  dosesStillNeeded,
  type IssueReason,
  isFirstHere,
  type KnownDose,
  type Slip,
  slipsOf,
} from '../../domain/ticket-slips.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { indexesInHex, orUnknownTown, toldValue } from '../people/blind.ts'
import { erasedNumbers } from '../people/erased.ts'
import { readKeys } from '../people/keys.ts'
import { openTicketNumber, sealedNumbers } from '../people/tickets.ts'
import type { Store } from '../store.ts'
import { nextNumber } from './number-ranges.ts'
import type { CourseHome } from './plan-input.ts'
import { isProtectedOn } from './protection.ts'
import { assertMunicipality, inRegister, takeTurns } from './register-events.ts'
import { openTask } from './tasks.ts'
import { tellMovers } from './tickets.ts'

export type TicketToIssue = {
  issueId: string
  municipalityCode: string
  reason: IssueReason
  /** For whom: one of these. A task is one of those that an issue settles. */
  registerNumber?: string | undefined
  residentId?: string | undefined
  taskId?: string | undefined
}

export type Issued = {
  issueId: string
  municipalityCode: string
  number: string
  slips: Slip[]
  /** `byHand`: of a protected person, printed without an address. */
  sheet: 'waiting' | 'byHand'
  /** Whether it was issued before under this id. */
  isRepeated: boolean
}

type Holder = CourseHome & { status: string; isErased: boolean }

/**
 * Throws `unknownMunicipality`, `unknownResident`, `residentErased`, `notResidentHere` (moved or
 * deceased), `ticketStands`, `noSlipStillNeeded`, `firstDoseUnrecorded`, `noNumberRange`,
 * `numberRangeUsedUp`, `idUsedForAnotherBody`.
 */
export async function issueTicket(
  { sql, vault }: Store,
  asked: TicketToIssue,
  today: PlainDate,
): Promise<Issued & { hasNews: boolean }> {
  const { municipalityCode } = asked
  const values = [toldValue('issue', asked)]
  const told = indexesInHex(vault, municipalityCode, 'body', values)
  const [digest] = await orUnknownTown(told, 'municipalityCode')
  return inRegister(sql, municipalityCode, async (tx) => {
    await assertMunicipality(tx, municipalityCode, 'municipalityCode')
    if (asked.registerNumber)
      await takeTurns(tx, [asked as { registerNumber: string } & typeof asked])
    const before = await issuedBefore(tx, vault, asked, digest!)
    if (before) return { ...before, hasNews: false }
    const holder = await lockHolder(tx, asked)
    return issueTo({ tx, vault, asked, digest: digest!, holder, today })
  })
}

type Issuing = {
  tx: Tx
  vault: Vault
  asked: TicketToIssue
  digest: string
  holder: Holder
  today: PlainDate
}

async function issueTo(issuing: Issuing): Promise<Issued & { hasNews: boolean }> {
  const { tx, vault, asked, digest, holder, today } = issuing
  const { municipalityCode, residentId } = holder
  const { issueId, reason } = asked
  const doseNumbers = dosesStillNeeded(await dosesOf(tx, holder))
  await revokeOlder(tx, holder, reason, today)
  const { number, index } = await nextNumber(tx, vault, municipalityCode)
  await insertTicket(issuing, { number, index })
  const isByHand = await isProtectedOn(tx, holder, today)
  await tx`
    insert into ticket_sheet (municipality_code, id, resident_id, number_index, reason, dose_numbers,
                              body_digest, issued_on, issued_by, by_hand)
    values (${municipalityCode}, ${issueId}, ${residentId}, decode(${index}, 'hex'), ${reason},
            ${tx.json(doseNumbers)}, decode(${digest}, 'hex'), ${today}, ${currentActor().id}, ${isByHand})`
  const hasNews = await tellMovers(tx, municipalityCode, [residentId], today)
  await settleTasks(tx, holder)
  if (isByHand) {
    await openTask(tx, {
      ...{ municipalityCode, residentId, kind: 'ticketByHand', courseId: null },
      ...{ occasion: issueId, round: 0, openedOn: today },
    })
  }
  const sheet = isByHand ? 'byHand' : 'waiting'
  const slips = slipsOf(doseNumbers)
  return { issueId, municipalityCode, number, slips, sheet, isRepeated: false, hasNews }
}

/** Locked as a registration locks it: a move that is being recorded revokes the sheets it sees. */
async function lockHolder(tx: Tx, asked: TicketToIssue): Promise<Holder> {
  const { municipalityCode, registerNumber, residentId, taskId } = asked
  const [holder] = await tx<Holder[]>`
    select municipality_code as "municipalityCode", id as "residentId", status,
           erased_at is not null as "isErased"
      from resident
     where municipality_code = ${municipalityCode}
       and ${
         registerNumber !== undefined
           ? tx`register_number = ${registerNumber}`
           : residentId !== undefined
             ? tx`id = ${residentId}`
             : tx`id = (select resident_id from task
                         where municipality_code = ${municipalityCode} and id = ${taskId!})`
       }
     for no key update`
  const row = holder && { municipalityCode, residentId: holder.residentId }
  await look(tx, row ? [{ ...row, fields: ['ticket', 'doses', 'tasks'] }] : [])
  if (!holder) {
    const gone = await erasedNumbers(tx, municipalityCode, registerNumber ? [registerNumber] : [])
    const code = gone.size > 0 ? 'residentErased' : 'unknownResident'
    throw new DomainError(code, 'The register has no such number', 'registerNumber')
  }
  if (holder.isErased) throw new DomainError('residentErased', 'The person was erased')
  if (holder.status !== 'registered') {
    throw new DomainError('notResidentHere', 'The register does not have the person any more')
  }
  return holder
}

/** Of this person, in whatever town they were given, by the links of the course that is at home here. */
async function dosesOf(tx: Tx, { municipalityCode, residentId }: CourseHome): Promise<KnownDose[]> {
  return tx<KnownDose[]>`
    select d.claimed_dose_number as "claimedDoseNumber", d.given_on as "givenOn",
           d.product_code as "productCode"
      from course c, linked_doses(c.id) d
     where (c.home_municipality_code, c.home_resident_id) = (${municipalityCode}, ${residentId})
       and c.closed_because is distinct from 'merged'
    union all
    select s.claimed_dose_number, s.given_on, s.product_code
      from shared_doses(${municipalityCode}, ${residentId}) s`
}

/** Nobody has two sheets that are good for the same dose. */
async function revokeOlder(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  reason: IssueReason,
  today: PlainDate,
): Promise<void> {
  const because = reason === 'lost' ? 'lost' : 'reissued'
  const revoked = await tx`
    update ticket set revoked_on = ${today}, revoked_because = ${because}
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and revoked_on is null`
  if (revoked.count > 0 && isFirstHere(reason)) {
    throw new DomainError('ticketStands', 'The person has a valid sheet of this town', 'reason')
  }
  // What still waits is not printed; a run that is being made finds the ticket revoked.
  await tx`
    update ticket_sheet set state = 'withdrawn', withdrawn_because = 'revoked'
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and state = 'waiting'`
}

async function insertTicket(
  { tx, vault, holder, today }: Issuing,
  { number, index }: { number: string; index: string },
): Promise<void> {
  const { municipalityCode, residentId } = holder
  const sheets = [{ residentId, number, index }]
  const sealed = (await sealedNumbers(tx, vault, municipalityCode, sheets)).get(index)
  if (!sealed) throw new DomainError('residentErased', 'The person was erased')
  await tx`
    insert into ticket (municipality_code, number_index, number, resident_id, issued_on, recorded_on)
    values (${municipalityCode}, decode(${index}, 'hex'), decode(${sealed}, 'hex'), ${residentId},
            ${today}, ${today})`
}

/** After what a move's own rules have settled; an older sheet need not be handed over any more. */
async function settleTasks(tx: Tx, { municipalityCode, residentId }: CourseHome): Promise<void> {
  await tx`
    update task set done_at = now(), done_by = ${currentActor().id}, outcome = 'ticketIssued'
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and kind in ('issueTicket', 'slipsUsedUp', 'ticketByHand') and done_at is null`
}

type SheetBefore = CourseHome & {
  digest: string
  numberIndex: Uint8Array
  number: Uint8Array | null
  doseNumbers: number[]
  isByHand: boolean
}

/** The answer of the same issue told again; its number is opened once more. */
async function issuedBefore(
  tx: Tx,
  vault: Vault,
  { issueId, municipalityCode }: TicketToIssue,
  digest: string,
): Promise<Issued | undefined> {
  const [sheet] = await tx<SheetBefore[]>`
    select s.municipality_code as "municipalityCode", s.resident_id as "residentId",
           encode(s.body_digest, 'hex') as digest, s.number_index as "numberIndex", t.number,
           s.dose_numbers as "doseNumbers", s.by_hand as "isByHand"
      from ticket_sheet s
      left join ticket t on (t.municipality_code, t.number_index) = (s.municipality_code, s.number_index)
     where s.municipality_code = ${municipalityCode} and s.id = ${issueId}`
  if (!sheet) return undefined
  const { residentId, numberIndex, isByHand } = sheet
  await look(tx, [{ municipalityCode, residentId, fields: ['ticket'] }])
  if (sheet.digest !== digest) {
    throw new DomainError('idUsedForAnotherBody', 'issueId was used with another body', 'issueId')
  }
  const [key] = await readKeys(tx, [{ municipalityCode, residentId }])
  const number =
    key && sheet.number
      ? await openTicketNumber(vault, 'manageRegister', {
          ...key,
          numberIndex,
          number: sheet.number,
        })
      : undefined
  if (!number) throw new DomainError('residentErased', 'The person was erased')
  return {
    ...{ issueId, municipalityCode, number, slips: slipsOf(sheet.doseNumbers) },
    ...{ sheet: isByHand ? ('byHand' as const) : ('waiting' as const), isRepeated: true },
  }
}
