import type { Logger } from 'pino'
import { accountById } from '../db/auth/accounts.ts'
import {
  type BreakGlassReason,
  closeBreakGlass,
  openBreakGlass,
  owesReview,
} from '../db/auth/break-glass.ts'
import type { Sql } from '../db/client.ts'
import type { AccountCaller } from './caller.ts'
import { Refusal } from './refusal.ts'

/** Wall minutes, whatever is asked for; the table refuses more as well. */
export const breakGlassMinutes = 60
export const reviewWithinHours = 24

export type Emergency = {
  municipalityCode: string
  reasonCode: BreakGlassReason
  caseReference: string
  reviewerId: string
  minutes: number
}

/**
 * Opens one more register to be looked at, in this session alone. The reviewer is told at once, by ids:
 * neither log nor alert says whom it is about. Throws `Refusal`.
 */
export async function breakTheGlass(
  { sql, log }: { sql: Sql; log: Logger },
  caller: AccountCaller,
  emergency: Emergency,
): Promise<{ id: string; expiresAt: Date }> {
  const reviewer = await accountById(sql, emergency.reviewerId)
  const isFit =
    reviewer !== undefined &&
    !reviewer.isDisabled &&
    reviewer.id !== caller.id &&
    (reviewer.role === 'supervisoryAuthority' ||
      (reviewer.role === 'municipalAdministrator' && reviewer.office === caller.office))
  if (!isFit) throw new Refusal(422, 'unfitReviewer')
  if (await owesReview(sql, caller.id, reviewWithinHours)) throw new Refusal(403, 'reviewOwed')
  const { id: accountId, office, session } = caller
  const minutes = Math.min(emergency.minutes, breakGlassMinutes)
  const opened = await openBreakGlass(sql, { ...emergency, minutes, accountId, office, session })
  log.warn(
    { breakGlassId: opened.id, accountId, office, reviewerId: reviewer.id },
    'emergency access was opened',
  )
  return opened
}

/** Before its time is over. Throws `Refusal` 404 for somebody else's. */
export async function endEmergency(sql: Sql, caller: AccountCaller, id: string): Promise<void> {
  if (!(await closeBreakGlass(sql, id, caller.id))) throw new Refusal(404, 'notFound')
}
