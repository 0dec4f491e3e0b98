/** What a clerk asks of an import. Each raises its news, of which the importer tells the workflow. */
import { randomUUID } from 'node:crypto'
import { DomainError } from '../../../domain/errors.ts'
import type { ImportState } from '../../../domain/import.ts'
import { type ImportWish, mayPause, mayWish } from '../../../domain/import-run.ts'
import type { FileProfile, LayoutKind } from '../../../domain/municipal-file.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { canTakeTheirs } from '../../imports/notes.ts'
import { planInForce } from '../../oversight/plan.ts'
import { undecidedRows } from './read.ts'
import { type ImportRef, type LayoutState, runScope } from './run.ts'

export const rowDecisions = ['keepOurs', 'takeTheirs'] as const
export type RowDecision = (typeof rowDecisions)[number]

export type Press =
  | 'upload'
  | 'layout'
  | 'decide'
  | 'apply'
  | 'discard'
  | 'undo'
  | 'pause'
  | 'resume'

/** Who asks; a program's presses are no clerk's effort. */
export type Presser = { id: string; isClerk: boolean }

type Standing = {
  state: ImportState
  layout: LayoutKind | null
  layoutState: LayoutState
  isPaused: boolean
  wish: ImportWish | null
  undecided: number
  needsDecision: number
  /** Rows of it that are in: above nothing before the end only where each is its own transaction. */
  applied: number
  restKept: boolean
}

/**
 * False when there is no such import in the town. Throws `importElsewhere` for a wish at the wrong time; of
 * an apply also `layoutNotConfirmed`, `decisionsMissing`, `planNotAccepted`; of a discard
 * `importPartlyApplied`, because what is recorded stays recorded.
 */
export async function wishOf(
  sql: Sql,
  ref: ImportRef,
  wish: ImportWish,
  by: Presser,
): Promise<boolean> {
  return pressed(sql, ref, by, wish, async (tx, standing) => {
    if (isDoneAlready(standing.state, wish) || standing.wish === wish) return false
    if (!mayWish(standing.state, wish)) throw tooLate(standing.state)
    if (wish === 'discard' && standing.applied > 0) {
      throw new DomainError('importPartlyApplied', 'Rows of the file are recorded', 'state')
    }
    if (wish === 'apply') {
      assertApplicable(standing)
      await assertPlan(tx, ref, standing.layout)
    }
    await tx`
      update import_file
         set applied_by = case when ${wish} = 'apply' then ${by.id} else applied_by end,
             undone_by = case when ${wish} = 'undo' then ${by.id} else undone_by end
       where (municipality_code, id) = (${ref.municipalityCode}, ${ref.importId})`
    await tx`
      update import_run set wish = ${wish}, news = news + 1, trouble = null, tries = 0
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
    return true
  })
}

function isDoneAlready(state: ImportState, wish: ImportWish): boolean {
  if (wish === 'apply') return state === 'applying' || state === 'applied'
  return state === (wish === 'undo' ? 'undone' : 'discarded')
}

function assertApplicable({ layoutState, undecided }: Standing): void {
  if (layoutState === 'guessed') {
    throw new DomainError('layoutNotConfirmed', 'The layout was guessed', 'layout')
  }
  if (undecided > 0) throw new DomainError('decisionsMissing', 'Rows wait for a decision', 'rows')
}

/** Nobody is registered where no plan was accepted; what is known already goes on. */
async function assertPlan(tx: Tx, { municipalityCode }: ImportRef, layout: LayoutKind | null) {
  if (layout !== 'residentRegister' || (await planInForce(tx, municipalityCode))) return
  throw new DomainError('planNotAccepted', 'No plan is in force here', 'municipalityCode')
}

export async function pauseImport(
  sql: Sql,
  ref: ImportRef,
  isPaused: boolean,
  by: Presser,
): Promise<boolean> {
  return pressed(sql, ref, by, isPaused ? 'pause' : 'resume', async (tx, standing) => {
    if (standing.isPaused === isPaused) return false
    if (isPaused && !mayPause(standing.state)) throw tooLate(standing.state)
    await tx`
      update import_run set is_paused = ${isPaused}, news = news + 1
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
    return true
  })
}

