/**
 * The steps of an import. Each reads from the import's row what is to be done, does it, and writes there
 * what came of it, in that order: whoever dies in between leaves a row that asks for the same again.
 */
import { withPurpose } from '../db/client.ts'
import { applyReviewed, reviewFile, undoImport } from '../db/imports/engine.ts'
import { compareAnewIfOvertaken, compareWaitingAnew } from '../db/queries/imports/compare-anew.ts'
import {
  becomeState,
  type ImportRef,
  type ImportRunRow,
  lockRun,
  profilesOf,
  readRun,
  runScope,
  stepOf,
  townOfImport,
} from '../db/queries/imports/run.ts'
import type { ImportAsk } from '../domain/activity-contract.ts'
import type { NextStep } from '../domain/import-run.ts'
import { type FileProfile, type LayoutKind, layoutKinds } from '../domain/municipal-file.ts'
import {
  canonicalProfile,
  type FileGuess,
  guessFile,
  isStandard,
  readRows,
} from '../files/read-file.ts'
import { ProgrammingError } from './failures.ts'
import type { ImportDeps } from './import-deps.ts'
import {
  changeSetSink,
  readChanges,
  spooledChanges,
  spooledFile,
  spooledGuess,
  spooledOutcomes,
} from './import-files.ts'
import { countedSource, paceOf } from './import-progress.ts'

const beforeApply = ['received', 'reading', 'reviewed'] as const

export async function refOf({ sql }: ImportDeps, { importId }: ImportAsk): Promise<ImportRef> {
  const municipalityCode = await townOfImport(sql, importId)
  if (!municipalityCode) throw new ProgrammingError('there is no such import')
  return { municipalityCode, importId }
}

export async function runOf({ sql }: ImportDeps, ref: ImportRef): Promise<ImportRunRow> {
  return withPurpose(sql, runScope(ref.municipalityCode), (tx) => readRun(tx, ref))
}

export async function nextImportStep(deps: ImportDeps, ask: ImportAsk): Promise<NextStep> {
  return stepOf(await runOf(deps, await refOf(deps, ask)))
}

/** How the file is laid out; what the pages show of it lies in the spool for them. */
export async function guessImport(
  deps: ImportDeps,
  ref: ImportRef,
  signal: AbortSignal,
): Promise<void> {
  const { sql, spool } = deps
  const { municipalityCode, importId } = ref
  const [run, known] = await withPurpose(
    sql,
    runScope(municipalityCode),
    async (tx) => [await readRun(tx, ref), await profilesOf(tx, municipalityCode)] as const,
  )
  const candidates = [...known, ...canonicalProfiles(run.layoutAsked)]
  const source = await spool.source(importId, spooledFile)
  const asked = run.layoutAsked ?? undefined
  const guess = await guessFile(source, candidates, { signal, asked })
  await spool.put(importId, spooledGuess, [Buffer.from(JSON.stringify(guess))], {
    recipient: 'results',
  })
  const { profile, missingFields } = guess
  const isKnown = guess.isKnown || (isStandard(profile) && !guess.isContested)
  const isOther = run.layoutAsked !== null && run.layoutAsked !== profile.kind
  const isEnough = missingFields.length === 0 && !isOther
  const layoutState = !isEnough ? 'needed' : isKnown ? 'known' : 'guessed'
  await withPurpose(sql, runScope(municipalityCode), async (tx) => {
    await lockRun(tx, ref)
    await tx`
      update import_file set layout = ${profile.kind}, encoding = ${profile.encoding}
       where (municipality_code, id) = (${municipalityCode}, ${importId}) and state = 'received'`
    await tx`
      update import_run set layout_state = ${layoutState}
       where (municipality_code, import_id) = (${municipalityCode}, ${importId})
         and layout_state = 'unknown'`
  })
}

/** The one that was asked for; else all, those with the most columns first: they fit the fewest files. */
function canonicalProfiles(asked: LayoutKind | null): FileProfile[] {
  const kinds = asked ? [asked] : layoutKinds
  return kinds.map(canonicalProfile).sort((a, b) => b.columns.length - a.columns.length)
}

/** The clerk's word, else what was guessed; with the file's own header. */
export async function layoutRead(
  { spool }: ImportDeps,
  run: ImportRunRow,
): Promise<{ profile: FileProfile; header: string[] }> {
  const source = await spool.source(run.importId, spooledGuess, 'results')
  const pieces: Uint8Array[] = []
  for await (const piece of source.open()) pieces.push(piece)
  const { profile, header } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as FileGuess
  return { profile: run.profile ?? profile, header }
}

