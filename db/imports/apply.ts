/** A change set is written, all of it or nothing; and taken back. */
import { addDays, compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ImportState } from '../../domain/import.ts'
import type { LayoutKind } from '../../domain/municipal-file.ts'
import { importCellsClass } from '../../domain/retention-register.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import { takeTown } from '../queries/register-events.ts'
import type { Store } from '../store.ts'
import { assertSequence } from './files.ts'
import { kinds } from './kinds/index.ts'
import type { KindModule } from './kinds/kind.ts'
import { canTakeTheirs } from './notes.ts'
import { stopped } from './review.ts'
import { tellPlanner } from './tell-planner.ts'
import type { Applied, ApplyOptions, ChangeRow, FileChange, ImportJob } from './types.ts'

export async function applyReviewed<Kind extends LayoutKind>(
  store: Store,
  options: ApplyOptions<Kind>,
): Promise<Applied> {
  await store.vault.reach()
  const { municipalityCode } = options
  const scope = { municipalityCode, purpose: 'manageRegister' } as const
  if (kinds[options.kind].applyEach) return applyEach(store, options)
  const applied = await withPurpose(store.sql, scope, async (tx): Promise<Applied> => {
    const { receipt } = await begin(tx, options)
    if (receipt) return receipt
    await takeTown(tx, municipalityCode)
    const done = await writeChanges(tx, store, options)
    await keepReceipt(tx, options, done.applied)
    return { ...done, wasApplied: false }
  })
  if (!applied.wasApplied) await tellPlanner(store.sql, applied.applied)
  return applied
}

/** Looks once at the file as a whole; whoever is changed by it leaves a look of their own. */
async function begin(
  tx: Tx,
  options: Omit<ApplyOptions, 'changes'>,
): Promise<{ receipt?: Applied; theirs: Set<number>; kept: number }> {
  const { municipalityCode } = options
  const file = await lockFile(tx, options)
  await look(tx, [{ municipalityCode, fields: ['registerEvents'] }])
  if (file.state === 'applied') {
    const receipt = { applied: file.applied, hasNews: false, wasApplied: true }
    return { receipt, theirs: new Set(), kept: 0 }
  }
  if (file.state !== 'reviewed' && file.state !== 'applying') throw notReviewed()
  await assertSequence(tx, { ...options, sequence: sequenceOf(file) })
  if (!options.leaveUndecided && file.undecided > 0) {
    throw new DomainError('decisionsMissing', 'Rows of the file still need a decision')
  }
  return { theirs: await rowsToTake(tx, options), kept: file.kept }
}

async function keepReceipt(
  tx: Tx,
  { municipalityCode, importId, appliedBy, today }: Omit<ApplyOptions, 'changes'>,
  applied: number,
): Promise<void> {
  await tx`
    update import_file
       set state = 'applied', rows_applied = ${applied}, applied_by = ${appliedBy},
           applied_on = ${today}, applied_at = clock_timestamp()
     where municipality_code = ${municipalityCode} and id = ${importId}`
}

/** Interrupted, it is told again from its beginning: what is in already is met and left. */
async function applyEach<Kind extends LayoutKind>(
  store: Store,
  options: ApplyOptions<Kind>,
): Promise<Applied> {
  const { municipalityCode, importId } = options
  const scope = { municipalityCode, purpose: 'manageRegister' } as const
  const { receipt, theirs, kept } = await withPurpose(store.sql, scope, async (tx) => {
    const begun = await begin(tx, options)
    await tx`
      update import_file set state = 'applying'
       where municipality_code = ${municipalityCode} and id = ${importId} and state = 'reviewed'`
    return begun
  })
  if (receipt) return receipt
  const kind = kinds[options.kind] as unknown as KindModule<Kind>
  const done = { applied: kept, hasNews: false }
  const isIn = () => {
    done.applied += 1
  }
  for await (const batch of options.changes) {
    if (options.signal?.aborted) throw stopped()
    const taken = batch.filter((change) => isTaken(change, theirs)) as FileChange<Kind>[]
    try {
      const { hasNews } = await kind.applyEach!({ store, job: options }, taken, isIn)
      done.hasNews ||= hasNews
    } finally {
      // Of a batch that stopped half way as well: what is in is never told as nothing.
      await noteApplied(store, options, done.applied)
    }
    options.onProgress?.({ rows: done.applied - kept })
  }
  await withPurpose(store.sql, scope, async (tx) => {
    await look(tx, [])
    await keepReceipt(tx, options, done.applied)
  })
  return { ...done, wasApplied: false }
}