/** The clerk's word on how the file is to be read; it is the town's profile from now on. */
export async function confirmLayout(
  sql: Sql,
  ref: ImportRef,
  { profile, isAsGuessed }: { profile: FileProfile; isAsGuessed: boolean },
  by: Presser,
): Promise<boolean> {
  return pressed(sql, ref, by, 'layout', async (tx, { state }) => {
    if (state !== 'received' && state !== 'reading' && state !== 'reviewed') throw tooLate(state)
    // A review under way reads by the layout that it began with.
    if (state === 'reading' && !isAsGuessed) throw tooLate(state)
    const [kept] = await tx<{ id: string }[]>`
      insert into file_profile (municipality_code, id, layout, name, profile, confirmed_by)
      values (${ref.municipalityCode}, ${randomUUID()}, ${profile.kind}, ${profile.name},
              ${tx.json(JSON.parse(JSON.stringify(profile)))}, ${by.id})
      on conflict (municipality_code, layout, name) do update
        set profile = excluded.profile, confirmed_by = excluded.confirmed_by,
            confirmed_at = clock_timestamp()
      returning id`
    await tx`
      update import_run set profile_id = ${kept!.id}, layout_state = 'known', news = news + 1
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
    // As it was guessed: what was read stands. Read otherwise, everything is compared anew.
    if (state === 'reviewed' && !isAsGuessed) {
      await tx`
        update import_file set state = 'reading'
         where (municipality_code, id) = (${ref.municipalityCode}, ${ref.importId})`
    }
    return { decisions: 1 }
  })
}

export type Decisions = {
  rows: ReadonlyMap<number, RowDecision>
  /** Of every row that is not decided otherwise. */
  rest?: RowDecision
}

/**
 * Of rows that need a decision; the last word on a row holds. Of rows that are not listed nobody can see
 * what they ask: a word on the rest leaves these as they are here. False when there is no such import.
 */
export async function decideRows(
  sql: Sql,
  ref: ImportRef,
  decisions: Decisions,
  by: Presser,
): Promise<boolean> {
  return pressed(sql, ref, by, 'decide', async (tx, standing) => {
    if (standing.state !== 'reviewed') throw tooLate(standing.state)
    const asked = await tx<{ rowNumber: number; codes: string[]; isDecided: boolean }[]>`
      select n.row_number as "rowNumber", array_agg(n.code) as codes,
             bool_or(d.row_number is not null) as "isDecided"
        from import_note n left join import_decision d using (municipality_code, import_id, row_number)
       where (n.municipality_code, n.import_id) = (${ref.municipalityCode}, ${ref.importId})
         and n.outcome = 'needsDecision'
       group by n.row_number`
    const decided = asked.flatMap(({ rowNumber, codes, isDecided }) => {
      const decision = decisions.rows.get(rowNumber) ?? (isDecided ? undefined : decisions.rest)
      if (!decision) return []
      // The file cannot replace everything: what it cannot, stays as it is here.
      const isKept = decision === 'keepOurs' || !canTakeTheirs(codes)
      return [{ rowNumber, decision: isKept ? ('keepOurs' as const) : decision }]
    })
    const known = await tx`
      insert into import_decision (municipality_code, import_id, row_number, decision, decided_by)
      select ${ref.municipalityCode}, ${ref.importId}, d.row_number, d.decision, ${by.id}
        from unnest(${decided.map((d) => d.rowNumber)}::int[],
                    ${decided.map((d) => d.decision)}::text[]) as d(row_number, decision)
      on conflict (municipality_code, import_id, row_number) do update
        set decision = excluded.decision, decided_by = excluded.decided_by,
            decided_at = clock_timestamp()`
    const unlisted = decisions.rest ? await keepUnlisted(tx, ref, standing, asked.length) : 0
    const count = known.count + unlisted
    return count > 0 && { decisions: count }
  })
}

/** How many rows there are of them. */
async function keepUnlisted(
  tx: Tx,
  ref: ImportRef,
  { needsDecision, restKept }: Standing,
  listed: number,
): Promise<number> {
  if (restKept || needsDecision <= listed) return 0
  await tx`
    update import_run set rest_kept = true
     where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})`
  return needsDecision - listed
}

type Done = boolean | { decisions: number }

async function pressed(
  sql: Sql,
  ref: ImportRef,
  by: Presser,
  press: Press,
  work: (tx: Tx, standing: Standing) => Promise<Done>,
): Promise<boolean> {
  return withPurpose(sql, runScope(ref.municipalityCode), async (tx) => {
    const [standing] = await tx<Standing[]>`
      select f.state, f.layout, r.layout_state as "layoutState", r.is_paused as "isPaused", r.wish,
             ${undecidedRows(tx)} as undecided, f.needs_decision as "needsDecision",
             f.rows_applied as applied, r.rest_kept as "restKept"
        from import_file f
        join import_run r on (r.municipality_code, r.import_id) = (f.municipality_code, f.id)
       where (f.municipality_code, f.id) = (${ref.municipalityCode}, ${ref.importId})
         for update of r`
    if (!standing) return false
    const done = await work(tx, standing)
    if (done) await notePress(tx, ref, by, press, done === true ? 0 : done.decisions)
    return true
  })
}

export async function notePress(
  tx: Tx,
  ref: ImportRef,
  by: Presser,
  press: Press,
  decisions = 0,
): Promise<void> {
  if (!by.isClerk) return
  await tx`
    insert into import_press (municipality_code, import_id, press, decisions, pressed_by)
    values (${ref.municipalityCode}, ${ref.importId}, ${press}, ${decisions}, ${by.id})`
}

function tooLate(state: ImportState): DomainError {
  return new DomainError('importElsewhere', `The import is ${state}`, 'state')
}