export async function reviewImport(
  deps: ImportDeps,
  ref: ImportRef,
  signal: AbortSignal,
): Promise<void> {
  const { sql, clock, spool } = deps
  const { municipalityCode, importId } = ref
  const run = await runOf(deps, ref)
  const { profile } = await layoutRead(deps, run)
  const source = await spool.source(importId, spooledFile)
  const { bytes: total } = source
  const options = { phase: 'review', total, givesWayTo: ['discard'], signal } as const
  const pace = paceOf(sql, ref, options)
  const begunAt = await withPurpose(sql, runScope(municipalityCode), async (tx) => {
    await becomeState(tx, ref, 'reading', beforeApply)
    // Now and not at the end: whoever sees the counts may press before the last of this is noted.
    await tx`
      update import_run set wish = null
       where (municipality_code, import_id) = (${municipalityCode}, ${importId}) and wish = 'apply'`
    const [now] = await tx<{ at: Date }[]>`select clock_timestamp() as at`
    return now!.at
  })
  await pace.breathe()
  const today = clock.today()
  const job = { importId, municipalityCode, kind: profile.kind, mode: run.mode, today }
  // Of an earlier review; should this one be cut off at its very end, nothing older is taken for its own.
  for (const name of [spooledChanges, spooledOutcomes]) await spool.removeFile(importId, name)
  const sink = changeSetSink(spool, importId, signal)
  try {
    const read = readRows(countedSource(source, pace), profile, { municipalityCode, today, signal })
    const rows = breathing(read, pace)
    await reviewFile(deps, { ...job, rows, changes: sink, signal })
    await sink.close()
    await noteReviewed(deps, ref, profile, begunAt)
  } catch (error) {
    await sink.abort()
    throw error
  }
}

export async function* breathing<Row>(
  batches: AsyncIterable<Row[]>,
  pace: ReturnType<typeof paceOf>,
): AsyncGenerator<Row[]> {
  for await (const rows of batches) {
    yield rows
    pace.count({ rows: rows.length })
    await pace.breathe()
  }
}

/** What the engine kept with the counts is whole only now that the change set lies beside it. */
async function noteReviewed(
  { sql }: ImportDeps,
  ref: ImportRef,
  profile: FileProfile,
  begunAt: Date,
): Promise<void> {
  await withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    await lockRun(tx, ref)
    await tx`
      update import_file set layout = ${profile.kind}, encoding = ${profile.encoding}
       where (municipality_code, id) = (${ref.municipalityCode}, ${ref.importId})`
    await tx`
      update import_run set results_for = null, results_lost = false, phase = null
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
    await compareAnewIfOvertaken(tx, ref, begunAt)
  })
}

export async function applyImport(
  deps: ImportDeps,
  ref: ImportRef,
  signal: AbortSignal,
): Promise<void> {
  const { sql, clock, spool } = deps
  const { municipalityCode, importId } = ref
  await withPurpose(sql, runScope(municipalityCode), (tx) =>
    becomeState(tx, ref, 'applying', ['reviewed']),
  )
  const run = await runOf(deps, ref)
  const kind = layoutOf(run)
  const { counts } = run
  const total = counts.new + counts.changed + counts.needsDecision
  const pace = paceOf(sql, ref, { phase: 'apply', total, givesWayTo: [], signal })
  const telling = pace.tellByItself()
  let told = 0
  try {
    await applyReviewed(deps, {
      ...{ importId, municipalityCode, kind, mode: run.mode, today: clock.today(), signal },
      changes: readChanges<typeof kind>(spool, importId),
      appliedBy: run.appliedBy ?? 'process/importer',
      // Whoever pressed was told of every row that is asked about; what is not, stays as it is here.
      leaveUndecided: true,
      onProgress: ({ rows }) => {
        pace.count({ done: rows - told, rows: rows - told })
        told = rows
      },
    })
  } finally {
    await telling.stop()
  }
  await compareWaitingAnew(sql, ref, kind)
}

export async function undoApplied(deps: ImportDeps, ref: ImportRef): Promise<void> {
  const run = await runOf(deps, ref)
  const { municipalityCode, importId } = ref
  await undoImport(deps, {
    ...{ importId, municipalityCode, kind: layoutOf(run), mode: run.mode },
    today: deps.clock.today(),
    undoneBy: run.undoneBy ?? 'process/importer',
  })
}

/** The file goes; that it was here stays. */
export async function clearImport(deps: ImportDeps, ref: ImportRef): Promise<void> {
  await withPurpose(deps.sql, runScope(ref.municipalityCode), async (tx) => {
    await becomeState(tx, ref, 'discarded', beforeApply)
    await tx`
      delete from import_note
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
  })
  await deps.spool.remove(ref.importId)
}

function layoutOf(run: ImportRunRow): LayoutKind {
  if (!run.layout) throw new ProgrammingError('an import without a layout')
  return run.layout
}
