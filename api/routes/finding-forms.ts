/** Decisions on findings and reports by forms, for people without a script: post, redirect, get. */
import type { Context } from 'hono'
import { townOfficer } from '../../auth/caller.ts'
import { assignFinding, decideFinding } from '../../db/queries/findings/decide.ts'
import { markReportSent } from '../../db/queries/findings/reports.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ApiDeps } from '../deps.ts'
import {
  assignBody,
  decideBody,
  findingParam,
  revisionSchema,
  sentBody,
} from '../schemas/findings.ts'
import { idParam } from '../schemas/people.ts'

type Deps = Pick<ApiDeps, 'sql' | 'clock'>
type Fields = Record<string, unknown>

/** The three answers of the form: one choice, so that nobody ticks two that exclude each other. */
const decisions: Record<string, { decision: string; isError: boolean }> = {
  right: { decision: 'checkedRight', isError: false },
  error: { decision: 'checkedRight', isError: true },
  wrong: { decision: 'wrong', isError: false },
}

export function findingForms({ sql, clock }: Deps) {
  const by = ({ id }: { id: string }) => ({ accountId: id, today: clock.today() })
  return {
    decide: async (c: Context): Promise<Response> => {
      const { lang, answer, revision, ...sent } = await c.req.parseBody()
      const body = decideBody.safeParse({ ...sent, ...decisions[String(answer)] })
      const key = findingParam.safeParse(c.req.param())
      if (!key.success) return back(c, '/findings', 'malformed', lang)
      const seen = revisionSchema.safeParse(revision)
      if (!body.success || !seen.success) return back(c, placeOf(key.data), 'malformed', lang)
      const officer = townOfficer()
      const { isError = false, ...decision } = body.data
      const finding = { municipalityCode: officer.office, ...key.data }
      return said(c, placeOf(key.data), lang, async () => {
        const done = await decideFinding(
          sql,
          finding,
          { ...decision, isError, seenRevision: seen.data },
          by(officer),
        )
        return done ? 'kept' : 'missing'
      })
    },
    assign: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const body = assignBody.safeParse(assignmentOf(sent))
      const key = findingParam.safeParse(c.req.param())
      if (!key.success) return back(c, '/findings', 'malformed', lang)
      if (!body.success) return back(c, placeOf(key.data), 'malformed', lang)
      const officer = townOfficer()
      const finding = { municipalityCode: officer.office, ...key.data }
      return said(c, placeOf(key.data), lang, async () => {
        const done = await assignFinding(sql, finding, body.data, by(officer))
        return done ? 'assigned' : 'missing'
      })
    },
    sent: async (c: Context): Promise<Response> => {
      const { lang, ...sent } = await c.req.parseBody()
      const body = sentBody.safeParse(sent)
      const report = idParam.safeParse(c.req.param())
      if (!body.success || !report.success) return back(c, '/findings', 'malformed', lang)
      const officer = townOfficer()
      const told = { municipalityCode: officer.office, ...report.data, ...body.data }
      return said(c, '/findings', lang, async () =>
        (await markReportSent(sql, told, by(officer))) ? 'sent' : 'missing',
      )
    },
  }
}

/** A field that is left empty says nothing. */
function assignmentOf({ ownerId, dueOn }: Fields): Fields {
  return { ownerId: ownerId || null, ...(dueOn ? { dueOn } : {}) }
}

function placeOf({ doseId, code }: { doseId: string; code: string }): string {
  return `/findings/${doseId}/${code}`
}

/** A refusal is a sentence on the page, under its own code. */
async function said(
  c: Context,
  place: string,
  lang: unknown,
  work: () => Promise<string>,
): Promise<Response> {
  const answer = await work().catch((error) => {
    if (error instanceof DomainError && ownCodes.includes(error.code)) return error.code
    throw error
  })
  return back(c, answer === 'missing' ? '/findings' : place, answer, lang)
}

const ownCodes = [
  'findingIsOver',
  'findingChangedMeanwhile',
  'findingReported',
  'nothingToReport',
  'unknownOwner',
  'errorReportSent',
  'errorReportDay',
]

function back(c: Context, place: string, answer: string, lang: unknown): Response {
  return c.redirect(`${place}?said=${answer}${lang === 'en' ? '&lang=en' : ''}`, 303)
}
