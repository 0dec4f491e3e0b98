import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sheetFileName } from '../config/sheet-file.ts'
import { look, type Scope, type Tx, withPurpose } from '../db/client.ts'
import { unlockPeople } from '../db/people/keys.ts'
import { type PersonToNotify, readPeopleToNotify } from '../db/people/read.ts'
import { numberOfSheet } from '../db/people/tickets.ts'
import { type SenderRow, senderOf } from '../db/queries/notices.ts'
import { isProtectedOn } from '../db/queries/protection.ts'
import { openTask } from '../db/queries/tasks.ts'
import {
  handOver,
  lockCoursesOfRun,
  type RunKey,
  runMade,
  type SheetInRun,
  sheetsOfRun,
  withdrawSheet,
} from '../db/queries/ticket-runs.ts'
import {
  keepLetterCode,
  makeLetterCodes,
  type NewLetterCode,
} from '../db/residents/letter-codes.ts'
import type { WithdrawnBecause } from '../db/schema/tickets.ts'
import type { PlainDate } from '../domain/course.ts'
import { senderFrom } from '../letters/sender.ts'
import {
  problemsOfSheet,
  type RenderedSheets,
  renderTicketSheets,
  type TicketSheet,
} from '../letters/ticket-sheet.ts'
import type { FieldKeys } from '../vault/vault.ts'
import type { ActivityDeps } from './deps.ts'
import { writeWholeFile } from './whole-file.ts'

export type PrintedRun = { sheets: number; withdrawn: number; toHandOver: number }

type Deps = Pick<ActivityDeps, 'sql' | 'vault' | 'log' | 'dataDir' | 'myAddress'> & {
  today: PlainDate
}

/**
 * Makes a run's file, from what the register says now: a sheet whose ticket fell since, or whose person
 * left or died, is withdrawn, and one whose person came under protection is taken out, to be handed over.
 * Safe to repeat: until the commit the run is as it was asked for, and its file is written anew.
 */
export async function printSheets(deps: Deps, key: RunKey): Promise<PrintedRun> {
  for (;;) {
    const prepared = await prepare(deps, key)
    const printed = await finish(deps, key, prepared)
    if (!printed) continue
    const missingGlyphs = prepared.rendered?.missingGlyphs.length ?? 0
    deps.log.info({ ...key, ...printed, missingGlyphs }, 'sheets of tickets are printed')
    return printed
  }
}

type Prepared = { ready: Ready[]; rendered: RenderedSheets | undefined; leftOut: LeftOut }
type LeftOut = { withdrawn: number; toHandOver: number }

/** Renders what is still to be printed, holding no lock; nothing of it is on disk yet. */
async function prepare(deps: Deps, key: RunKey): Promise<Prepared> {
  const { sql, vault, today } = deps
  const { municipalityCode } = key
  const { ready, leftOut } = await withPurpose(sql, scopeOf(key), async (tx) => {
    const { toPrint, ...leftOut } = await sortOut(tx, await sheetsOfRun(tx, key), today)
    const codes = await makeLetterCodes(vault, municipalityCode, toPrint.length)
    const ready = await contentsOf(tx, deps, key, toPrint, codes)
    leftOut.withdrawn += toPrint.length - ready.length
    return { ready, leftOut }
  })
  const sheets = ready.map(({ content }) => content)
  const rendered =
    sheets.length > 0
      ? await renderTicketSheets({ municipalityCode, date: today, sheets })
      : undefined
  return { ready, rendered, leftOut }
}

/**
 * Writes the file under the locks of all courses: a protection or a move is either seen here, and then
 * nothing is written yet (undefined: the run is made anew), or acknowledged after the print.
 */
async function finish(
  { sql, dataDir, today }: Deps,
  key: RunKey,
  { ready, rendered, leftOut }: Prepared,
): Promise<PrintedRun | undefined> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const sheets = await sheetsOfRun(tx, key)
    await lockCoursesOfRun(tx, sheets)
    // Read once more: what was told before the locks were had is committed by now.
    const { toPrint } = await sortOut(tx, await sheetsOfRun(tx, key), today)
    if (toPrint.length !== ready.length) return undefined
    if (rendered) await writeFile(dataDir, key, rendered.pdf)
    // Made anew without a single sheet left: the file of before goes.
    else await rm(join(dataDir, 'sheets', sheetFileName(key)), { force: true })
    await keepCodes(tx, ready, today)
    const pdfSha256 = rendered ? createHash('sha256').update(rendered.pdf).digest('hex') : null
    await runMade(tx, key, { sheets: ready.length, pdfSha256 })
    return { sheets: ready.length, ...leftOut }
  })
}

/** Whose sheets they are is looked at when their names are opened. */
function scopeOf({ municipalityCode }: RunKey) {
  return { municipalityCode, purpose: 'printTicket', look: [] } satisfies Scope
}

