/**
 * The caller's desk: a clerk finds one person by what the caller has in hand, tells where the course
 * stands, keeps what they say. Whoever finds nobody again and again has to wait.
 */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { currentCaller } from '../../auth/caller.ts'
import type { Guesses } from '../../auth/limits.ts'
import { Refusal } from '../../auth/refusal.ts'
import { type DeskQuestion, findAtDesk } from '../../db/desk/find.ts'
import { readAtDesk } from '../../db/desk/record.ts'
import { hearAtDesk, reopenAtDesk } from '../../db/desk/say.ts'
import { settleMessage } from '../../db/residents/messages.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { readLetterReference } from '../../domain/letter-reference.ts'
import { parseTicketNumber } from '../../domain/ticket.ts'
import { birthDateTyped } from '../../domain/typed-birth-date.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import {
  deskFindBody,
  deskHeardAnswer,
  type deskOutcome,
  deskRecordAnswer,
  deskReopenAnswer,
  deskReopenBody,
  deskSettleForm,
  deskStatementBody,
} from '../schemas/desk.ts'
import { json, refusals } from '../schemas/route.ts'

const find = createRoute({
  method: 'post',
  path: '/desk/find',
  summary: 'One person, or 404 alike for unknown, moved away and protected',
  request: { body: { required: true, content: json(deskFindBody) } },
  responses: {
    200: { description: 'What the caller may be told', content: json(deskRecordAnswer) },
    ...refusals,
  },
})
const say = createRoute({
  method: 'post',
  path: '/desk/statements',
  summary: 'Keep what a caller says, and do what follows from it',
  request: { body: { required: true, content: json(deskStatementBody) } },
  responses: { 201: { description: 'Kept', content: json(deskHeardAnswer) }, ...refusals },
})
const reopen = createRoute({
  method: 'post',
  path: '/desk/reopen',
  summary: 'Open a course that was closed as declined',
  request: { body: { required: true, content: json(deskReopenBody) } },
  responses: { 200: { description: 'Planned anew', content: json(deskReopenAnswer) }, ...refusals },
})

/** Wrong tries of one account in a quarter of an hour: a bad line, a misheard digit, not a search. */
export const wrongTries = 20

export type Desk = ReturnType<typeof deskOf>

/** What the calls and the forms share; one counter for both. */
export function deskOf(deps: ApiDeps, limit: Guesses) {
  const { clock } = deps
  const rowOf = (residentId: string) => ({ municipalityCode: staff().office, residentId })
  return {
    /** Throws `Refusal` 404 `notFound` and 429. */
    async find(question: DeskQuestion): Promise<string> {
      const { id, office } = staff()
      await limit.assertMayGuess(id)
      const found = await findAtDesk(deps, office, question, clock.today())
      if (found) return found
      await limit.noteWrong(id)
      throw new Refusal(404, 'notFound')
    },
    read: async (residentId: string) =>
      orNotFound(await readAtDesk(deps, rowOf(residentId), clock.today())),
    async hear({
      statementId: id,
      residentId,
      kind,
      on,
      place,
    }: z.output<typeof deskStatementBody>) {
      const words = { ...(on && { on }), ...(place && { place }) }
      const said = { id, kind, ...(Object.keys(words).length > 0 && { words }) }
      const heard = orNotFound(await hearAtDesk(deps, rowOf(residentId), said, clock.today()))
      deps.wakeRelays()
      return heard
    },
    /** What came of looking for a dose, or into a record that is not somebody's. */
    async settle(id: string, outcome: z.output<typeof deskOutcome>) {
      const { office: municipalityCode, id: by } = staff()
      const message = { municipalityCode, id, outcome, by }
      if (!(await settleMessage(deps.sql, message, clock.today())))
        throw new Refusal(404, 'notFound')
      deps.wakeRelays()
    },
    async reopen(residentId: string) {
      const status = orNotFound(await reopenAtDesk(deps, rowOf(residentId), clock.today()))
      deps.wakeRelays()
      return { status }
    },
  }
}

