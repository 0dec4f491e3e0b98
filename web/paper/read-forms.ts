/** A stack of forms that came back: each QR code a line, each line a scan by the rules of any scan. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { ScanGate } from '../../auth/scan-gate.ts'
import { indexesInHex } from '../../db/people/blind.ts'
import type { FileKey } from '../../db/queries/office-files.ts'
import { type FormFound, findForms, formIsBack } from '../../db/queries/paper/dose-forms.ts'
import { recordScan } from '../../db/queries/record-scan.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { productCodes } from '../../domain/product.ts'
import { parseTicketLine, type TicketLine } from '../../domain/ticket.ts'
import { uuidOfHex } from '../../domain/uuid.ts'
import type { WebDeps } from '../deps.ts'

export type ReadDeps = WebDeps & { wakeRelays: () => void; gate?: ScanGate }

/** Of a line: what came of it; which form it was, if it was one of the batch. Never the line itself. */
export type LineOutcome = { outcome: string; page?: number; code?: string }

export const linesAtMost = 500

const readForm = z.object({
  productCode: z.enum(productCodes as [string, ...string[]]),
  lotNumber: z
    .string()
    .trim()
    .min(1)
    .max(20)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text)),
  givenOn: z.custom<PlainDate>(isPlainDate),
  result: z.enum(['vaccination', 'screenedOnly']),
  lines: z.string().max(linesAtMost * 40),
})

/** Undefined for a form that lacks something; then nothing was recorded. */
export async function readFormsByForm(
  deps: ReadDeps,
  batch: FileKey & { venueCode: string },
  sent: Record<string, unknown>,
): Promise<LineOutcome[] | undefined> {
  const parsed = readForm.safeParse(sent)
  const lines = parsed.success ? linesOf(parsed.data.lines) : []
  if (!parsed.success || lines.length === 0 || lines.length > linesAtMost) return undefined
  await deps.gate?.assertVenue(batch.venueCode)
  const { productCode, lotNumber, givenOn, result } = parsed.data
  const read = lines.map(lineFrom)
  const forms = await formsOf(deps, batch, read)
  const outcomes: LineOutcome[] = []
  let hasNews = false
  for (const line of read) {
    const form = line && forms.get(`${line.municipalityCode} ${line.number}`)
    if (!line || !form || form.doseNumber !== line.claimedDoseNumber) {
      outcomes.push({ outcome: line ? 'notOfBatch' : 'malformed' })
      continue
    }
    const of = { productCode, lotNumber, givenOn, slipKind: result, venueCode: batch.venueCode }
    const done = await readOne(deps, batch, { line, form, of })
    hasNews ||= done.hasNews
    outcomes.push({ page: form.page, ...done.said })
    forms.set(`${line.municipalityCode} ${line.number}`, { ...form, scanId: 'read' })
  }
  if (hasNews) deps.wakeRelays()
  return outcomes
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
}

function lineFrom(text: string): TicketLine | undefined {
  try {
    return parseTicketLine(text)
  } catch {
    return undefined
  }
}

/** By issuer and number; what is no form of this batch is missing: a misread digit leads to nobody. */
async function formsOf(
  { sql, vault }: ReadDeps,
  batch: FileKey,
  read: (TicketLine | undefined)[],
): Promise<Map<string, FormFound>> {
  const { municipalityCode } = batch
  const own = read.flatMap((line) => (line?.municipalityCode === municipalityCode ? [line] : []))
  const numbers = [...new Set(own.map(({ number }) => number))]
  const indexes = await indexesInHex(vault, municipalityCode, 'ticket', numbers)
  const found = await findForms(sql, batch, indexes)
  return new Map(
    numbers.flatMap((number, i) => {
      const form = found.get(indexes[i]!)
      return form ? [[`${municipalityCode} ${number}`, form] as const] : []
    }),
  )
}

type One = {
  line: TicketLine
  form: FormFound
  of: {
    productCode: string
    lotNumber: string
    givenOn: PlainDate
    slipKind: 'vaccination' | 'screenedOnly'
    venueCode: string
  }
}

/** The scan's id is the form's own: the same stack read twice records nothing twice. */
async function readOne(
  deps: ReadDeps,
  batch: FileKey,
  { line, form, of }: One,
): Promise<{ said: Pick<LineOutcome, 'outcome' | 'code'>; hasNews: boolean }> {
  if (form.scanId !== null) return { said: { outcome: 'alreadyRead' }, hasNews: false }
  const scanId = uuidOfHex(hash('sha256', `${batch.municipalityCode}/${batch.fileId}/${form.page}`))
  const scan = {
    ...{ scanId, ...of, claimedDoseNumber: line.claimedDoseNumber, readBy: 'qr' as const },
    ...{ issuingMunicipalityCode: line.municipalityCode, ticketNumber: line.number },
    source: `paper/${batch.fileId.replaceAll('-', '')}`,
  }
  try {
    const { answer, hasNews } = await recordScan(deps, scan, deps.clock.today())
    await formIsBack(deps.sql, batch, form, scanId)
    return { said: { outcome: answer.verdict }, hasNews }
  } catch (error) {
    // One form's fault is its own: the others of the stack are facts, too.
    if (!(error instanceof DomainError) || error.field === undefined) throw error
    return { said: { outcome: 'refused', code: error.code }, hasNews: false }
  }
}
