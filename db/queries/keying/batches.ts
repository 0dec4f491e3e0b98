/** Batches of paper slips, kept between two presses of a clerk; nobody is looked up before the last one. */
import { randomUUID } from 'node:crypto'
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { isSameSlip, type KeyedSlip, slipsMax } from '../../../domain/keying.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import {
  type BatchKeys,
  newBatchKey,
  openControl,
  openSlip,
  sealControl,
  sealSlip,
  unlockBatch,
} from '../../people/keyed-slips.ts'
import { insertKeys } from '../../people/keys.ts'
import type { Store } from '../../store.ts'

export type BatchHeader = {
  venueCode: string
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  slipsExpected: number
}

export type BatchRow = BatchHeader & {
  id: string
  venueName: string
  keyedBy: string
  begunAt: Date
  /** Since its totals agreed: no slip comes or goes any more. */
  recordingAt: Date | null
  finishedAt: Date | null
  slips: number
}

/** The batch of one town; whoever is of that town may go on with it. */
export type BatchRef = { municipalityCode: string; id: string }

export type DraftSlip = {
  slipNo: number
  scanId: string
  /** Until it is recorded. */
  slip?: KeyedSlip
  verdict: string | null
  findings: string[]
}

export type Batch = BatchRow & { sumExpected?: number; drafts: DraftSlip[] }

function scopeOf({ municipalityCode }: { municipalityCode: string }) {
  return { municipalityCode, purpose: 'keyPaper' } as const
}

/** Throws DomainError `unknownVenue`, `unknownProduct`, `givenOnInFuture`; then nothing was written. */
export async function beginBatch(
  { sql, vault }: Store,
  begun: BatchHeader & { municipalityCode: string; sumExpected?: number; by: string },
  today: PlainDate,
): Promise<string> {
  if (compareDates(begun.givenOn, today) > 0) {
    throw new DomainError('givenOnInFuture', 'given after today', 'givenOn')
  }
  const { municipalityCode, sumExpected } = begun
  const id = randomUUID()
  const { key, ...keys } = await newBatchKey(vault, municipalityCode, id)
  const control = sumExpected === undefined ? null : sealControl(keys, sumExpected)
  await withPurpose(sql, scopeOf(begun), async (tx) => {
    const [known] = await tx<{ venue: boolean; product: boolean }[]>`
      select exists (select from venue where code = ${begun.venueCode}) as venue,
             exists (select from product where code = ${begun.productCode}) as product`
    if (!known!.venue) throw new DomainError('unknownVenue', 'no such venue', 'venueCode')
    if (!known!.product) throw new DomainError('unknownProduct', 'no such product', 'productCode')
    await insertKeys(tx, [key])
    await tx`
      insert into keying_batch (municipality_code, id, venue_code, given_on, product_code, lot_number,
                                slips_expected, control, keyed_by, begun_on)
      values (${municipalityCode}, ${id}, ${begun.venueCode}, ${begun.givenOn}, ${begun.productCode},
              ${begun.lotNumber}, ${begun.slipsExpected}, ${control}, ${begun.by}, ${today})`
  })
  return id
}

const listedAtMost = 30

/** Open ones first, then the newest. */
export function listBatches(sql: Sql, municipalityCode: string): Promise<BatchRow[]> {
  return withPurpose(sql, scopeOf({ municipalityCode }), async (tx) => [
    ...(await tx<BatchRow[]>`
      ${batchColumns(tx)}
       where b.municipality_code = ${municipalityCode}
       order by b.finished_at is not null, b.begun_at desc limit ${listedAtMost}`),
  ])
}

function batchColumns(tx: Tx) {
  return tx`
    select b.id, b.venue_code as "venueCode", v.name as "venueName", b.given_on as "givenOn",
           b.product_code as "productCode", b.lot_number as "lotNumber",
           b.slips_expected as "slipsExpected", b.keyed_by as "keyedBy", b.begun_at as "begunAt",
           b.recording_at as "recordingAt", b.finished_at as "finishedAt", b.control,
           (select count(*)::int from keying_slip s
             where (s.municipality_code, s.batch_id) = (b.municipality_code, b.id)) as slips
      from keying_batch b join venue v on v.code = b.venue_code`
}

