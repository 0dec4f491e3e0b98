/** Once every import of a stick is over, its answers and its receipt are written on it. */
import { findImport, type ImportShown } from '../../db/queries/imports/read.ts'
import { filesOfStick, noteStick, type StickRow } from '../../db/queries/sticks/sticks.ts'
import { isOver } from '../../domain/import-run.ts'
import { toBase64 } from '../../domain/stick.ts'
import type { Spool } from '../../files/spool.ts'
import {
  type Answer,
  type Receipt,
  type ReceiptToWrite,
  receiptSchema,
  receiptSha256,
  verifyReceipt,
  writeReceipt,
  writeReceiptAgain,
} from '../../files/stick/receipt.ts'
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
    const first = await firstReceipt(deps, folder, stick)
    const isThere = first !== undefined && (await putBack(deps, folder, stick, first))
    const written = isThere ? first : await writeAnswers(deps, folder, stick, imports, first)
    // Whatever is written later, the database keeps the first.
    const change = { pulledOut: null, trouble: null, receipt: first ?? written } as const
    await noteStick(deps.sql, stick, { ...change, state: 'answered' })
    return { outcome: 'answered' }
  } catch (error) {
    return await notAnswered(deps, stick, error)
  }
}

/** As the database has it, or as it lies whole on the stick when we were cut off before noting it. */
async function firstReceipt(
  { sign }: StickDeps,
  folder: string,
  { receipt }: StickRow,
): Promise<Receipt | undefined> {
  if (receipt !== null) return receiptSchema.parse(receipt)
  const { publicKey } = await sign(nothing)
  return await verifyReceipt(folder, toBase64(publicKey)).catch(() => undefined)
}

/** A digest of nothing that anybody would show: asked for the key that answers. */
const nothing = '0'.repeat(64)

async function putBack(
  { sign }: StickDeps,
  folder: string,
  { receipt }: StickRow,
  first: Receipt,
): Promise<boolean> {
  return receipt === null || (await writeReceiptAgain(folder, first, sign))
}

async function writeAnswers(
  deps: StickDeps,
  folder: string,
  stick: StickRow,
  imports: ImportShown[],
  first: Receipt | undefined,
): Promise<Receipt> {
  return await writeReceipt(folder, {
    receipt: first ? againAfter(deps, first) : receiptOf(deps, stick, imports),
    ...(stick.returnTo !== null && { returnTo: stick.returnTo }),
    answers: stick.returnTo === null ? [] : await answersOf(deps, stick, imports),
    sign: deps.sign,
  })
}

/** Its answers are gone from the stick and sealed anew; what it says of the files stays as it was said first. */
function againAfter({ now }: StickDeps, first: Receipt): ReceiptToWrite {
  const { answers: _, format: __, ...said } = first
  const issuedAt = new Date(now()).toISOString()
  return { ...said, again: { issuedAt, firstSha256: receiptSha256(first) } }
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

function receiptOf({ now }: StickDeps, stick: StickRow, imports: ImportShown[]): ReceiptToWrite {
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
