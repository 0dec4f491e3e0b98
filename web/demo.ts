/** What a demo leaves in its data dir for the start page: who is Ms A, and what its judge found. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readAs } from '../db/orm.ts'
import { courseOfTicket } from '../db/queries/pages/course.ts'
import type { Page } from './page.ts'

const fileBytesAtMost = 4 * 1024 * 1024

const ticketSchema = z.object({
  municipalityCode: z.string().regex(/^\d{6}$/),
  number: z.string().regex(/^\d{10}$/),
})

const demoSchema = z.object({
  followCourseId: z.guid().optional(),
  followTicket: ticketSchema.optional(),
})

/** Every campaign's fixed cast begins with Ms A, whose first ticket has this number. */
const msA = { municipalityCode: '204510', number: '1000000000' }

/** The course to follow; undefined until the register has announced her ticket. */
export async function courseToFollow(page: Page): Promise<string | undefined> {
  const marked = await readJson(page, 'demo.json', demoSchema)
  if (marked?.followCourseId) return marked.followCourseId
  const ticket = marked?.followTicket ?? msA
  const scope = { municipalityCode: ticket.municipalityCode, purpose: 'showCourse' } as const
  return readAs(page.orm, scope, (tx) => courseOfTicket(tx, ticket))
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