/** Undefined for another town's, and for none. Its slips are opened: one look. */
export function readBatch(store: Store, ref: BatchRef): Promise<Batch | undefined> {
  return withPurpose(
    store.sql,
    scopeOf(ref),
    async (tx) => (await openBatch(tx, store, ref))?.batch,
  )
}

type Open = { batch: Batch; keys: BatchKeys | undefined }

async function openBatch(
  tx: Tx,
  { vault }: Store,
  ref: BatchRef,
  lock = false,
): Promise<Open | undefined> {
  const { municipalityCode, id } = ref
  const [row] = await tx<(BatchRow & { control: Uint8Array | null })[]>`
    ${batchColumns(tx)}
     where b.municipality_code = ${municipalityCode} and b.id = ${id}
     ${lock ? tx`for no key update of b` : tx``}`
  if (!row) return undefined
  const keys = row.finishedAt ? undefined : await unlockBatch(tx, vault, municipalityCode, id)
  const slips = await tx<(DraftSlip & { sealed: Uint8Array | null })[]>`
    select slip_no as "slipNo", scan_id as "scanId", slip as sealed, verdict, findings
      from keying_slip where municipality_code = ${municipalityCode} and batch_id = ${id}
     order by slip_no`
  const drafts = slips.map(({ sealed, ...slip }) => ({
    ...slip,
    ...(sealed && keys ? { slip: openSlip(keys, slip.scanId, sealed) } : {}),
  }))
  const { control, ...batch } = row
  const sum = control && keys ? { sumExpected: openControl(keys, control) } : {}
  return { batch: { ...batch, slips: drafts.length, drafts, ...sum }, keys }
}

/**
 * Throws DomainError `keyedBefore` (the same slip lies in the pile), `batchFull`, `alreadySettled`,
 * `batchRecording`, `unknownMunicipality`. Undefined when there is no such batch.
 */
export function addSlip(
  store: Store,
  ref: BatchRef,
  slip: KeyedSlip,
): Promise<{ slipNo: number } | undefined> {
  return withPurpose(store.sql, scopeOf(ref), async (tx) => {
    const open = await openDraft(tx, store, ref)
    if (!open) return undefined
    const { drafts } = open.batch
    const [issuer] = await tx`select from municipality where code = ${slip.municipalityCode}`
    if (!issuer) throw new DomainError('unknownMunicipality', 'no such issuer', 'number')
    if (drafts.some((draft) => draft.slip && isSameSlip(draft.slip, slip))) {
      throw new DomainError('keyedBefore', 'This slip is in the pile already', 'number')
    }
    if (drafts.length >= slipsMax) throw new DomainError('batchFull', 'too many slips', 'number')
    const slipNo = (drafts.at(-1)?.slipNo ?? 0) + 1
    const scanId = randomUUID()
    await tx`
      insert into keying_slip (municipality_code, batch_id, slip_no, scan_id, slip)
      values (${ref.municipalityCode}, ${ref.id}, ${slipNo}, ${scanId},
              ${sealSlip(open.keys, scanId, slip)})`
    return { slipNo }
  })
}

/** Takes a slip out; those after it move up, as they do in the pile. False when there is none. */
export function dropSlip(store: Store, ref: BatchRef, slipNo: number): Promise<boolean> {
  return withPurpose(store.sql, scopeOf(ref), async (tx) => {
    const open = await openDraft(tx, store, ref)
    if (!open) return false
    const done = await tx`
      delete from keying_slip
       where municipality_code = ${ref.municipalityCode} and batch_id = ${ref.id}
         and slip_no = ${slipNo} and verdict is null`
    for (const { slipNo: after } of open.batch.drafts) {
      if (done.count === 0 || after <= slipNo) continue
      await tx`
        update keying_slip set slip_no = ${after - 1}
         where municipality_code = ${ref.municipalityCode} and batch_id = ${ref.id}
           and slip_no = ${after}`
    }
    return done.count > 0
  })
}