export function deskRoutes(desk: Desk): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(find, async (c) => {
    const record = await desk.read(await desk.find(questionOf(c.req.valid('json'))))
    const { name, course, ...others } = record
    return c.json({ ...others, ...(name && { name }), ...(course && { course }) }, 200)
  })
  app.openapi(say, async (c) => c.json(await desk.hear(c.req.valid('json')), 201))
  app.openapi(reopen, async (c) => c.json(await desk.reopen(c.req.valid('json').residentId), 200))
  return app
}

/** The same by forms, for people without a script. */
export function deskForms(desk: Desk) {
  return {
    find: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const asked = deskFindBody.safeParse(withBirthDate(withoutEmpty(sent)))
      if (!asked.success) return back(c, '/desk', 'malformed', lang)
      const said = await codeOrAnswer(() => desk.find(questionOf(asked.data)))
      if ('answer' in said) return c.redirect(`/desk/people/${said.answer}${query(lang)}`, 303)
      const why = { notFound: 'nobody', tooManyRequests: 'tooMany' }[said.code] ?? 'malformed'
      return back(c, '/desk', why, lang)
    },
    say: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const person = `/desk/people/${c.req.param('id')}`
      const asked = deskStatementBody.safeParse({
        ...withoutEmpty(sent),
        residentId: c.req.param('id'),
      })
      if (!asked.success) return back(c, person, 'malformed', lang)
      const said = await codeOrAnswer(() => desk.hear(asked.data))
      return back(c, person, 'answer' in said ? asked.data.kind : said.code, lang)
    },
    settle: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const person = z.uuid().safeParse(c.req.param('id'))
      if (!person.success) return back(c, '/desk', 'nobody', lang)
      const path = `/desk/people/${person.data}`
      const asked = deskSettleForm.safeParse(sent)
      if (!asked.success) return back(c, path, 'malformed', lang)
      const said = await codeOrAnswer(() => desk.settle(asked.data.statement, asked.data.outcome))
      return back(c, path, 'answer' in said ? 'settled' : 'malformed', lang)
    },
    reopen: async (c: Context): Promise<Response> => {
      const { lang } = await c.req.parseBody()
      const id = z.uuid().safeParse(c.req.param('id'))
      if (!id.success) return back(c, '/desk', 'nobody', lang)
      const said = await codeOrAnswer(() => desk.reopen(id.data))
      return back(c, `/desk/people/${id.data}`, 'answer' in said ? 'reopened' : said.code, lang)
    },
  }
}

/** Throws what is wrong with a ticket's number. */
function questionOf(body: z.output<typeof deskFindBody>): DeskQuestion {
  if ('letter' in body) return { letter: readLetterReference(body.letter) }
  const { ticketNumber, bornOn } = body
  return {
    ticketNumber: parseTicketNumber(ticketNumber, 'ticketNumber'),
    bornOn: bornOn as PlainDate,
  }
}

/** A birth date as people say it, by era or by the western year. */
export function withBirthDate({ era, year, month, day, ...sent }: Record<string, unknown>) {
  const parts = [era, year, month, day]
  if (!parts.every((part) => typeof part === 'string')) return sent
  const [e, y, m, d] = parts as [string, string, string, string]
  return { ...sent, bornOn: birthDateTyped({ era: e, year: y, month: m, day: d }) ?? '' }
}

function withoutEmpty(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
}

/** A refusal becomes the word that the page knows; anything else is a fault. */
async function codeOrAnswer<T>(work: () => Promise<T>): Promise<{ answer: T } | { code: string }> {
  try {
    return { answer: await work() }
  } catch (error) {
    if (error instanceof Refusal || error instanceof DomainError) return { code: error.code }
    throw error
  }
}

function back(c: Context, path: string, said: string, lang: unknown): Response {
  return c.redirect(`${path}?said=${said}${lang === 'en' ? '&lang=en' : ''}`, 303)
}

function query(lang: unknown): string {
  return lang === 'en' ? '?lang=en' : ''
}

function orNotFound<T>(found: T | undefined): T {
  if (found === undefined) throw new Refusal(404, 'notFound')
  return found
}

function staff() {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(401, 'unauthorized')
  return caller
}