/** Applied from its beginning once more, it counts anew: what it says never falls. */
async function noteApplied(
  { sql }: Store,
  { municipalityCode, importId }: ImportJob,
  applied: number,
): Promise<void> {
  await withPurpose(
    sql,
    { municipalityCode, purpose: 'runImport' },
    (tx) => tx`
      update import_file set rows_applied = greatest(rows_applied, ${applied})
       where municipality_code = ${municipalityCode} and id = ${importId}`,
  )
}

type LockedFile = {
  state: ImportState
  applied: number
  /** Rows that were in at the review already. */
  kept: number
  sequence: string | null
  undecided: number
}

function sequenceOf({ sequence }: LockedFile): number | null {
  return sequence === null ? null : Number(sequence)
}

/** Until the transaction ends: the button pressed twice is pressed once. */
async function lockFile(
  tx: Tx,
  { municipalityCode, importId }: Pick<ImportJob, 'municipalityCode' | 'importId'>,
): Promise<LockedFile> {
  const [file] = await tx<LockedFile[]>`
    select state, rows_applied as applied, rows_kept as kept, sequence::text,
           needs_decision - (select count(*) from import_decision d
                              where (d.municipality_code, d.import_id)
                                  = (f.municipality_code, f.id))::int as undecided
      from import_file f
     where municipality_code = ${municipalityCode} and id = ${importId} for update`
  if (!file) throw new DomainError('unknownImport', 'There is no such import', 'importId')
  return file
}

function notReviewed(): DomainError {
  return new DomainError('importNotReviewed', 'The import is not reviewed, or came to its end')
}

async function writeChanges<Kind extends LayoutKind>(
  tx: Tx,
  store: Store,
  options: ApplyOptions<Kind>,
): Promise<{ applied: number; hasNews: boolean }> {
  const theirs = await rowsToTake(tx, options)
  const kind = kinds[options.kind] as unknown as KindModule<Kind>
  const applier = await kind.apply!({ tx, store, job: options })
  let applied = 0
  for await (const batch of options.changes) {
    if (options.signal?.aborted) throw stopped()
    const taken = batch.filter((change) => isTaken(change, theirs)) as FileChange<Kind>[]
    await applier.take(taken)
    applied += taken.length
    options.onProgress?.({ rows: applied })
  }
  return { applied, ...(await applier.end()) }
}

function isTaken(change: ChangeRow, theirs: Set<number>): boolean {
  if (change.outcome === 'new' || change.outcome === 'changed') return true
  if (change.outcome !== 'needsDecision' || !change.record) return false
  return theirs.has(change.rowNumber) && canTakeTheirs(change.notes.map(({ code }) => code))
}

async function rowsToTake(tx: Tx, { municipalityCode, importId }: ImportJob): Promise<Set<number>> {
  const rows = await tx<{ rowNumber: number }[]>`
    select row_number as "rowNumber" from import_decision
     where municipality_code = ${municipalityCode} and import_id = ${importId}
       and decision = 'takeTheirs'`
  return new Set(rows.map(({ rowNumber }) => rowNumber))
}

export async function undoImport(
  store: Store,
  job: ImportJob & { undoneBy: string },
): Promise<{ undone: number }> {
  await store.vault.reach()
  const { municipalityCode, importId } = job
  return withPurpose(store.sql, { municipalityCode, purpose: 'undoImport' }, async (tx) => {
    const undo = kinds[job.kind].undo
    const [file] = await tx<{ state: ImportState; receivedOn: PlainDate }[]>`
      select state, received_on as "receivedOn" from import_file
       where municipality_code = ${municipalityCode} and id = ${importId} for update`
    await look(tx, [])
    if (file?.state === 'undone') return { undone: 0 }
    if (file?.state !== 'applied') throw notReviewed()
    if (!undo) {
      throw new DomainError('importCannotBeUndone', 'What was told as events stays told')
    }
    if (compareDates(job.today, addDays(file.receivedOn, importCellsClass.days)) >= 0) {
      throw new DomainError('importTooOldToUndo', 'What it replaced is not kept any more')
    }
    await takeTown(tx, municipalityCode)
    const undone = await undo({ tx, store, job })
    await tx`
      delete from import_before
       where municipality_code = ${municipalityCode} and import_id = ${importId}`
    await tx`
      update import_file
         set state = 'undone', undone_by = ${job.undoneBy}, undone_at = clock_timestamp()
       where municipality_code = ${municipalityCode} and id = ${importId}`
    return { undone }
  })
}