/** A batch that still takes slips, locked. Throws `alreadySettled`, `batchRecording`. */
async function openDraft(tx: Tx, store: Store, ref: BatchRef) {
  const open = await openBatch(tx, store, ref, true)
  if (!open) return undefined
  const { batch, keys } = open
  if (batch.finishedAt || !keys) throw new DomainError('alreadySettled', 'The batch is recorded')
  if (hasBegun(batch)) throw beingRecorded()
  return { batch, keys }
}

function hasBegun({ recordingAt, drafts }: Batch): boolean {
  return recordingAt !== null || drafts.some(({ verdict }) => verdict !== null)
}

const beingRecorded = () => new DomainError('batchRecording', 'The batch is being recorded')

/**
 * From here on the pile is what is recorded, and nothing of it is dropped or discarded any more. What
 * `assertMay` throws leaves it as it was; one that was begun before is taken up without asking. Undefined
 * when there is no such batch.
 */
export function beginRecording(
  store: Store,
  ref: BatchRef,
  assertMay: (batch: Batch, isTakenUp: boolean) => Promise<void>,
): Promise<Batch | undefined> {
  return withPurpose(store.sql, scopeOf(ref), async (tx) => {
    const open = await openBatch(tx, store, ref, true)
    if (!open || open.batch.finishedAt) return open?.batch
    await assertMay(open.batch, hasBegun(open.batch))
    await tx`
      update keying_batch set recording_at = coalesce(recording_at, now())
       where municipality_code = ${ref.municipalityCode} and id = ${ref.id}`
    return open.batch
  })
}

/**
 * The pile is put away unrecorded: what was keyed is emptied. False when there is no such open batch.
 * Throws `batchRecording`.
 */
export function discardBatch({ sql }: Pick<Store, 'sql'>, ref: BatchRef): Promise<boolean> {
  return withPurpose(sql, scopeOf(ref), async (tx) => {
    const done = await tx`
      update keying_batch set finished_at = now(), control = null
       where municipality_code = ${ref.municipalityCode} and id = ${ref.id} and finished_at is null
         and recording_at is null`
    if (done.count === 0) {
      const open = await tx`
        select from keying_batch
         where municipality_code = ${ref.municipalityCode} and id = ${ref.id} and finished_at is null`
      if (open.count > 0) throw beingRecorded()
      return false
    }
    await tx`
      update keying_slip set slip = null, verdict = 'discarded'
       where municipality_code = ${ref.municipalityCode} and batch_id = ${ref.id} and verdict is null`
    return true
  })
}

export async function noteVerdict(
  sql: Sql,
  ref: BatchRef,
  { scanId, verdict, findings }: { scanId: string; verdict: string; findings: string[] },
): Promise<void> {
  await withPurpose(
    sql,
    scopeOf(ref),
    (tx) => tx`
      update keying_slip set slip = null, verdict = ${verdict}, findings = ${findings}
       where municipality_code = ${ref.municipalityCode} and batch_id = ${ref.id}
         and scan_id = ${scanId} and verdict is null`,
  )
}

/** Not while a slip has no verdict: it would be neither recorded nor shown any more. */
export async function noteFinished(sql: Sql, ref: BatchRef): Promise<void> {
  await withPurpose(
    sql,
    scopeOf(ref),
    (tx) => tx`
      update keying_batch set finished_at = now(), control = null
       where municipality_code = ${ref.municipalityCode} and id = ${ref.id} and finished_at is null
         and not exists (select from keying_slip s
                          where s.municipality_code = ${ref.municipalityCode}
                            and s.batch_id = ${ref.id} and s.verdict is null)`,
  )
}
