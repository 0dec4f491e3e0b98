/** What the forms of returned post and of the telephone send, and what is answered: a word of the page. */
import { z } from 'zod'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { assertColleague } from '../../db/auth/colleagues.ts'
import { givePhone, handOver, recordCall } from '../../db/queries/returned/calls.ts'
import { recordReturn } from '../../db/queries/returned/record.ts'
import { backToRegister, settleReturn, writeElsewhere } from '../../db/queries/returned/settle.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { callOutcomes, phoneSources, plainPhone } from '../../domain/follow-up-call.ts'
import {
  addressAtMost,
  addressGrounds,
  plainPostcode,
  readLetterMark,
  returnReasons,
} from '../../domain/returned-post.ts'
import { hasProblemText } from '../../i18n/problems.ts'
import type { WebDeps } from '../deps.ts'

export type Sent = Record<string, unknown>
export type FormDeps = WebDeps & { wakeRelays: () => void }

const field = (sent: Sent, name: string): string => {
  const value = sent[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** The reason stays chosen for the next envelope of the pile. */
export async function takeInByForm(
  deps: FormDeps,
  sent: Sent,
): Promise<{ said: string; reason?: string }> {
  const reason = z.enum(returnReasons).safeParse(sent.reason)
  if (!reason.success) return { said: 'malformed' }
  const said = await orFault(async () => {
    const mark = readLetterMark(field(sent, 'mark'))
    if (!mark) throw new DomainError('letterNotFound', 'On no letter', 'mark')
    const { office: municipalityCode } = townClerk()
    const asked = { municipalityCode, mark, reason: reason.data }
    const done = await recordReturn(deps.sql, asked, deps.clock.today())
    if (done.isRepeat) return 'repeat'
    deps.wakeRelays()
    if (done.ended === 'registerTold' || done.ended === 'leftRegister') return done.ended
    return done.stops ? 'recorded' : 'recordedOnly'
  })
  return { said, reason: reason.data }
}

export async function enterAddressByForm(deps: FormDeps, id: string, sent: Sent): Promise<string> {
  return orFault(async () => {
    const today = deps.clock.today()
    const ground = z.enum(addressGrounds).safeParse(sent.ground)
    const address = field(sent, 'address')
    if (!ground.success || !address || [...address].length > addressAtMost) {
      throw new DomainError('addressGroundMissing', 'No ground, or no address', 'ground')
    }
    const postcode = plainPostcode(field(sent, 'postcode'))
    if (!postcode) throw new DomainError('postcodeForm', 'No postcode', 'postcode')
    const untilOn = dayIn(sent, 'untilOn')
    const elsewhere = { ground: ground.data, postcode, address, fromOn: today, untilOn }
    there(await writeElsewhere(deps, own(id), elsewhere, today))
    deps.wakeRelays()
    return 'addressEntered'
  })
}

export async function settleByForm(deps: FormDeps, id: string, sent: Sent): Promise<string> {
  const as = z.enum(['sameAddressAgain', 'noFurther', 'enteredByMistake']).safeParse(sent.as)
  if (!as.success) return 'malformed'
  return orFault(async () => {
    there(await settleReturn(deps.sql, own(id), as.data, deps.clock.today()))
    deps.wakeRelays()
    return 'settled'
  })
}

export async function backByForm(deps: FormDeps, id: string): Promise<string> {
  return orFault(async () => {
    there(await backToRegister(deps.sql, own(id), deps.clock.today()))
    return 'backToRegister'
  })
}

/** `done`: there is nobody any more to show. */
export async function callByForm(deps: FormDeps, taskId: string, sent: Sent): Promise<string> {
  const outcome = z.enum(callOutcomes).safeParse(sent.outcome)
  const callId = z.guid().safeParse(sent.callId)
  if (!outcome.success || !callId.success) return 'malformed'
  return orFault(async () => {
    const nextTryOn = dayIn(sent, 'nextTryOn')
    const call = { callId: callId.data, outcome: outcome.data, nextTryOn, by: townClerk().id }
    const done = there(await recordCall(deps, task(taskId), call, deps.clock.today()))
    deps.wakeRelays()
    return done.isDone || outcome.data === 'declines' ? 'done' : 'called'
  })
}

export async function phoneByForm(deps: FormDeps, taskId: string, sent: Sent): Promise<string> {
  const source = z.enum(phoneSources).safeParse(sent.source)
  if (!source.success) return 'malformed'
  return orFault(async () => {
    const number = plainPhone(field(sent, 'number'))
    if (!number) throw new DomainError('phoneForm', 'No number', 'number')
    const given = { number, source: source.data }
    there(await givePhone(deps, task(taskId), given, deps.clock.today()))
    return 'phoneKept'
  })
}

export async function holderByForm(deps: FormDeps, taskId: string, sent: Sent): Promise<string> {
  return orFault(async () => {
    const to = field(sent, 'to')
    if (to) await assertColleague(deps.sql, townClerk().office, to)
    there(await handOver(deps.sql, task(taskId), to || null, deps.clock.today()))
    return 'handed'
  })
}

const own = (id: string) => ({ municipalityCode: townClerk().office, id })
const task = (taskId: string) => ({ municipalityCode: townClerk().office, taskId })

/** Throws `invalidDate`. */
function dayIn(sent: Sent, name: string): PlainDate | undefined {
  const typed = field(sent, name)
  if (!typed) return undefined
  if (!isPlainDate(typed)) throw new DomainError('invalidDate', 'No day', name)
  return typed as PlainDate
}

/** Throws `Refusal` 404 for what is not there. */
function there<T>(done: T | undefined | false): T {
  if (done === undefined || done === false) throw new Refusal(404, 'notFound')
  return done
}

/** The code of a refusal that the page can show; anything else is thrown on. */
async function orFault(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DomainError && hasProblemText(error.code)) return error.code
    throw error
  }
}
