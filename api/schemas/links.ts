import { z } from '@hono/zod-openapi'
import { linkReasons, unlinkReasons } from '../../domain/links.ts'
import { plainDate } from './fields.ts'
import { municipalityCode, registerNumber } from './register.ts'

const registerKey = z.strictObject({ municipalityCode, registerNumber })

export const linkBody = z
  .strictObject({
    now: registerKey,
    former: registerKey,
    /** From when on the person is under the row `now`. */
    since: plainDate,
    reason: z.enum(linkReasons),
  })
  .openapi('PersonLink')

export const unlinkBody = z.strictObject({ reason: z.enum(unlinkReasons) }).openapi('PersonUnlink')

export const askedAnswer = z.object({ approvalId: z.string() })
export const carryOutBody = z.strictObject({ approvalId: z.uuid() }).openapi('Agreed')
export const linkedAnswer = z.object({ linkId: z.string() })

/** Of another town's row the town alone. */
const shownRow = z.object({ municipalityCode: z.string(), registerNumber: z.string().optional() })

export const linksAnswer = z.object({
  asked: z.array(
    z.object({
      approvalId: z.string(),
      kind: z.enum(['linkPeople', 'unlinkPeople']),
      now: shownRow,
      former: shownRow,
      since: z.string(),
      namesAgree: z.boolean(),
      isApproved: z.boolean(),
    }),
  ),
  links: z.array(
    z.object({
      linkId: z.string(),
      now: shownRow,
      former: shownRow,
      since: z.string(),
      namesAgree: z.boolean(),
      reason: z.string(),
      linkedOn: z.string(),
      undoneOn: z.string().optional(),
    }),
  ),
})