/** What may still be printed; the others are settled here, with a look at each. */
async function sortOut(tx: Tx, sheets: SheetInRun[], today: PlainDate) {
  const toPrint: SheetInRun[] = []
  let toHandOver = 0
  let withdrawn = 0
  for (const sheet of sheets) {
    const because = whyNot(sheet)
    const isNewlyProtected = !because && !sheet.isByHand && (await isProtectedOn(tx, sheet, today))
    if (!because && !isNewlyProtected) toPrint.push(sheet)
    else await look(tx, [lookAt(sheet)])
    if (because) {
      await withdrawSheet(tx, sheet, because)
      withdrawn += 1
    }
    if (isNewlyProtected) {
      await handOver(tx, sheet)
      await openHandOver(tx, sheet, today)
      toHandOver += 1
    }
  }
  return { toPrint, toHandOver, withdrawn }
}

function lookAt({ municipalityCode, residentId }: SheetInRun) {
  return { municipalityCode, residentId, fields: ['ticket'] }
}

function whyNot({ status, number, revokedOn }: SheetInRun): WithdrawnBecause | undefined {
  if (status === 'deceased') return 'deceased'
  if (status !== 'registered') return 'left'
  if (!number) return 'erased'
  return revokedOn ? 'revoked' : undefined
}

async function openHandOver(tx: Tx, sheet: SheetInRun, today: PlainDate): Promise<void> {
  const { municipalityCode, residentId, sheetId } = sheet
  await openTask(tx, {
    ...{ municipalityCode, residentId, kind: 'ticketByHand', courseId: null },
    ...{ occasion: sheetId, round: 0, openedOn: today },
  })
}

type Ready = { sheet: SheetInRun; content: TicketSheet; code: NewLetterCode | undefined }

/** Opens names, addresses and numbers of a run: one question to keyd, a look for each person. */
async function contentsOf(
  tx: Tx,
  { vault, myAddress, today }: Deps,
  { municipalityCode }: RunKey,
  sheets: SheetInRun[],
  codes: NewLetterCode[],
): Promise<Ready[]> {
  const sender = await senderOf(tx, municipalityCode)
  const issuer = await issuerOf(tx, municipalityCode)
  if (!sender || !issuer) throw new Error(`Nobody signs the letters of ${municipalityCode}.`)
  const keys = await unlockPeople(tx, vault, {
    ...{ purpose: 'printTicket', rows: sheets },
    fields: ['name', 'kana', 'address', 'ticketNumber'],
  })
  const people = await readPeopleToNotify(tx, keys, sheets, today)
  const ready: Ready[] = []
  for (const [i, sheet] of sheets.entries()) {
    const person = people.get(sheet.residentId)
    const unlocked = keys.get(sheet.residentId)
    const code = sheet.isByHand ? undefined : codes[i]
    const content =
      person && unlocked
        ? contentOf({ sheet, person, unlocked, sender, issuer, today, code, myAddress })
        : 'erased'
    if (typeof content !== 'string') ready.push({ sheet, content, code })
    else await withdrawSheet(tx, sheet, content)
  }
  return ready
}

type Parts = {
  sheet: SheetInRun
  person: PersonToNotify
  unlocked: FieldKeys
  sender: SenderRow
  issuer: string
  today: PlainDate
  code: NewLetterCode | undefined
  myAddress: string | undefined
}

/** What a sheet says, or why it cannot be printed. */
function contentOf(parts: Parts): TicketSheet | WithdrawnBecause {
  const { sheet, person, unlocked, sender, issuer, today, code, myAddress } = parts
  const { familyName, givenName, kana, residence } = person
  if (!sheet.isByHand && !residence) return 'noAddress'
  const { municipalityCode, sheetId, reason, doseNumbers, numberIndex, number } = sheet
  const sealed = { numberIndex, number: number! }
  const content: TicketSheet = {
    ...{ sheetId, reason, doseNumbers, printedOn: today, issuerName: issuer },
    ticket: { municipalityCode, number: numberOfSheet(unlocked, sheet, sealed) },
    holder: { familyName, givenName, kana },
    sender: senderFrom(sender),
    ...(code && { access: { code: code.code, ...(myAddress && { address: myAddress }) } }),
    ...(!sheet.isByHand && residence && { address: residence }),
  }
  return problemsOfSheet(content).length > 0 ? 'notPrintable' : content
}

async function issuerOf(tx: Tx, municipalityCode: string): Promise<string | undefined> {
  const [row] = await tx<{ name: string }[]>`
    select prefecture || name as name from municipality where code = ${municipalityCode}`
  return row?.name
}

async function keepCodes(tx: Tx, ready: Ready[], today: PlainDate): Promise<void> {
  for (const { sheet, code } of ready) {
    if (!code) continue
    await keepLetterCode(tx, sheet, { letterId: sheet.sheetId, madeOn: today, index: code.index })
  }
}

async function writeFile(dataDir: string, key: RunKey, pdf: Uint8Array): Promise<void> {
  const folder = join(dataDir, 'sheets')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeWholeFile(join(folder, sheetFileName(key)), pdf)
}
