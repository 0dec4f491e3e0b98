/**
 * 異動, deaths, 支援措置: each row is a report, as a register tells it over HTTP, and ends in the same room. The
 * review rehearses it there, so that the two never differ in what they refuse.
 */
import { DomainError } from '../../../domain/errors.ts'
import type { LayoutKind, MoveRecord, RecordOf } from '../../../domain/municipal-file.ts'
import { look, withPurpose } from '../../client.ts'
import { bornOtherwise, type NumberAndBirth } from '../../people/birth.ts'
import {
  type Born,
  type MovedIn,
  type RegisterReport,
  recordReport,
  refuseOfNewcomer,
} from '../../queries/moves.ts'
import { contentIds } from '../content-id.ts'
import { insideOf, rehearse } from '../inside.ts'
import type { FileChange, ImportJob } from '../types.ts'
import { assertBornAsTold } from './born-as-told.ts'
import type { Applying, Compared, Comparing, KindModule, ToldRow } from './kind.ts'
import { rowNote } from './kind.ts'
import { movedOn } from './resident-applier.ts'

type ReportKind = 'moves' | 'deaths' | 'protections'
type Untold = { eventId: string; municipalityCode: string }

/** Undefined where the row does not say enough for its kind. */
type ToReport<Kind extends LayoutKind> = (
  record: RecordOf[Kind],
  of: Untold,
) => RegisterReport | undefined

/** Few enough that nobody waits long for a row that a rehearsal holds. */
const rehearsedAtOnce = 100

export const moves = reportKind<'moves'>(moveReport)

export const deaths = reportKind<'deaths'>(({ registerNumber, on }, of) => {
  return { ...of, kind: 'deceased', registerNumber, on }
})

export const protections = reportKind<'protections'>(({ registerNumber, from, to }, of) => {
  return { ...of, kind: 'protected', registerNumber, from, to }
})

function reportKind<Kind extends ReportKind>(toReport: ToReport<Kind>): KindModule<Kind> {
  return {
    compare: (comparing, rows) => compare(comparing, rows, toReport),
    apply: async (applying) => {
      let hasNews = false
      return {
        take: async (changes) => {
          hasNews = (await record(applying, changes, toReport)) || hasNews
        },
        end: async () => ({ hasNews }),
      }
    },
  }
}

/** The birth date of a death says nothing of the event: with or without it, the event is the same. */
function idsOf({ store, job }: Comparing, told: readonly RecordOf[ReportKind][]) {
  const events = told.map((record) => {
    if (!('bornOn' in record)) return record
    const { bornOn: _, ...event } = record
    return event
  })
  return contentIds(store.vault, job.municipalityCode, 'report', events)
}

/** Of somebody who arrives, the birth date is compared where the row is written. */
function bornAsTold(record: RecordOf[ReportKind]): NumberAndBirth {
  const { registerNumber } = record
  if (!('effectiveOn' in record)) return { registerNumber, bornOn: record.bornOn }
  const isArrival = record.kind === 'movedIn' || record.kind === 'born'
  return { registerNumber, bornOn: isArrival ? undefined : record.resident?.bornOn }
}

async function record<Kind extends ReportKind>(
  applying: Applying,
  changes: FileChange<Kind>[],
  toReport: ToReport<Kind>,
): Promise<boolean> {
  const { tx, store, job } = applying
  const { municipalityCode, today } = job
  const told = changes.map((change) => change.record!)
  const ids = await idsOf(applying, told)
  await assertBornAsTold(applying, told.map(bornAsTold))
  const inside = { sql: insideOf(tx), vault: store.vault }
  let hasNews = false
  for (const [i, told_] of told.entries()) {
    const report = toReport(told_, { eventId: ids[i]!, municipalityCode })
    if (!report) throw movedOn()
    try {
      const done = await recordReport(inside, report, today)
      hasNews ||= done.hasNews
    } catch (error) {
      throw error instanceof DomainError ? movedOn() : error
    }
  }
  return hasNews
}

/** Whom rows of this file bring into the register, by number: what is told of them later is no fault. */
const arrivals = new WeakMap<ImportJob, Map<string, Newcomer>>()

type Newcomer = MovedIn | Born

