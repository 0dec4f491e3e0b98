/**
 * People who live in a town without being in its register: they get a row there, a sheet and a course,
 * and the town of their register hears nothing of it unless they consent.
 */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import type { PersonName } from '../people/names.ts'
import { writePeople } from '../people/write.ts'
import type { Store } from '../store.ts'
import type { CourseHome } from './plan-input.ts'
import {
  assertMunicipality,
  findResident,
  inRegister,
  type RegisterKey,
  takeTown,
} from './register-events.ts'
import { enqueueNews } from './replan.ts'
import {
  type Consent,
  consentPeers,
  giveConsent,
  replanPeers,
  withdrawConsent,
} from './stay-consents.ts'

/** `registerNumber` is the town's own number of the stay, in no register. */
export type Stay = RegisterKey & {
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
  postcode: string
  address: string
  from: PlainDate
  consent?: Consent | undefined
}

export type StayResult = { registerNumber: string; status: 'new' | 'same' | 'updated' }

/**
 * Records that somebody lives in a town, and opens their course. Told again it changes what it still has
 * to say. Throws DomainError: `unknownMunicipality`, `dateInFuture`, `dateBeforeBirth`,
 * `birthDateDiffers`, `residentErased`, `registeredHere`, and what `giveConsent` throws.
 */
export async function registerStay(
  { sql, vault }: Store,
  stay: Stay,
  today: PlainDate,
): Promise<StayResult> {
  const { municipalityCode, registerNumber } = stay
  if (stay.from > today) throw refusal('dateInFuture', 'from')
  if (stay.from < stay.bornOn) throw refusal('dateBeforeBirth', 'from')
  await vault.reach()
  return inStays(sql, municipalityCode, async (tx) => {
    await takeTown(tx, municipalityCode)
    await assertMunicipality(tx, municipalityCode, 'municipalityCode')
    await refuseRegistered(tx, stay)
    const { row, status } = await writeStay(tx, vault, stay, today)
    await look(tx, [{ ...row, fields: ['registerEvents'] }])
    await openCourse(tx, row, today)
    if (stay.consent) {
      await giveConsent(tx, vault, row, stay.consent, stay, today)
      await tellBoth(tx, row, today)
    }
    return { registerNumber, status }
  })
}

/** From now on nothing flows any more, either way. Throws `unknownResident`, `noConsent`. */
export async function endConsent(
  { sql }: Store,
  stay: RegisterKey & { withdrawnOn: PlainDate },
  today: PlainDate,
): Promise<void> {
  if (stay.withdrawnOn > today) throw refusal('dateInFuture', 'withdrawnOn')
  await inStays(sql, stay.municipalityCode, async (tx) => {
    const row = await findResident(tx, stay)
    await look(tx, row ? [{ ...row, fields: ['registerEvents'] }] : [])
    if (!row) throw refusal('unknownResident', 'registerNumber')
    const peers = await consentPeers(tx, row)
    await withdrawConsent(tx, row, stay.withdrawnOn)
    await replanPeers(tx, peers, today)
  })
}

function inStays<T>(sql: Store['sql'], municipalityCode: string, work: (tx: Tx) => Promise<T>) {
  return inRegister(sql, municipalityCode, work, 'registerStay')
}

/** A number of the register itself is not one of a stay. */
async function refuseRegistered(tx: Tx, stay: RegisterKey): Promise<void> {
  const [known] = await tx<{ basis: string }[]>`
    select basis from resident
     where municipality_code = ${stay.municipalityCode} and register_number = ${stay.registerNumber}`
  if (known && known.basis !== 'actualStay') throw refusal('registeredHere', 'registerNumber')
}

async function writeStay(tx: Tx, vault: Vault, stay: Stay, today: PlainDate) {
  const { municipalityCode, registerNumber, name, bornOn, mail, postcode, address } = stay
  const residence = { fromOn: stay.from, postcode, address }
  const person = { registerNumber, name, bornOn, mail, residence }
  const [written] = await writePeople(tx, vault, municipalityCode, [person], today)
  const { residentId, outcome } = written!
  if (outcome === 'birthDateDiffers') throw refusal(outcome, 'bornOn')
  if (outcome === 'residentErased') throw refusal(outcome, 'registerNumber')
  await tx`
    update resident set basis = 'actualStay'
     where municipality_code = ${municipalityCode} and id = ${residentId} and basis <> 'actualStay'`
  return { row: { municipalityCode, residentId }, status: outcome }
}

/** At once, not by a wave: whoever is told is there, and may be older than the wave that has passed. */
async function openCourse(tx: Tx, row: CourseHome, today: PlainDate): Promise<void> {
  const { municipalityCode, residentId } = row
  const [opened] = await tx<{ id: string }[]>`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
    select ${randomUUID()}, ${municipalityCode}, ${residentId}, 'stay', 'replanned', 'awaitingFirstDose'
     where not exists (select from course_link
                        where municipality_code = ${municipalityCode} and resident_id = ${residentId})
    on conflict (home_municipality_code, home_resident_id, series) do nothing
    returning id`
  if (!opened) return
  await tx`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
    values (${municipalityCode}, ${residentId}, ${opened.id}, ${today}, 'actualStay',
            ${`stay/${currentActor().id}`})`
  await enqueueNews(tx, opened.id, 1)
}

/** Both sides are planned anew with what each now knows of the other. */
async function tellBoth(tx: Tx, row: CourseHome, today: PlainDate): Promise<void> {
  const { municipalityCode, residentId } = row
  const own = await tx<{ courseId: string }[]>`
    select course_id as "courseId" from course_link
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
  const here = own.map(({ courseId }) => ({ courseId, municipalityCode }))
  await replanPeers(tx, [...here, ...(await consentPeers(tx, row))], today)
}

function refusal(code: string, field: string): DomainError {
  return new DomainError(code, 'The stay cannot be as told', field)
}
