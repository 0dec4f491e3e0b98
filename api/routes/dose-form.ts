/** The changes of a dose by plain forms: back to the course, which says what became of it. */
import type { Context } from 'hono'
import { z } from 'zod'
import { currentCaller } from '../../auth/caller.ts'
import { confirmDose, liftLock } from '../../db/queries/dose-changes/confirm.ts'
import { correctDose } from '../../db/queries/dose-changes/correct.ts'
import type { Changed, DoseAsk } from '../../db/queries/dose-changes/in-dose.ts'
import { voidDose } from '../../db/queries/dose-changes/void.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, toProblem } from '../problem.ts'
import { correctBody, reasonBody, reattributeBody } from '../schemas/doses.ts'
import { withBirthDate } from './desk.ts'
import { type MovingDoses, officeOf, recipientOf, withoutUndefined } from './doses.ts'

type Work = (
  deps: ApiDeps,
  ask: DoseAsk,
  fields: Record<string, string>,
  moving: MovingDoses,
) => Promise<Changed | undefined>

/** What a form may ask for, by the last part of its address, and what the course page says then. */
const works = {
  void: (deps, ask) => voidDose(deps, ask, deps.clock.today()),
  correct: (deps, ask, fields) => {
    const { claimedDoseNumber: n, ...sent } = fields
    const body = { ...sent, reason: ask.reason, ...(n && { claimedDoseNumber: Number(n) }) }
    const { reason: _, ...changes } = correctBody.parse(body)
    return correctDose(deps, { ...ask, changes: withoutUndefined(changes) }, deps.clock.today())
  },
  reattribute: (_, ask, { issuer = '', number = '', ...birth }, moving) => {
    const ticket = { municipalityCode: issuer, number }
    const { residentId: __, ...sent } = reattributeBody.parse({
      ...{ reason: ask.reason, ticket },
      ...withBirthDate(birth),
    })
    return moving({ ...ask, to: recipientOf(sent) })
  },
  confirm: (deps, ask) => confirmDose(deps, ask, deps.clock.today()),
  unlock: (deps, ask) => liftLock(deps, ask, deps.clock.today()),
} satisfies Record<string, Work>

const param = z.object({
  id: z.uuid(),
  dose: z.uuid(),
  what: z.enum(Object.keys(works) as [keyof typeof works, ...(keyof typeof works)[]]),
})
const form = z.object({ revision: z.coerce.number().int(), reason: reasonBody.shape.reason })

export function doseForm(deps: ApiDeps, moving: MovingDoses) {
  return async (c: Context): Promise<Response> => {
    const asked = param.safeParse(c.req.param())
    if (!asked.success) throw new Problem(404, 'notFound')
    const { lang, ...sent } = await c.req.parseBody()
    const { id, dose: doseId, what } = asked.data
    const goTo = (path: string, said: string) =>
      c.redirect(`${path}?said=${said}${lang === 'en' ? '&lang=en' : ''}`, 303)
    try {
      const { revision: expectedRevision, reason } = form.parse(sent)
      const municipalityCode = officeOf(currentCaller() ?? { kind: 'anonymous' })
      const ask = { doseId, municipalityCode, reason, expectedRevision }
      const work: Work = works[what]
      if (!(await work(deps, ask, fieldsOf(sent), moving))) throw new Problem(404, 'notFound')
    } catch (error) {
      const problem = toProblem(error)
      if (problem.status >= 500 && !(error instanceof DomainError)) throw error
      return goTo(`/courses/${id}/doses/${doseId}`, problem.code)
    }
    deps.wakeRelays()
    return goTo(`/courses/${id}`, what)
  }
}

/** Text alone, and nothing of a field that was left empty. */
function fieldsOf(sent: Record<string, unknown>): Record<string, string> {
  const { revision: _, reason: __, ...fields } = sent
  const filled = Object.entries(fields).filter(
    (field): field is [string, string] => typeof field[1] === 'string' && field[1] !== '',
  )
  return Object.fromEntries(filled)
}
