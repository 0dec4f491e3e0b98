/** 住民基本台帳: who lives here. The same row again costs one keyed digest; whoever is new goes by COPY. */
import { compareDates } from '../../../domain/calendar.ts'
import type { CellNote, ResidentRecord } from '../../../domain/municipal-file.ts'
import { isGroupCode } from '../../../domain/wave.ts'
import { type Tx, withPurpose } from '../../client.ts'
import {
  differences,
  knownRows,
  registeredAfter,
  rowDigests,
  type ToldInFile,
} from '../../people/compare-file.ts'
import { erasedNumbers } from '../../people/erased.ts'
import { rowValue } from '../../people/row-digest.ts'
import { undoResidents } from '../undo-residents.ts'
import { type Compared, type Comparing, type KindModule, rowNote, type ToldRow } from './kind.ts'
import { residentApplier } from './resident-applier.ts'

const pageSize = 20_000

export const residentRegister: KindModule<'residentRegister'> = {
  keyOf: ({ registerNumber }) => registerNumber,
  compare,
  missing,
  apply: residentApplier,
  undo: undoResidents,
}

type Row = ToldRow<'residentRegister'>

async function compare(context: Comparing, rows: Row[]): Promise<Compared[]> {
  const { store, job } = context
  const { municipalityCode } = job
  const scope = { municipalityCode, purpose: 'compareRegister' } as const
  const numbers = rows.map(({ record }) => record.registerNumber)
  const known = await withPurpose(store.sql, scope, (tx) =>
    knownRows(tx, municipalityCode, numbers),
  )
  const knownTold = rows.filter(({ record }) => known.has(record.registerNumber))
  const digests = await rowDigests(
    store.vault,
    municipalityCode,
    knownTold.map(({ record }) => rowValue(record)),
  )
  const compared = new Map<Row, Compared>()
  const others: Row[] = []
  knownTold.forEach((row, i) => {
    const ours = known.get(row.record.registerNumber)!
    if (ours.digest !== digests[i]) others.push(row)
    else compared.set(row, sameAs(ours))
  })
  const fresh = rows.filter(({ record }) => !known.has(record.registerNumber))
  if (others.length + fresh.length > 0) {
    await withPurpose(store.sql, scope, async (tx) => {
      await compareFresh(tx, context, fresh, compared)
      await compareOthers(tx, context, others, compared)
    })
  }
  return rows.map((row) => {
    const { residentId, status } = known.get(row.record.registerNumber) ?? {}
    const found = compared.get(row)!
    const isGone = status !== undefined && status !== 'registered' && found.outcome === 'changed'
    if (!isGone) return found
    return {
      ...{ outcome: 'needsDecision' as const, notes: [rowNote('listedButGone')] },
      ...(residentId && { residentId }),
      ...('base' in found && found.base !== undefined && { base: found.base }),
    }
  })
}

function sameAs({ residentId, status }: { residentId: string; status: string }): Compared {
  const notes = status === 'registered' ? [] : [rowNote('listedButGone')]
  return { outcome: 'same', notes, residentId }
}

/** Whom the register does not know. */
async function compareFresh(
  tx: Tx,
  { store, job }: Comparing,
  rows: Row[],
  compared: Map<Row, Compared>,
): Promise<void> {
  const { municipalityCode } = job
  const numbers = rows.map(({ record }) => record.registerNumber)
  const erased = await erasedNumbers(tx, municipalityCode, numbers)
  const withNumbers = rows.filter(({ record }) => record.myNumber !== undefined)
  const taken = new Set(
    (
      await differences(
        tx,
        store.vault,
        municipalityCode,
        withNumbers.map(({ record }) => toldOf(record)),
      )
    ).flatMap(({ myNumberTaken }, i) => (myNumberTaken ? [withNumbers[i]!] : [])),
  )
  for (const row of rows) {
    const fault = erased.has(row.record.registerNumber)
      ? rowNote('residentErased')
      : faultOf(row.record, job.today)
    if (fault) compared.set(row, { outcome: 'rejected', notes: [fault] })
    else if (taken.has(row)) {
      compared.set(row, { outcome: 'needsDecision', notes: [rowNote('myNumberTaken')] })
    } else compared.set(row, { outcome: 'new' })
  }
}

/** Whom the register knows, and whose row is not simply the one that was told last. */
async function compareOthers(
  tx: Tx,
  { store, job }: Comparing,
  rows: Row[],
  compared: Map<Row, Compared>,
): Promise<void> {
  const told = rows.map(({ record }) => toldOf(record))
  const found = await differences(tx, store.vault, job.municipalityCode, told)
  rows.forEach((row, i) => {
    const { residentId, base, ...differs } = found[i]!
    const fault = differs.isErased ? rowNote('residentErased') : faultOf(row.record, job.today)
    const doubt = doubtOf(differs)
    // Groups are not compared: they are told again where the row tells them.
    const tellsGroups =
      row.record.facilityCode !== undefined || row.record.priorityGroup !== undefined
    if (fault) compared.set(row, { outcome: 'rejected', residentId, notes: [fault] })
    else if (doubt) {
      compared.set(row, { outcome: 'needsDecision', residentId, base, notes: [rowNote(doubt)] })
    } else if (differs.isSame && !tellsGroups) compared.set(row, { outcome: 'same', residentId })
    else compared.set(row, { outcome: 'changed', residentId, base })
  })
}

function doubtOf(differs: { birthDateDiffers: boolean; myNumberTaken: boolean }) {
  if (differs.birthDateDiffers) return 'birthDateDiffers'
  return differs.myNumberTaken ? 'myNumberTaken' : undefined
}

function faultOf(record: ResidentRecord, today: string): CellNote | undefined {
  const { bornOn, residentSince, facilityCode, priorityGroup } = record
  const days = [bornOn, residentSince]
  if (days.some((day) => day > today)) return rowNote('dateInFuture')
  if (compareDates(residentSince, bornOn) < 0) return rowNote('dateBeforeBirth')
  const codes = [facilityCode, priorityGroup].filter((code) => code !== undefined && code !== '')
  return codes.every((code) => isGroupCode(code!)) ? undefined : rowNote('malformedGroupCode')
}

export function toldOf(record: ResidentRecord): ToldInFile {
  const { registerNumber, family, given, kana, bornOn, mail, householdNumber, myNumber } = record
  const residence = {
    ...{ fromOn: record.residentSince, postcode: record.postcode, address: record.address },
  }
  const name = { family, given, kana }
  return { registerNumber, name, bornOn, mail, residence, householdNumber, myNumber }
}

/** Registered here, and not in the file: read in pages, in the order of their numbers. */
async function* missing(
  { store, job }: Comparing,
  isNamed: (key: string) => boolean,
): AsyncIterable<string[]> {
  const { municipalityCode } = job
  const scope = { municipalityCode, purpose: 'compareRegister' } as const
  let after = ''
  for (;;) {
    const from = after
    const page = await withPurpose(store.sql, scope, (tx) =>
      registeredAfter(tx, municipalityCode, from, pageSize),
    )
    const ids = page.flatMap((row) => (isNamed(row.registerNumber) ? [] : [row.residentId]))
    if (ids.length > 0) yield ids
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    after = last.registerNumber
  }
}
