/** What a demo leaves in its data dir for the start page: who is Ms A, and what its judge found. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readAs } from '../db/orm.ts'
import { openTicketNumber, type SealedTicket } from '../db/people/tickets.ts'
import { courseOfTicket } from '../db/queries/pages/course.ts'
import type { TicketToTry } from '../db/queries/pages/demo.ts'
import { DomainError } from '../domain/errors.ts'
import type { Vault } from '../vault/vault.ts'
import type { Page } from './page.ts'

const fileBytesAtMost = 4 * 1024 * 1024

const ticketSchema = z.object({
  municipalityCode: z.string().regex(/^\d{6}$/),
  number: z.string().regex(/^\d{10}$/),
})

const demoSchema = z.object({
  followCourseId: z.guid().optional(),
  followTicket: ticketSchema.optional(),
  /** Set apart by the simulator, with the run that prints its sheet. */
  tryTicket: ticketSchema
    .extend({ venueCode: z.string(), lotNumber: z.string(), runId: z.guid().optional() })
    .optional(),
})

/** Every campaign's fixed cast begins with Ms A, whose first ticket has this number. */
const msA = { municipalityCode: '204510', number: '1000000000' }

/** The course to follow; undefined until the register has announced her ticket. */
export async function courseToFollow(page: Page): Promise<string | undefined> {
  const marked = await readJson(page, 'demo.json', demoSchema)
  if (marked?.followCourseId) return marked.followCourseId
  const { municipalityCode, number } = marked?.followTicket ?? msA
  const scope = { municipalityCode, purpose: 'showCourse' } as const
  const [numberIndex] =
    (await withoutKeys(page, page.vault.index(municipalityCode, 'ticket', [number]))) ?? []
  if (!numberIndex) return undefined
  const ticket = { municipalityCode, numberIndex }
  return readAs(page.orm, scope, (tx) => courseOfTicket(tx, ticket))
}

export type OpenTicket = {
  municipalityCode: string
  number: string
  venueCode: string
  lotNumber: string
  /** Of the sheet; a ticket that was not set apart has none to show. */
  runId?: string | undefined
}

/** The ticket that was set apart to be tried, by whoever made the demo up. */
export async function markedTicket(page: Page): Promise<OpenTicket | undefined> {
  return (await readJson(page, 'demo.json', demoSchema))?.tryTicket
}

type Opened = { index: Uint8Array; number: Promise<string | undefined> }
const shown = new WeakMap<Vault, Opened>()

/**
 * The ticket to try with its number, which stands on the page for whoever looks: a made-up person's,
 * opened once and not for every look at the page.
 */
export async function openTicketToTry(
  page: Page,
  ticket: TicketToTry | undefined,
): Promise<OpenTicket | undefined> {
  if (!ticket) return undefined
  const { sealed, venueCode, lotNumber } = ticket
  const number = await withoutKeys(page, numberOf(page.vault, sealed))
  const { municipalityCode } = sealed
  return number === undefined ? undefined : { municipalityCode, number, venueCode, lotNumber }
}

function numberOf(vault: Vault, sealed: SealedTicket): Promise<string | undefined> {
  const before = shown.get(vault)
  if (before && Buffer.compare(before.index, sealed.numberIndex) === 0) return before.number
  const opened = {
    index: sealed.numberIndex,
    number: openTicketNumber(vault, 'showCourse', sealed),
  }
  shown.set(vault, opened)
  opened.number.catch(() => shown.delete(vault))
  return opened.number
}

const notForNow = ['keydAway', 'keydBusy', 'keydOverLimit', 'ledgerStalled', 'unknownMunicipality']

/** A page is worth showing while keys are away, without what they would open. */
async function withoutKeys<T>({ log }: Page, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof DomainError) || !notForNow.includes(error.code)) throw error
    log.warn({ code: error.code }, 'shown without what is sealed')
    return undefined
  }
}

const counter = z.number().int().nonnegative()
const reportSchema = z.object({
  owed: counter,
  noticesSent: counter,
  missedNotices: counter,
  duplicateNotices: counter,
  wrongNotices: z.record(z.string(), counter),
})
export type JudgeReport = z.output<typeof reportSchema>

/** The judge's verdict on a finished campaign; undefined before there is one. */
export async function judgeReport(page: Page): Promise<JudgeReport | undefined> {
  return (
    (await readJson(page, 'report.json', reportSchema)) ??
    (await readJson(page, 'result.json', reportSchema))
  )
}

async function readJson<T>(
  { dataDir, log }: Page,
  name: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  try {
    const text = await readFile(join(dataDir.root, name), 'utf8')
    if (text.length > fileBytesAtMost) throw new Error('too large')
    return schema.parse(JSON.parse(text))
  } catch (error) {
    // A file half written is read again with the next look.
    if ((error as { code?: string }).code !== 'ENOENT') log.warn({ name }, 'not readable yet')
    return undefined
  }
}
