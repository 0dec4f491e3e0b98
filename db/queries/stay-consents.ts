/**
 * What flows between the town where somebody lives and the town of their register, by their recorded
 * consent and not otherwise: each side plans with the other's doses, in both directions. The two courses
 * stay two, so that a withdrawal ends the flow without taking anything apart.
 */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { orUnknownTown } from '../people/blind.ts'
import {
  type Identity,
  identityUnder,
  type Named,
  namesAgree,
  readIdentity,
} from '../people/same-person.ts'
import { planFields } from '../purposes.ts'
import { inTowns } from '../scope.ts'
import type { CourseHome } from './plan-input.ts'
import type { RegisterKey } from './register-events.ts'
import { replan } from './replan.ts'

export type ConsentPeer = { courseId: string; municipalityCode: string }

export type Consent = { home: RegisterKey; givenOn: PlainDate }

/**
 * Joins a row of actual stay to the register's row. Told again it changes nothing. Throws
 * `homeRowDiffers` for a number that is unknown and for one that is somebody else's alike,
 * `consentStands` when another one does, `dateInFuture`.
 */
export async function giveConsent(
  tx: Tx,
  vault: Vault,
  stay: CourseHome,
  { home, givenOn }: Consent,
  person: Named,
  today: PlainDate,
): Promise<void> {
  if (givenOn > today) throw refusal('dateInFuture', 'consent.givenOn')
  const identity = await orUnknownTown(
    identityUnder(vault, home, person),
    'consent.home.municipalityCode',
  )
  const towns = { municipalityCode: home.municipalityCode, purpose: 'settleMove' } as const
  const found = await inTowns(tx, towns, () => homeRow(tx, home, identity))
  if (!found || found.residentId === stay.residentId) {
    throw refusal('homeRowDiffers', 'consent.home.registerNumber')
  }
  const standing = await standingConsent(tx, stay)
  if (standing && standing !== found.residentId) throw refusal('consentStands', 'consent.home')
  if (standing) return
  await tx`
    insert into stay_consent (id, municipality_code, resident_id, home_municipality_code,
                              home_resident_id, given_on, given_to)
    values (${randomUUID()}, ${stay.municipalityCode}, ${stay.residentId}, ${home.municipalityCode},
            ${found.residentId}, ${givenOn}, ${currentActor().id})`
}

/** Somebody of a register who is who the person says: by blind indexes of that town, opening nobody. */
async function homeRow(tx: Tx, home: RegisterKey, told: Identity): Promise<CourseHome | undefined> {
  const [row] = await tx<CourseHome[]>`
    select municipality_code as "municipalityCode", id as "residentId" from resident
     where municipality_code = ${home.municipalityCode}
       and register_number = ${home.registerNumber} and basis = 'register'`
  if (!row) return undefined
  await look(tx, [{ ...row, fields: ['registerEvents'] }])
  const kept = await readIdentity(tx, row)
  return kept && kept.born === told.born && namesAgree(kept, told) ? row : undefined
}

/** Ends the flow from this moment on. Throws `noConsent`. */
export async function withdrawConsent(tx: Tx, stay: CourseHome, on: PlainDate): Promise<void> {
  const withdrawn = await tx`
    update stay_consent
       set withdrawn_on = ${on}, withdrawn_to = ${currentActor().id},
           withdrawn_at = clock_timestamp()
     where municipality_code = ${stay.municipalityCode} and resident_id = ${stay.residentId}
       and withdrawn_at is null`
  if (withdrawn.count === 0) throw refusal('noConsent', 'registerNumber')
}

async function standingConsent(tx: Tx, stay: CourseHome): Promise<string | undefined> {
  const [row] = await tx<{ home: string }[]>`
    select home_resident_id as home from stay_consent
     where municipality_code = ${stay.municipalityCode} and resident_id = ${stay.residentId}
       and withdrawn_at is null`
  return row?.home
}

export async function consentPeers(tx: Tx, row: CourseHome): Promise<ConsentPeer[]> {
  return tx<ConsentPeer[]>`
    select course_id as "courseId", municipality_code as "municipalityCode"
      from consent_peers(${row.municipalityCode}, ${row.residentId})`
}

/** Whether the town of stay writes to the person, so that the register's town need not. */
export async function isToldAtStay(tx: Tx, courseId: string): Promise<boolean> {
  const [row] = await tx<{ isTold: boolean }[]>`select is_told_at_stay(${courseId}) as "isTold"`
  return row?.isTold ?? false
}

/** Each peer in its own town's scope; afterwards the transaction's is what it was. */
export async function replanPeers(tx: Tx, peers: ConsentPeer[], today: PlainDate): Promise<void> {
  if (peers.length === 0) return
  for (const { courseId, municipalityCode } of peers) {
    await inTowns(tx, { municipalityCode, purpose: 'settleMove' }, async () => {
      await look(tx, [{ municipalityCode, courseId, fields: planFields }])
      await replan(tx, courseId, { cause: 'replanned', today, tell: true })
    })
  }
}

function refusal(code: string, field: string): DomainError {
  return new DomainError(code, 'The consent cannot be as told', field)
}
