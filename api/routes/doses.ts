/** Records that can be mended: one dose seen, voided, corrected, moved to its person, confirmed. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Caller, currentCaller } from '../../auth/caller.ts'
import type { Guesses } from '../../auth/limits.ts'
import { Refusal } from '../../auth/refusal.ts'
import { confirmDose, liftLock } from '../../db/queries/dose-changes/confirm.ts'
import { correctDose } from '../../db/queries/dose-changes/correct.ts'
import type { Asked, Changed } from '../../db/queries/dose-changes/in-dose.ts'
import { seeDose } from '../../db/queries/dose-changes/read.ts'
import { type Reattribution, reattributeDose } from '../../db/queries/dose-changes/reattribute.ts'
import type { StatedRecipient } from '../../db/queries/dose-changes/recipient.ts'
import { voidDose } from '../../db/queries/dose-changes/void.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type DoseChangeReason, undoReason } from '../../domain/dose-change.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseTicket } from '../../domain/ticket.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import {
  changedAnswer,
  correctBody,
  doseAnswer,
  doseParam,
  reasonBody,
  reattributeBody,
} from '../schemas/doses.ts'
import { json, problem, refusals } from '../schemas/route.ts'

const see = createRoute({
  method: 'get',
  path: '/doses/{id}',
  summary: 'One dose with what was changed of it; the revision is the ETag',
  request: { params: doseParam },
  responses: {
    200: { description: 'The dose', content: json(doseAnswer) },
    404: problem('No such dose in one’s own municipality'),
  },
})

const responses = {
  200: { description: 'Done; the course is planned anew', content: json(changedAnswer) },
  404: problem('No such dose in one’s own municipality'),
  412: problem('Somebody else changed it since'),
  428: problem('If-Match is missing'),
  ...refusals,
}

const voiding = createRoute({
  method: 'post',
  path: '/doses/{id}/void',
  summary:
    'A dose that was never this: it counts no more. A tablet takes back its own for a minute',
  request: { params: doseParam, body: { required: true, content: json(reasonBody) } },
  responses,
})
const correcting = createRoute({
  method: 'post',
  path: '/doses/{id}/correct',
  summary: 'Correct day, product, lot, venue or dose number',
  request: { params: doseParam, body: { required: true, content: json(correctBody) } },
  responses,
})
const reattributing = createRoute({
  method: 'post',
  path: '/doses/{id}/reattribute',
  summary: 'Move a dose to the person it was given to; both courses are planned anew',
  request: { params: doseParam, body: { required: true, content: json(reattributeBody) } },
  responses,
})
const locking = (what: 'confirm' | 'unlock', summary: string) =>
  createRoute({
    method: 'post',
    path: `/doses/{id}/${what}`,
    summary,
    request: { params: doseParam, body: { required: true, content: json(reasonBody) } },
    responses,
  })
const confirming = locking('confirm', 'Confirmed against paper: nothing is changed from now on')
const unlocking = locking('unlock', 'Lift that lock, so that the dose can be changed again')

/** Moves by a ticket: the wrong tries of an account count, together with those at the callers' desk. */
export function movingDoses(deps: ApiDeps, limit: Guesses) {
  return async (asked: Reattribution): Promise<Changed | undefined> => {
    const today = deps.clock.today()
    if (!('ticket' in asked.to)) return reattributeDose(deps, asked, today)
    const by = caller()
    const account = by.kind === 'account' ? by.id : ''
    await limit.assertMayGuess(account)
    try {
      return await reattributeDose(deps, asked, today)
    } catch (error) {
      const isWrong = error instanceof DomainError && error.code === 'recipientNotSure'
      if (isWrong) await limit.noteWrong(account)
      throw error
    }
  }
}

export type MovingDoses = ReturnType<typeof movingDoses>

/** Throws what is wrong with a ticket. A date says what its year says. */
export function recipientOf(sent: {
  ticket?: { municipalityCode: string; number: string } | undefined
  birthYear?: number | undefined
  bornOn?: PlainDate | undefined
}): StatedRecipient {
  const { ticket, birthYear, bornOn } = sent
  const stated = bornOn ? { bornOn } : { birthYear: birthYear! }
  return { ticket: parseTicket(ticket!), stated }
}