async function compare<Kind extends ReportKind>(
  comparing: Comparing,
  rows: ToldRow<Kind>[],
  toReport: ToReport<Kind>,
): Promise<Compared[]> {
  const { store, job } = comparing
  const { municipalityCode } = job
  const told = rows.map((row) => row.record)
  const ids = await idsOf(comparing, told)
  const others = await withPurpose(
    store.sql,
    { municipalityCode, purpose: 'compareRegister' },
    (tx) => bornOtherwise(tx, store.vault, municipalityCode, told.map(bornAsTold)),
  )
  const compared: Compared[] = []
  for (let from = 0; from < rows.length; from += rehearsedAtOnce) {
    const some = ids.slice(from, from + rehearsedAtOnce)
    await withPurpose(store.sql, { municipalityCode, purpose: 'manageRegister' }, async (tx) => {
      await look(tx, [])
      const known = await tx<{ id: string }[]>`
        select id from register_event where id = any(${some}::uuid[])`
      const isKnown = new Set(known.map(({ id }) => id))
      for (const [i, eventId] of some.entries()) {
        const report = toReport(told[from + i]!, { eventId, municipalityCode })
        const { today } = job
        if (others[from + i]) compared.push(asked('birthDateDiffers'))
        else if (isKnown.has(eventId)) compared.push({ outcome: 'same' })
        else if (!report) compared.push({ outcome: 'rejected', notes: [rowNote('detailsMissing')] })
        else {
          const trial = rehearse(tx, (sql) =>
            recordReport({ sql, vault: store.vault }, report, today),
          )
          compared.push(await judged(job, report, trial))
        }
      }
    })
  }
  return compared
}

function asked(code: string): Compared {
  return { outcome: 'needsDecision', notes: [rowNote(code)] }
}

/** What cannot be as told is rejected; what contradicts what we know is somebody's to decide. */
const contradictions = [
  'birthDateDiffers',
  'previousBirthDateDiffers',
  'previousNameDiffers',
  'idUsedForAnotherBody',
]

async function judged(
  job: ImportJob,
  report: RegisterReport,
  trial: Promise<unknown>,
): Promise<Compared> {
  const arrived = arrivals.get(job) ?? new Map<string, Newcomer>()
  arrivals.set(job, arrived)
  try {
    await trial.catch((error) => {
      const isToCome = error instanceof DomainError && error.code === 'unknownResident'
      if (!isToCome || !arrived.has(report.registerNumber)) throw error
    })
    refuseOfArrived(arrived, report, job)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    if (contradictions.includes(error.code)) return asked(error.code)
    return { outcome: 'rejected', notes: [rowNote(error.code)] }
  }
  const { kind, registerNumber } = report
  if (kind === 'movedIn' || kind === 'born') arrived.set(registerNumber, report)
  return { outcome: 'new' }
}

/** The rehearsal of a row knows nothing of the rows before it: what contradicts them is found here. */
function refuseOfArrived(
  arrived: Map<string, Newcomer>,
  report: RegisterReport,
  { municipalityCode, today }: ImportJob,
): void {
  const before = arrived.get(report.registerNumber)
  if (before) refuseOfNewcomer(report, before, today)
  const previous = report.kind === 'movedIn' ? report.previous : undefined
  if (previous?.municipalityCode !== municipalityCode) return
  const former = arrived.get(previous.registerNumber ?? '')
  if (former && former.bornOn !== (report as MovedIn).bornOn) {
    throw new DomainError('previousBirthDateDiffers', 'Another row says otherwise', 'previous')
  }
}

function moveReport(record: MoveRecord, of: Untold): RegisterReport | undefined {
  const { kind, registerNumber, effectiveOn, notifiedOn, former, resident = {} } = record
  const { postcode, address } = resident
  const row = { ...of, registerNumber }
  switch (kind) {
    // Dated by its import, the same file would mean another thing another day.
    case 'moveOutNotified':
      return notifiedOn && { ...row, kind, plannedOn: effectiveOn, notifiedOn }
    case 'moveCancelled':
      return { ...row, kind, notifiedOn: notifiedOn ?? effectiveOn }
    case 'movedAbroad':
      return notifiedOn && { ...row, kind, effectiveOn, notifiedOn }
    case 'removed':
    case 'restored':
      return { ...row, kind, effectiveOn }
    case 'addressChanged':
      if (postcode === undefined || address === undefined) return undefined
      return { ...row, kind, effectiveOn, postcode, address }
    case 'movedIn':
    case 'born': {
      const person = personOf(resident)
      if (!person) return undefined
      const previous = kind === 'movedIn' ? former : undefined
      return {
        ...row,
        ...person,
        kind,
        effectiveOn,
        ...(previous && { previous }),
      } as RegisterReport
    }
  }
}

function personOf(resident: NonNullable<MoveRecord['resident']>) {
  const { family, given, kana, bornOn, postcode, address, mail, householdNumber } = resident
  if (family === undefined || given === undefined || kana === undefined) return undefined
  if (bornOn === undefined || postcode === undefined || address === undefined) return undefined
  return { name: { family, given, kana }, bornOn, postcode, address, mail, householdNumber }
}
