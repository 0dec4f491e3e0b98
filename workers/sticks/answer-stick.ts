/** Once every import of a stick is over, its answers and its receipt are written on it. */
import { findImport, type ImportShown } from '../../db/queries/imports/read.ts'
import { filesOfStick, noteStick, type StickRow } from '../../db/queries/sticks/sticks.ts'
import { isOver } from '../../domain/import-run.ts'
import type { Spool } from '../../files/spool.ts'
import { type Answer, type Receipt, writeReceipt } from '../../files/stick/receipt.ts'
import { isPulledOut, StickPulledOut } from '../../files/stick/refusal.ts'
import type { StickDeps, StickLook } from './deps.ts'

/** As the importer writes them (`activities/import-files.ts`). */
const spooledResults = 'results.csv'

export async function answerStick(
  deps: StickDeps,
  folder: string,
  stick: StickRow,
): Promise<StickLook> {
  const imports = await importsOf(deps, stick)
  if (!imports.every(isDone)) return { outcome: 'waiting' }
  try {
    const answers = stick.returnTo === null ? [] : await answersOf(deps, stick, imports)
    const receipt = await writeReceipt(folder, {
      receipt: receiptOf(deps, stick, imports),
      ...(stick.returnTo !== null && { returnTo: stick.returnTo }),
      answers,
      sign: deps.sign,
    })
    const change = { pulledOut: null, trouble: null, receipt } as const
    await noteStick(deps.sql, stick, { ...change, state: 'answered' })
    return { outcome: 'answered' }
  } catch (error) {
    return await notAnswered(deps, stick, error)
  }
}

async function notAnswered(deps: StickDeps, stick: StickRow, error: unknown): Promise<StickLook> {
  if (error instanceof StickPulledOut || isPulledOut(error)) {
    await noteStick(deps.sql, stick, { pulledOut: 'writing' })
    return { outcome: 'gone' }
  }
  const trouble = troubleOf((error as NodeJS.ErrnoException).code)
  if (!trouble) throw error
  await noteStick(deps.sql, stick, { trouble })
  return { outcome: 'notWritable' }
}

/** What a person can do something about. */
function troubleOf(code: string | undefined): string | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'stickFull'
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return 'stickNotWritable'
  return undefined
}

/** An applied import whose results are still being written is not done. */
function isDone({ state, hasResults }: ImportShown): boolean {
  return isOver(state) && (state !== 'applied' || hasResults)
}

async function importsOf({ sql }: StickDeps, stick: StickRow): Promise<ImportShown[]> {
  const imports: ImportShown[] = []
  for (const { importId } of await filesOfStick(sql, stick)) {
    const ref = { municipalityCode: stick.municipalityCode, importId: importId as string }
    const found = await findImport(sql, ref)
    if (!found) throw new Error(`There is no import ${ref.importId}`)
    imports.push(found)
  }
  return imports
}

async function answersOf(
  { spool, returnsOf }: StickDeps,
  { municipalityCode }: StickRow,
  imports: ImportShown[],
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const [index, { importId }] of imports.entries()) {
    const bytes = await resultsIn(spool, importId)
    if (bytes) answers.push({ name: `${index + 1}-results.csv`, bytes })
  }
  // A town that brought nothing that holds gets nothing back.
  const isApplied = imports.some(({ state }) => state === 'applied')
  return isApplied ? [...answers, ...(await returnsOf(municipalityCode))] : answers
}

async function resultsIn(
  spool: Spool,
  importId: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (!(await spool.has(importId, spooledResults))) return undefined
  return (await spool.source(importId, spooledResults, 'results')).open()
}

function receiptOf(
  { now }: StickDeps,
  stick: StickRow,
  imports: ImportShown[],
): Omit<Receipt, 'answers' | 'format'> {
  const { municipalityCode, sequence, manifestSha256 } = stick
  return {
    ...{ municipalityCode, sequence, manifestSha256 },
    issuedAt: new Date(now()).toISOString(),
    files: imports.map(({ file, sha256, importId, state, counts, applied }) => ({
      ...{ name: file, sha256, importId, state },
      rows: counts.rows,
      new: counts.new,
      changed: counts.changed,
      same: counts.same,
      needsDecision: counts.needsDecision,
      rejected: counts.rejected,
      applied,
    })),
  }
}
