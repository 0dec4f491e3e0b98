/** Writes what a register file tells: whoever is new by COPY, the others as the api would. */
import postgres from 'postgres'
import { DomainError } from '../../../domain/errors.ts'
import type { ResidentRecord } from '../../../domain/municipal-file.ts'
import { beginIncoming, insertIncoming } from '../../people/bring-many.ts'
import { differences, rowDigests } from '../../people/compare-file.ts'
import { keepBefore } from '../../people/kept-before.ts'
import { keepRowDigests, rowValue } from '../../people/row-digest.ts'
import { type SealedPeople, sealPeople } from '../../people/seal-many.ts'
import { registerInTown, settleMovers } from '../../queries/register.ts'
import { setResidentGroups } from '../../queries/resident-groups.ts'
import { Newcomers, openSamePersonTasks } from '../same-person-tasks.ts'
import type { FileChange } from '../types.ts'
import type { Applier, Applying } from './kind.ts'
import { toldOf } from './resident-register.ts'

const uniqueViolation = '23505'

type Change = FileChange<'residentRegister'>

/** Enough for few questions to keyd, few enough that a venue's own question does not wait for long. */
const newAtOnce = 4_000
const changedAtOnce = 500
/** How many pieces may be sealed before the one in hand is written. */
const sealedAhead = 2

export async function residentApplier(applying: Applying): Promise<Applier<'residentRegister'>> {
  await beginIncoming(applying.tx)
  return new ResidentApplier(applying)
}

class ResidentApplier implements Applier<'residentRegister'> {
  readonly #applying: Applying
  #isNamedElsewhere: boolean | undefined
  #fresh: Change[] = []
  #changed: Change[] = []
  #writing: Promise<void> = Promise.resolve()
  #ahead: Promise<unknown>[] = []
  readonly #newcomers = new Newcomers()
  #hasNews = false

  constructor(applying: Applying) {
    this.#applying = applying
  }

  async take(changes: Change[]): Promise<void> {
    for (const change of changes) {
      const list = change.outcome === 'new' ? this.#fresh : this.#changed
      list.push(change)
    }
    if (this.#fresh.length >= newAtOnce) await this.#bring()
    if (this.#changed.length >= changedAtOnce) await this.#change()
  }

  async end(): Promise<{ hasNews: boolean }> {
    await this.#bring()
    await this.#change()
    await this.#writing
    await openSamePersonTasks(this.#applying, this.#newcomers.few)
    return { hasNews: this.#hasNews }
  }

  /** Sealing runs ahead of writing, so that keyd, this process and the database work at the same time. */
  async #bring(): Promise<void> {
    const fresh = this.#fresh
    this.#fresh = []
    if (fresh.length === 0) return
    const { store, job } = this.#applying
    const people = fresh.map(({ record }) => ({ ...toldOf(record!), rowValue: rowValue(record!) }))
    const sealed = sealPeople(store.vault, job.municipalityCode, people, job.today)
    const written = this.#writing.then(async () => this.#write(await sealed, fresh))
    // Whoever awaits the last one hears of every one.
    for (const promise of [sealed, written]) promise.catch(() => {})
    this.#writing = written
    this.#ahead.push(written)
    if (this.#ahead.length > sealedAhead) await this.#ahead.shift()
  }

  async #write(people: SealedPeople, fresh: Change[]): Promise<void> {
    const { tx, job } = this.#applying
    const { municipalityCode, importId, today } = job
    await insertIncoming(tx, municipalityCode, importId, people).catch(asMovedOn)
    this.#newcomers.add(people.residentIds)
    await this.#keepGroups(fresh.map(({ record }, i) => groupsOf(people.residentIds[i]!, record!)))
    this.#isNamedElsewhere ??= await isNamedElsewhere(this.#applying)
    if (!this.#isNamedElsewhere) return
    const { hasNews } = await settleMovers(tx, municipalityCode, people.residentIds, today)
    this.#hasNews ||= hasNews
  }

  async #keepGroups(told: ReturnType<typeof groupsOf>[]): Promise<void> {
    const { tx, job } = this.#applying
    await setResidentGroups(tx, job.municipalityCode, told)
  }

  async #change(): Promise<void> {
    const changed = this.#changed
    this.#changed = []
    if (changed.length === 0) return
    await this.#writing
    const { tx, store, job } = this.#applying
    const { municipalityCode, importId, today } = job
    const records = changed.map(({ record }) => record!)
    await assertAsReviewed(this.#applying, changed)
    await keepBefore(tx, { municipalityCode, importId, today }, changed.map(beforeOf))
    const items = records.map((record) => ({
      ...itemOf(municipalityCode, record),
      keepsMail: true,
    }))
    const done = await registerInTown(tx, store.vault, municipalityCode, items, today)
    const refused = done.results.find(({ status }) => status === 'refused')
    if (refused) throw movedOn()
    this.#hasNews ||= done.hasNews
    await this.#keepGroups(records.map((record, i) => groupsOf(changed[i]!.residentId!, record)))
    const digests = await rowDigests(store.vault, municipalityCode, records.map(rowValue))
    const kept = changed.map(({ residentId }, i) => ({
      ...{ residentId: residentId!, digest: digests[i]! },
    }))
    await keepRowDigests(tx, municipalityCode, kept)
  }
}

async function isNamedElsewhere({ tx, job }: Applying): Promise<boolean> {
  const [row] = await tx<{ is: boolean }[]>`
    select is_named_elsewhere(${job.municipalityCode}) as is`
  return row!.is
}

/** Under the town's lock: nobody has told of these people since the review. */
async function assertAsReviewed({ tx, store, job }: Applying, changed: Change[]): Promise<void> {
  const told = changed.map(({ record }) => toldOf(record!))
  const found = await differences(tx, store.vault, job.municipalityCode, told)
  const isOvertaken = found.some(({ residentId, base }, i) => {
    return residentId !== changed[i]!.residentId || base !== changed[i]!.base
  })
  if (isOvertaken) throw movedOn()
}

/** A number that was free when the file was reviewed has been taken since. */
function asMovedOn(error: unknown): never {
  const isTaken = error instanceof postgres.PostgresError && error.code === uniqueViolation
  throw isTaken ? movedOn() : error
}

export function movedOn(): DomainError {
  return new DomainError('registerMovedOn', 'The register changed after the file was reviewed')
}

function beforeOf({ residentId, record }: Change) {
  return { residentId: residentId!, fromOn: record!.residentSince }
}

function groupsOf(residentId: string, { facilityCode, priorityGroup }: ResidentRecord) {
  return { residentId, facilityCode, priorityGroup }
}

function itemOf(municipalityCode: string, record: ResidentRecord) {
  const { registerNumber, family, given, kana, postcode, address } = record
  const { bornOn, mail, myNumber, residentSince, householdNumber } = record
  const name = { family, given, kana }
  return {
    ...{ municipalityCode, registerNumber, name, bornOn, mail, myNumber, postcode, address },
    ...{ residentSince, householdNumber },
  }
}
