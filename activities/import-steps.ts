/**
 * The steps as the workflow asks for them, with what becomes of a fault: a file that cannot be is refused
 * in words of its own; what the register says now goes before what it said at the review; and anything
 * else is tried again, so often, with nothing applied meanwhile.
 */
import { Context } from '@temporalio/activity'
import { z } from 'zod'
import { withPurpose } from '../db/client.ts'
import { connectionIsLost } from '../db/lost-connection.ts'
import {
  becomeState,
  type ImportRef,
  type ImportRunRow,
  runScope,
  tellTrouble,
} from '../db/queries/imports/run.ts'
import type { ImportActivities, ImportStepDone } from '../domain/activity-contract.ts'
import { DomainError } from '../domain/errors.ts'
import type { ImportState } from '../domain/import.ts'
import { FileRefusal } from '../files/read-file.ts'
import { activityOf, ProgrammingError } from './failures.ts'
import type { ImportDeps } from './import-deps.ts'
import {
  applyImport,
  clearImport,
  guessImport,
  nextImportStep,
  refOf,
  reviewImport,
  runOf,
  undoApplied,
} from './import-file.ts'
import { spooledFile } from './import-files.ts'
import { StepGivesWay } from './import-progress.ts'
import { giveUpResults, resultsOfImport } from './import-results.ts'

const importAsk = z.object({ importId: z.guid() })

/** About a quarter of an hour, as the workflow spaces them: then a person has to know. */
const triesAtMost = 30

/** What no further try makes right: the bytes are not there, or not what was put there. */
const lost = new Set(['spooledFileMissing', 'sealedFileBroken', 'sealedFileCut', 'notSealedForUs'])
/** What ends an import before anything was applied, beside what the reader refuses. */
const refusals = new Set(['sequenceTooLow', 'sealedFileBroken', 'sealedFileCut', 'notSealedForUs'])
/** The wish cannot be met now; the import stands where it stood, and the page says why. */
const unmet = new Set([
  'decisionsMissing',
  'importHasFollowers',
  'importCannotBeUndone',
  'importTooOldToUndo',
])

const unapplied: readonly ImportState[] = ['received', 'reading', 'reviewed', 'applying']

export function createImportActivities(deps: ImportDeps): ImportActivities {
  type Work = (ref: ImportRef, signal: AbortSignal) => Promise<void>
  const step = (name: keyof ImportActivities, work: Work) =>
    activityOf(deps, name, importAsk, (ask) => performStep(deps, ask, name, work))
  return {
    nextImportStep: activityOf(deps, 'nextImportStep', importAsk, (ask) =>
      nextImportStep(deps, ask),
    ),
    guessImport: step('guessImport', (ref, signal) => guessImport(deps, ref, signal)),
    reviewImport: step('reviewImport', (ref, signal) => reviewImport(deps, ref, signal)),
    resultsOfImport: step('resultsOfImport', (ref, signal) => resultsOfImport(deps, ref, signal)),
    applyImport: step('applyImport', (ref, signal) => applyImport(deps, ref, signal)),
    undoImport: step('undoImport', (ref) => undoApplied(deps, ref)),
    clearImport: step('clearImport', (ref) => clearImport(deps, ref)),
  }
}

async function performStep(
  deps: ImportDeps,
  ask: z.output<typeof importAsk>,
  name: keyof ImportActivities,
  work: (ref: ImportRef, signal: AbortSignal) => Promise<void>,
): Promise<ImportStepDone> {
  const ref = await refOf(deps, ask)
  const { cancellationSignal, info } = Context.current()
  try {
    await work(ref, cancellationSignal)
    return { over: true }
  } catch (error) {
    if (error instanceof StepGivesWay) return { over: false }
    if (cancellationSignal.aborted || connectionIsLost(error)) throw error
    if (await settleFault(deps, ref, { name, error, attempt: info.attempt })) return { over: true }
    throw error
  }
}

type Fault = { name: keyof ImportActivities; error: unknown; attempt: number }

/** Whether the import's row says now what came of it; otherwise the step is tried again. */
async function settleFault(deps: ImportDeps, ref: ImportRef, fault: Fault): Promise<boolean> {
  const { name, error, attempt } = fault
  const run = await runOf(deps, ref)
  const code = codeOf(error)
  const isLast = error instanceof ProgrammingError || attempt >= triesAtMost
  // Cut off between the counts and the change set: the file is still there, and is compared again.
  const isCut = code === 'spooledFileMissing' && run.state !== 'applied'
  if (isCut && (await hasFile(deps, ref))) return await reviewAnew(deps, ref, null)
  if (name === 'resultsOfImport') return await settleResults(deps, ref, { ...fault, run, isLast })
  if (error instanceof FileRefusal || refusals.has(code)) return end(deps, run, 'refused', code)
  if (code === 'registerMovedOn') return await reviewAnew(deps, ref, code)
  if (unmet.has(code)) return await giveUpWish(deps, ref, code)
  deps.log.warn({ importId: ref.importId, code, attempt, error }, 'a step of an import failed')
  // What was applied stands, whatever becomes of its undoing.
  if (isLast && run.state === 'applied') return await giveUpWish(deps, ref, 'undoFailed')
  if (isLast) return await end(deps, run, 'failed', code === 'internal' ? 'importFailed' : code)
  await tellTrouble(deps.sql, ref, { code, tries: attempt })
  return false
}

/** The file of results holds up nothing: what a clerk wishes goes first, and what is lost is lost. */
async function settleResults(
  deps: ImportDeps,
  ref: ImportRef,
  { run, error, attempt, isLast }: Fault & { run: ImportRunRow; isLast: boolean },
): Promise<boolean> {
  const code = codeOf(error)
  deps.log.warn({ importId: ref.importId, code, attempt, error }, 'results were not written')
  const isWished = run.wish !== null && !(run.state === 'applied' && run.wish === 'apply')
  if (isWished) return true
  if (isLast || error instanceof FileRefusal || lost.has(code)) {
    await giveUpResults(deps, ref)
    return true
  }
  await tellTrouble(deps.sql, ref, { code, tries: attempt })
  return false
}

function hasFile({ spool }: ImportDeps, ref: ImportRef): Promise<boolean> {
  return spool.has(ref.importId, spooledFile)
}

function codeOf(error: unknown): string {
  if (error instanceof FileRefusal || error instanceof DomainError) return error.code
  return 'internal'
}

/** Nothing more of it is applied, and nothing of it is kept; rows of doses that are in stay in. */
async function end(
  { sql, spool }: ImportDeps,
  run: ImportRunRow,
  state: 'refused' | 'failed',
  code: string,
): Promise<boolean> {
  const because = run.applied > 0 ? 'importStoppedHalfway' : code
  const isSo = await withPurpose(sql, runScope(run.municipalityCode), (tx) =>
    becomeState(tx, run, state, unapplied, because),
  )
  if (isSo) await spool.remove(run.importId)
  return isSo
}

/** Others changed the register since the review: it is compared anew, and the clerk looks again. */
async function reviewAnew(
  { sql }: ImportDeps,
  ref: ImportRef,
  why: 'registerMovedOn' | null,
): Promise<boolean> {
  await withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    await becomeState(tx, ref, 'reading', ['reviewed', 'applying'])
    await tx`
      update import_run set wish = null, trouble = ${why}
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
  })
  return true
}

async function giveUpWish({ sql }: ImportDeps, ref: ImportRef, code: string): Promise<boolean> {
  await withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    await becomeState(tx, ref, 'reviewed', ['applying'])
    await tx`
      update import_run set wish = null, trouble = ${code}
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
  })
  return true
}
