import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { assertMayActFor } from '../../auth/caller.ts'
import { recordAndMatch } from '../../db/queries/match-on-move.ts'
import { type RegisterReport, recordReport } from '../../db/queries/moves.ts'
import { formerRecordText } from '../../i18n/former-record.ts'
import type { ApiDeps } from '../deps.ts'
import { type Language, languageOf, validationHook } from '../problem.ts'
import { deathBody, moveBody, protectionBody, reportAnswer } from '../schemas/moves.ts'
import { json, refusals } from '../schemas/route.ts'

const moves = route('/moves', 'Tell a move: a plan, a fact, a cancellation', moveBody)
const deaths = route('/deaths', 'Tell a death; of several days told the earliest holds', deathBody)
const protections = route('/protections', 'Tell a support measure and its period', protectionBody)

/** Moves, deaths and protections as registers tell them, in any order and as often as they like. */
export function moveRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(moves, async (c) => {
    const language = languageOf(c.req.header('accept-language'))
    return c.json(await recordMove(deps, c.req.valid('json'), language), 200)
  })
  app.openapi(deaths, async (c) => {
    return c.json(await record(deps, { kind: 'deceased', ...c.req.valid('json') }), 200)
  })
  app.openapi(protections, async (c) => {
    return c.json(await record(deps, { kind: 'protected', ...c.req.valid('json') }), 200)
  })
  return app
}

async function record(deps: ApiDeps, report: RegisterReport) {
  assertMayActFor([report.municipalityCode])
  const reported = await recordReport(deps, report, deps.clock.today())
  if (reported.hasNews) deps.wakeRelays()
  return reported.answer
}

/** A move-in may leave a question to the former town, which is asked when the move-in is committed. */
async function recordMove(deps: ApiDeps, report: RegisterReport, language: Language) {
  assertMayActFor([report.municipalityCode])
  const told = await recordAndMatch(deps, report, deps.clock.today(), deps.log)
  if (told.hasNews) deps.wakeRelays()
  if (!told.formerRecord) return told.answer
  return { ...told.answer, formerRecord: formerRecordText(told.formerRecord, language) }
}

function route<T extends z.ZodType, P extends string>(path: P, summary: string, body: T) {
  return createRoute({
    method: 'post',
    path,
    summary,
    request: { body: { required: true, content: json(body) } },
    responses: {
      200: {
        description: 'Recorded; the same event again gets the same answer',
        content: json(reportAnswer),
      },
      ...refusals,
    },
  })
}
