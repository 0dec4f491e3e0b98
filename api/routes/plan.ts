import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { z } from 'zod'
import { currentCaller } from '../../auth/caller.ts'
import type { Sql } from '../../db/client.ts'
import {
  answerPlan,
  planAnswersOf,
  planInForce,
  publishedPlans,
  townsWithoutPlan,
} from '../../db/oversight/plan.ts'
import { planText } from '../../db/oversight/plan-text.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import { answerBody, answeredAnswer, planAnswer } from '../schemas/oversight.ts'
import { json, refusals } from '../schemas/route.ts'
import { administrator } from './devices.ts'

const read = createRoute({
  method: 'get',
  path: '/plan',
  summary: 'The published versions of the supervisory plan, and what one’s own municipality said',
  responses: { 200: { description: 'Versions', content: json(planAnswer) } },
})

const answer = createRoute({
  method: 'post',
  path: '/plan/answers',
  summary: 'Accept a version of the plan for one’s own municipality, or object to it',
  request: { body: { required: true, content: json(answerBody) } },
  responses: { 201: { description: 'Kept', content: json(answeredAnswer) }, ...refusals },
})

/** The plan as versions and answers; its text is a page. */
export function planRoutes({ sql }: Pick<ApiDeps, 'sql'>): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(read, async (c) => {
    const published = await publishedPlans(sql)
    const versions = published.map(({ version, publishedAt }) => ({
      version,
      publishedAt: publishedAt.toISOString(),
      sha256: hashesOf(version),
    }))
    const code = officeOf(currentCaller())
    return c.json({ versions, ...(code && { municipality: await standingOf(sql, code) }) }, 200)
  })

  app.openapi(answer, async (c) => {
    const sent = c.req.valid('json')
    const { office: municipalityCode, id: answeredBy } = administrator()
    const isKept = await answerPlan(sql, { ...sent, municipalityCode, answeredBy })
    if (!isKept) throw new Problem(422, 'unknownPlanVersion', 'version')
    const inForce = (await planInForce(sql, municipalityCode)) ?? null
    const { version, answer } = sent
    return c.json({ municipalityCode, version, answer, inForce }, 201)
  })
  return app
}

/** The same by a form, for people without a script: back to the page, which says what became of it. */
export function planForm({ sql }: Pick<ApiDeps, 'sql'>) {
  return async (c: Context): Promise<Response> => {
    const { lang, ...sent } = await c.req.parseBody()
    const parsed = answerBody.safeParse(sent)
    if (!parsed.success) return c.redirect(pageAfter(saidOf(parsed.error), lang), 303)
    const { office: municipalityCode, id: answeredBy } = administrator()
    const isKept = await answerPlan(sql, { ...parsed.data, municipalityCode, answeredBy })
    return c.redirect(pageAfter(isKept ? parsed.data.answer : 'malformed', lang), 303)
  }
}

/** Throws `planNotAccepted` before anything is written for a municipality in which no plan is in force. */
export async function assertPlanInForce(sql: Sql, municipalityCodes: string[]): Promise<void> {
  const without = await townsWithoutPlan(sql, municipalityCodes)
  if (without.length > 0) throw new Problem(409, 'planNotAccepted', 'municipalityCode')
}

function saidOf(error: z.ZodError): string {
  const isComment = error.issues.some(({ message }) => message === 'objectionNeedsComment')
  return isComment ? 'commentMissing' : 'malformed'
}

function pageAfter(said: string, lang: unknown): string {
  return `/plan?said=${said}${lang === 'en' ? '&lang=en' : ''}`
}

function officeOf(caller: ReturnType<typeof currentCaller>): string | undefined {
  return caller?.kind === 'account' && caller.office !== 'system' ? caller.office : undefined
}

async function standingOf(sql: Sql, code: string) {
  const answers = await planAnswersOf(sql, code)
  return {
    code,
    inForce: (await planInForce(sql, code)) ?? null,
    answers: answers.map(({ version, answer, comment, answeredAt }) => ({
      version,
      answer,
      ...(comment && { comment }),
      answeredAt: answeredAt.toISOString(),
    })),
  }
}

function hashesOf(version: number) {
  const { ja, en } = planText(version)?.sha256 ?? { ja: new Uint8Array(), en: new Uint8Array() }
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return { ja: hex(ja), en: hex(en) }
}