export function doseRoutes(deps: ApiDeps, moving: MovingDoses): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const today = () => deps.clock.today()

  app.openapi(see, async (c) => {
    const { id: doseId } = c.req.valid('param')
    const dose = await seeDose(deps, { doseId, municipalityCode: officeOf(caller()) }, today())
    if (!dose) throw new Problem(404, 'notFound')
    c.header('ETag', etagOf(dose))
    return c.json(dose, 200)
  })

  app.openapi(voiding, async (c) => {
    const asked = askedBy(c, c.req.valid('json').reason)
    const voided = voidDose(deps, asked, today())
    return told(c, await ('undoBy' in asked ? voided.catch(conflictFor) : voided))
  })

  app.openapi(correcting, async (c) => {
    const { reason, ...changes } = c.req.valid('json')
    const asked = { ...staffAsk(c, reason), changes: withoutUndefined(changes) }
    return told(c, await correctDose(deps, asked, today()))
  })

  app.openapi(reattributing, async (c) => {
    const { reason, residentId, ...sent } = c.req.valid('json')
    const to = residentId ? { residentId } : recipientOf(sent)
    return told(c, await moving({ ...staffAsk(c, reason), to }))
  })

  app.openapi(confirming, async (c) => {
    return told(c, await confirmDose(deps, staffAsk(c, c.req.valid('json').reason), today()))
  })

  app.openapi(unlocking, async (c) => {
    return told(c, await liftLock(deps, staffAsk(c, c.req.valid('json').reason), today()))
  })

  /** Relays are woken after every change: a needless call costs nothing, a missing one a minute. */
  function told(c: Context, changed: Changed | undefined) {
    if (!changed) throw new Problem(404, 'notFound')
    deps.wakeRelays()
    c.header('ETag', etagOf(changed))
    return c.json(changed, 200)
  }
  return app
}

function askedBy(c: Context, reason: DoseChangeReason): Asked {
  const by = caller()
  if (by.kind !== 'device') return staffAsk(c, reason)
  if (reason !== undoReason) throw new Problem(422, 'malformed', 'reason')
  return { doseId: doseIdOf(c), undoBy: by.id, nowMs: Date.now(), reason }
}

/** A tablet has seen no revision that could have failed. */
function conflictFor(error: unknown): never {
  const isLate = error instanceof DomainError && error.code === 'doseChangedMeanwhile'
  throw isLate ? new Problem(409, error.code) : error
}

function staffAsk(c: Context, reason: DoseChangeReason) {
  const expectedRevision = revisionSeen(c)
  const municipalityCode = officeOf(caller())
  return { doseId: doseIdOf(c), municipalityCode, reason, expectedRevision }
}

function doseIdOf(c: Context): string {
  return doseParam.parse(c.req.param()).id
}

const entityTag = /^(?:W\/)?"(\d{1,9})"$/

/** Throws 428 without If-Match, and 412 for a tag that is none of ours. */
function revisionSeen(c: Context): number {
  const header = c.req.header('if-match')
  if (header === undefined) throw new Problem(428, 'ifMatchMissing', 'if-match')
  const revision = entityTag.exec(header.trim())?.[1]
  if (revision === undefined) throw new Problem(412, 'doseChangedMeanwhile', 'if-match')
  return Number(revision)
}

export function etagOf({ revision }: { revision: number }): string {
  return `"${revision}"`
}

export function caller(): Caller {
  return currentCaller() ?? { kind: 'anonymous' }
}

/** The table of capabilities lets staff of a municipality come here, and nobody else. */
export function officeOf(by: Caller): string {
  if (by.kind !== 'account') throw new Refusal(403, 'notAllowed')
  return by.office
}

/** With exact optional properties, left out and undefined are two things. */
export function withoutUndefined<T extends object>(
  changes: T,
): {
  [K in keyof T]?: Exclude<T[K], undefined>
} {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
