/** What a clerk's forms mean, and what is done about it; the pages that they came from show what came of it. */
import { z } from 'zod'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { statedBirth } from '../../db/queries/record-scan.ts'
import type { ItemKind } from '../../db/queries/resolve/open-item.ts'
import {
  type Decision,
  type Named,
  type SettledItem,
  settle,
} from '../../db/queries/resolve/settle.ts'
import { settleTask } from '../../db/queries/resolve/settle-task.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseTypedBirth, type TypedSlip } from '../../domain/keying.ts'
import { parseTicketNumber } from '../../domain/ticket.ts'
import { attachReasons, rejectReasons, taskOutcomes } from '../../domain/unattached.ts'
import type { WebDeps } from '../deps.ts'
import type { TypedHeader } from './keying-list.tsx'

export type FormDeps = WebDeps & { wakeRelays: () => void }

/** Fields of a form as it was sent. */
export type Sent = Record<string, unknown>

const field = (sent: Sent, name: string): string => {
  const value = sent[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** The word for what came of it, as `said`; a code of `i18n/problems` for what was refused. */
export async function settleByForm(
  deps: FormDeps,
  item: { kind: ItemKind; id: string },
  sent: Sent,
): Promise<{ said: string; isDone: boolean }> {
  const decision = decisionFrom(sent)
  if (typeof decision === 'string') return { said: decision, isDone: false }
  const { office, id: by } = townClerk()
  const done = await settle(deps, { ...item, office, by, decision }, deps.clock.today())
  if (!done) throw new Refusal(404, 'notFound')
  if ('attached' in done && done.attached.hasNews) deps.wakeRelays()
  return { said: saidOf(done), isDone: true }
}

function saidOf(done: SettledItem): string {
  return 'rejected' in done ? 'rejected' : done.attached.answer.verdict
}

/** A number that was typed goes before what is ticked. */
function decisionFrom(sent: Sent): Decision | 'malformed' | 'whoIsIt' {
  if (field(sent, 'as') === 'reject') {
    const reason = z.enum(rejectReasons).safeParse(sent.reason)
    return reason.success ? { as: 'reject', reason: reason.data } : 'malformed'
  }
  const reason = z.enum(attachReasons).safeParse(sent.reason)
  if (!reason.success) return 'malformed'
  const to = namedIn(sent)
  return to ? { as: 'attach', to, reason: reason.data } : 'whoIsIt'
}

function namedIn(sent: Sent): Named | undefined {
  const [ticket, registerNumber] = [field(sent, 'ticket'), field(sent, 'registerNumber')]
  if (ticket && registerNumber) return undefined
  const born = field(sent, 'born')
  const birth = () => (born ? statedBirth(parseTypedBirth(born)) : {})
  if (ticket) return { ticketNumber: parseTicketNumber(ticket, 'ticket.number'), ...birth() }
  if (registerNumber) return { registerNumber: registerNumber.slice(0, 40), ...birth() }
  const residentId = z.guid().safeParse(sent.residentId)
  return residentId.success ? { residentId: residentId.data } : undefined
}

export async function settleTaskByForm(deps: FormDeps, id: string, sent: Sent): Promise<string> {
  const outcome = z.enum(taskOutcomes).safeParse(sent.outcome)
  if (!outcome.success) return 'malformed'
  const { office: municipalityCode, id: by } = townClerk()
  const task = { municipalityCode, id, outcome: outcome.data, by }
  try {
    if (!(await settleTask(deps.sql, task, deps.clock.today()))) return 'alreadySettled'
    deps.wakeRelays()
    return 'taskDone'
  } catch (error) {
    return faultOf(error)
  }
}

export function typedSlipFrom(sent: Sent): TypedSlip {
  return {
    number: field(sent, 'number'),
    numberAgain: field(sent, 'numberAgain'),
    born: field(sent, 'born'),
    doseNumber: field(sent, 'doseNumber'),
    slipKind: field(sent, 'slipKind'),
  }
}

export function typedHeaderFrom(sent: Sent): TypedHeader {
  return {
    venueCode: field(sent, 'venueCode'),
    givenOn: field(sent, 'givenOn'),
    givenOnAgain: field(sent, 'givenOnAgain'),
    productCode: field(sent, 'productCode'),
    lotNumber: field(sent, 'lotNumber'),
    slipsExpected: field(sent, 'slipsExpected'),
    sumExpected: field(sent, 'sumExpected'),
  }
}

/** The code of a refusal that the page can show; anything else is thrown on. */
export function faultOf(error: unknown): string {
  if (error instanceof Refusal && error.status < 500) return error.code
  const isOfTheWhole = (code: string) => code === 'alreadySettled' || code === 'batchRecording'
  if (error instanceof DomainError && (error.field || isOfTheWhole(error.code))) return error.code
  throw error
}
