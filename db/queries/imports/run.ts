/** The run of an import as the importer sees it: where it stands, how far it is, what came of it. */
import type { PlainDate } from '../../../domain/course.ts'
import type { ImportCounts, ImportMode, ImportState } from '../../../domain/import.ts'
import { type ImportWish, type NextStep, nextStep } from '../../../domain/import-run.ts'
import type { FileProfile, LayoutKind } from '../../../domain/municipal-file.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'

export type ImportRef = { municipalityCode: string; importId: string }

export type LayoutState = 'unknown' | 'known' | 'guessed' | 'needed'
export type ImportPhase = 'guess' | 'review' | 'apply' | 'undo' | 'results'

export type ImportRunRow = ImportRef & {
  state: ImportState
  mode: ImportMode
  layout: LayoutKind | null
  layoutAsked: LayoutKind | null
  layoutState: LayoutState
  profile: FileProfile | null
  wish: ImportWish | null
  isPaused: boolean
  resultsFor: 'reviewed' | 'applied' | null
  appliedBy: string | null
  undoneBy: string | null
  counts: ImportCounts
  applied: number
}

/** No town is named: a workflow knows an import by its random id. */
export const tellScope = { municipalityCode: [], purpose: 'tellImports' } as const

export function runScope(municipalityCode: string) {
  return { municipalityCode, purpose: 'runImport' } as const
}

/** Undefined for an import that is not there. */
export async function townOfImport(sql: Sql, importId: string): Promise<string | undefined> {
  return withPurpose(sql, tellScope, async (tx) => {
    const [row] = await tx<{ town: string }[]>`
      select municipality_code as town from import_run where import_id = ${importId}`
    return row?.town
  })
}

/** Throws when there is no such import in its town. */
export async function readRun(tx: Tx, ref: ImportRef): Promise<ImportRunRow> {
  const [row] = await tx<ImportRunRow[]>`
    select f.municipality_code as "municipalityCode", f.id as "importId", f.state, f.mode, f.layout,
           r.layout_asked as "layoutAsked", r.layout_state as "layoutState", p.profile, r.wish,
           r.is_paused as "isPaused", r.results_for as "resultsFor", f.applied_by as "appliedBy", f.undone_by as "undoneBy",
           f.rows_applied as applied,
           json_build_object('rows', f.rows_read, 'new', f.rows_new, 'changed', f.rows_changed,
             'same', f.rows_same, 'needsDecision', f.needs_decision, 'rejected', f.rejected) as counts
      from import_file f
      join import_run r on (r.municipality_code, r.import_id) = (f.municipality_code, f.id)
      left join file_profile p on (p.municipality_code, p.id) = (r.municipality_code, r.profile_id)
     where (f.municipality_code, f.id) = (${ref.municipalityCode}, ${ref.importId})`
  if (!row) throw new Error('There is no such import.')
  return row
}

export function stepOf(run: ImportRunRow): NextStep {
  const { state, wish, isPaused, layoutState, resultsFor, counts } = run
  const step = nextStep({
    state,
    isPaused,
    isLayoutKnown: layoutState === 'known' || layoutState === 'guessed',
    needsLayout: layoutState === 'needed',
    hasResults: resultsFor === state,
    ...(wish && { wish }),
  })
  return { step, state, isPaused, needsLayout: layoutState === 'needed', counts }
}

export type Progress = { phase: ImportPhase; done: number; total: number; rows: number }

/** What was asked meanwhile comes back with it: a clerk's pause or wish reaches a step under way so. */
export async function tellProgress(
  sql: Sql,
  ref: ImportRef,
  { phase, done, total, rows }: Progress,
): Promise<{ isPaused: boolean; wish: ImportWish | null }> {
  return withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    const [row] = await tx<{ isPaused: boolean; wish: ImportWish | null }[]>`
      update import_run
         set phase_began_at = case when phase = ${phase} and done > 0 and done <= ${done}
                                   then phase_began_at else clock_timestamp() end,
             phase = ${phase}, done = ${done}, total = ${total}, rows_done = ${rows},
             progress_at = clock_timestamp(), tries = 0,
             trouble = case when tries > 0 then null else trouble end
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})
      returning is_paused as "isPaused", wish`
    if (!row) throw new Error('There is no such import.')
    return row
  })
}

/** The step is tried again; the page says so. */
export async function tellTrouble(
  sql: Sql,
  ref: ImportRef,
  trouble: { code: string; tries: number },
): Promise<void> {
  await withPurpose(
    sql,
    runScope(ref.municipalityCode),
    (tx) => tx`
      update import_run set trouble = ${trouble.code}, tries = ${trouble.tries}
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`,
  )
}

/**
 * The run of an import, until the transaction ends. Whoever changes both rows of an import locks this one
 * first: a clerk's press and a step's end would wait for each other otherwise. The file's row alone is held
 * for as long as it is applied, so that a press of pause need not wait for it.
 */
export async function lockRun(tx: Tx, ref: ImportRef): Promise<void> {
  await tx`
    select from import_run
     where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId}) for update`
}

/** Only from one of the states named: whoever comes late changes nothing. Answers whether it did. */
export async function becomeState(
  tx: Tx,
  ref: ImportRef,
  to: ImportState,
  from: readonly ImportState[],
  because: string | null = null,
): Promise<boolean> {
  await lockRun(tx, ref)
  const { count } = await tx`
    update import_file set state = ${to}, refused_because = coalesce(${because}, refused_because)
     where (municipality_code, id) = (${ref.municipalityCode}, ${ref.importId})
       and state = any(${[...from]})`
  if (count > 0) {
    await tx`
      update import_run set phase = null, done = 0, total = 0, rows_done = 0, tries = 0,
             trouble = case when tries > 0 then null else trouble end
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
  }
  return count > 0
}

/** The profiles that clerks of the town confirmed. */
export async function profilesOf(tx: Tx, municipalityCode: string): Promise<FileProfile[]> {
  const rows = await tx<{ profile: FileProfile }[]>`
    select profile from file_profile where municipality_code = ${municipalityCode}
     order by confirmed_at desc`
  return rows.map(({ profile }) => profile)
}

export type Untold = ImportRef & { news: number }

/** Imports whose workflow has not heard the newest. */
export async function untoldImports(sql: Sql, atMost: number): Promise<Untold[]> {
  return withPurpose(
    sql,
    tellScope,
    (tx) => tx<Untold[]>`
      select municipality_code as "municipalityCode", import_id as "importId", news from import_run
       where news_told < news order by import_id limit ${atMost}`,
  )
}

export async function noteTold(sql: Sql, { importId, news }: Untold): Promise<void> {
  await withPurpose(
    sql,
    tellScope,
    (tx) => tx`
      update import_run set news_told = ${news} where import_id = ${importId} and news_told < ${news}`,
  )
}

/** Which of these imports arrived on that day or later. */
export async function importsReceivedSince(
  sql: Sql,
  ids: readonly string[],
  since: PlainDate,
): Promise<Set<string>> {
  const rows = await withPurpose(
    sql,
    tellScope,
    (tx) => tx<{ id: string }[]>`
      select import_id as id from import_run
       where import_id = any(${[...ids]}::uuid[]) and received_on >= ${since}`,
  )
  return new Set(rows.map(({ id }) => id))
}
