/**
 * Drains queued mails at once, beside the worker. Each is looked at once more and sent in one
 * transaction that holds the lock of its course: no acknowledged fact slips between the look and the
 * server's yes. Once the lock is held, and before the server is spoken to, another transaction marks
 * the mail as under way and commits; waiting for the lock is no try. Any number run side by side.
 *
 * A mail whose outcome is unknown, or whose sender died, is repeated once with the same Message-ID;
 * after that, or when the server refuses it, a letter goes instead as a further attempt.
 */

import { inCourse } from '../activities/in-course.ts'
import { mailContent } from '../activities/notice-content.ts'
import { recheck, type Stopped, stopNotice, whyNobody } from '../activities/notice-recheck.ts'
import { replanIfChanged } from '../activities/replan-if-changed.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { type Sql, type Tx, withPurpose } from '../db/client.ts'
import { unlockPeople } from '../db/people/keys.ts'
import { mailCheck, type OpenMailAddress, openMailAddress } from '../db/people/mail-address.ts'
import { hasMail, type PersonToNotify, readPeopleToNotify } from '../db/people/read.ts'
import { askAnew, countFailure, sameAsBefore, stopMail } from '../db/queries/mail-addresses.ts'
import {
  beginTry,
  claimMails,
  lockTried,
  type MailAttempt,
  type MailClaim,
  type MailTry,
  releaseClaim,
  requeueMail,
  takeBackTry,
} from '../db/queries/mail-attempts.ts'
import {
  noticeLeft,
  noticeStopped,
  queueAttempt,
  rehomeNotice,
  settleAttempt,
} from '../db/queries/notices.ts'
import { type CourseRow, PersonNotVisible } from '../db/queries/plan-input.ts'
import { widenScope } from '../db/scope.ts'
import { laterOf } from '../domain/calendar.ts'
import { isMailOnly, type PlainDate } from '../domain/course.ts'
import { stopLinkOf } from '../domain/mail-token.ts'
import { messageIdOf, renderMail } from '../mail/message.ts'
import type { Mailer, SendResult } from '../mail/transport.ts'
import type { Vault } from '../vault/vault.ts'
import { sendingMoment } from './sending-moment.ts'

export type MailSenderDeps = {
  /** The worker's role. A mail under way holds one connection, and needs another for a moment. */
  sql: Sql
  vault: Vault
  clock: Clock
  log: Log
  mailer: Pick<Mailer, 'send'>
  /** Of the residents' page, for the link that ends mails. */
  myAddress?: string | undefined
  /** Mails under way at one time. */
  concurrency: number
}

export type MailSender = {
  /** Looks at once for what was queued; otherwise it is found within `pollMs`. */
  wake(): void
  /** Lets mails under way finish. The mailer and the pool are the caller's to close. */
  stop(): Promise<void>
}

const pollMs = 200
/** From claim to course, and from mark to row lock: that lock then says that a mail is under way. */
const leaseMs = 3_000
/** With the first; the one repetition that an unknown outcome allows. */
const triesAtMost = 2
const afterFailureMs = 1_000

export function startMailSender(deps: MailSenderDeps): MailSender {
  const underWay = new Set<Promise<void>>()
  let isStopping = false
  let wakeUp = () => {}

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const start = (claim: MailClaim) => {
    const sending = deliver(deps, claim).finally(() => {
      underWay.delete(sending)
      wakeUp()
    })
    underWay.add(sending)
  }

  const drain = async () => {
    while (!isStopping) {
      const free = deps.concurrency - underWay.size
      const claims = free > 0 ? await claim(deps, free) : []
      if (claims === undefined) await pause(afterFailureMs)
      else if (claims.length === 0 && !isStopping) await pause(pollMs)
      else claims.forEach(start)
    }
    await Promise.all(underWay)
  }
  const drained = drain()

  return {
    wake: () => wakeUp(),
    stop: () => {
      isStopping = true
      wakeUp()
      return drained
    },
  }
}

/** Names nobody: whose a mail is, only its course's own town sees. */
const anywhere = { municipalityCode: [], purpose: 'claimMail' } as const

/** Undefined while the database is away. */
async function claim(
  { sql, clock, log }: MailSenderDeps,
  atMost: number,
): Promise<MailClaim[] | undefined> {
  try {
    const now = sendingMoment(clock)
    return await withPurpose(sql, anywhere, (tx) => claimMails(tx, { atMost, leaseMs }, now))
  } catch (error) {
    log.warn({ error }, 'queued mails could not be looked for')
    return undefined
  }
}

async function deliver(deps: MailSenderDeps, claim: MailClaim): Promise<void> {
  let begun: MailTry | undefined
  let isHandedOver = false
  const mailer: MailSenderDeps['mailer'] = {
    send(message, to) {
      isHandedOver = true
      return deps.mailer.send(message, to)
    },
  }
  try {
    await inCourse(deps.sql, claim.courseId, async (tx, course) => {
      begun = await withPurpose(deps.sql, anywhere, (other) => beginTry(other, claim, leaseMs))
      // Queued for a former home, it comes along.
      if (claim.municipalityCode !== course.municipalityCode) {
        await widenScope(tx, [claim.municipalityCode])
      }
      const attempt = begun && (await lockTried(tx, begun))
      if (!attempt) return
      await send({ ...deps, mailer }, tx, course, await atHome(tx, course, attempt))
    })
  } catch (error) {
    const alarm = isHandedOver ? 'mailInDoubt' : 'mailNotTried'
    deps.log.error({ alarm, attemptId: claim.id, error }, 'a mail could not be seen to')
    // In doubt it stays marked as under way until its lease has run out, and that try counts.
    if (!isHandedOver) await release(deps, claim, begun)
  }
}

/** Nothing was handed to a mail server: the try does not count. */
async function release(
  { sql, log }: MailSenderDeps,
  claim: MailClaim,
  begun: MailTry | undefined,
): Promise<void> {
  try {
    await withPurpose(sql, anywhere, (tx) =>
      begun ? takeBackTry(tx, begun) : releaseClaim(tx, claim),
    )
  } catch (error) {
    log.warn({ attemptId: claim.id, error }, 'a mail waits until its lease has run out')
  }
}

/** A mail goes along with a person who has moved since it was queued. */
async function atHome(tx: Tx, course: CourseRow, attempt: MailAttempt): Promise<MailAttempt> {
  if (attempt.notice.municipalityCode === course.municipalityCode) return attempt
  const notice = await rehomeNotice(tx, attempt.notice, course)
  return { ...attempt, municipalityCode: notice.municipalityCode, notice }
}

async function send(
  { clock, log, mailer, vault, myAddress }: MailSenderDeps,
  tx: Tx,
  course: CourseRow,
  attempt: MailAttempt,
): Promise<void> {
  const { notice } = attempt
  // A test that skips weeks is ahead of this machine's clock; no notice leaves before it was queued.
  const today = notice.queuedOn ? laterOf(clock.today(), notice.queuedOn) : clock.today()
  const about = { noticeId: notice.id, attemptId: attempt.id, courseId: course.id }

  if (notice.state !== 'queued') {
    return settleAttempt(tx, attempt, { state: 'withdrawn', reason: 'superseded', on: today })
  }
  const ready = await recheck(tx, course, notice, today)
  const stop = async (why: Stopped) => {
    await stopNotice(tx, { notice, attempt }, why, today, takenBack(attempt))
    await replanIfChanged(tx, course, today, { tell: true })
    log.info({ ...about, reason: why.reason }, 'a mail was withdrawn')
  }
  if (!ready.maySend) return stop(ready)
  const reachable = await hasMail(tx, course)
  if (reachable === undefined) throw new PersonNotVisible(course.id)
  if (!reachable) return turnIntoLetter(tx, attempt, takenBack(attempt), 'noMail', today)
  if (attempt.tries > triesAtMost) {
    return turnIntoLetter(tx, attempt, 'unknown', 'unknownTwice', today)
  }
  const opened = await openPerson(tx, vault, course, today)
  if (!opened) return stop(await whyNobody(tx, course))
  const { person, mail } = opened
  if (!(await isConfirmed(tx, vault, course, mail))) {
    await askAnew(tx, course)
    return turnIntoLetter(tx, attempt, takenBack(attempt), 'mailNotConfirmed', today)
  }

  const token = { municipalityCode: attempt.municipalityCode, token: attempt.mailToken }
  const form = { lang: mail.language, stopLink: myAddress && stopLinkOf(myAddress, token) }
  const message = renderMail(mailContent({ ...ready, person }, notice, today), form)
  const to = { to: mail.address, messageId: messageIdOf(attempt.id), token }
  const result = await mailer.send(message, to)
  await record(tx, course, attempt, result, today)
  const code = 'code' in result ? result.code : undefined
  log.info({ ...about, outcome: result.outcome, code }, 'a mail was handed to its server')
}

type Opened = { person: PersonToNotify; mail: OpenMailAddress }

async function openPerson(
  tx: Tx,
  vault: Vault,
  { municipalityCode, residentId }: CourseRow,
  today: PlainDate,
): Promise<Opened | undefined> {
  const row = { municipalityCode, residentId }
  const fields = ['name', 'kana', 'mail'] as const
  const keys = await unlockPeople(tx, vault, { purpose: 'sendNotice', rows: [row], fields })
  const person = (await readPeopleToNotify(tx, keys, [row], today)).get(residentId)
  const mail = await openMailAddress(tx, keys.get(residentId), row)
  return person && mail && { person, mail }
}

/** Told or sealed anew since it was confirmed, it is compared: nothing goes to an address nobody confirmed. */
async function isConfirmed(
  tx: Tx,
  vault: Vault,
  course: CourseRow,
  { address, isRetold, check }: OpenMailAddress,
): Promise<boolean> {
  if (!isRetold) return true
  const isSame = check !== null && (await mailCheck(vault, course, address)).equals(check)
  if (isSame) await sameAsBefore(tx, course)
  return isSame
}

/** Not sent now; an earlier try may have been. */
function takenBack({ tries }: MailAttempt): 'withdrawn' | 'unknown' {
  return tries > 1 ? 'unknown' : 'withdrawn'
}

async function record(
  tx: Tx,
  course: CourseRow,
  attempt: MailAttempt,
  result: SendResult,
  today: PlainDate,
): Promise<void> {
  switch (result.outcome) {
    case 'accepted':
      await settleAttempt(tx, attempt, { state: 'accepted', on: today })
      await noticeLeft(tx, attempt.notice, { channel: 'mail', on: today, at: new Date() })
      return replanIfChanged(tx, course, today, { tell: true })
    case 'refused':
      await noteRefusal(tx, course, result.isAddressGone, today)
      return turnIntoLetter(tx, attempt, 'refused', result.code, today)
    case 'notSent':
      return requeueMail(tx, attempt, { counts: false })
    case 'unknown':
      if (attempt.tries < triesAtMost) return requeueMail(tx, attempt, { counts: true })
      return turnIntoLetter(tx, attempt, 'unknown', result.code, today)
    default:
      return assertNever(result)
  }
}

/** A server's word that the address is none is for good; any other no is about this mail, until it is repeated. */
async function noteRefusal(
  tx: Tx,
  course: CourseRow,
  isAddressGone: boolean,
  today: PlainDate,
): Promise<void> {
  const stop = { because: 'refused', on: today } as const
  await (isAddressGone ? stopMail : countFailure)(tx, course, stop)
}

/** The same notice by a further attempt, which leaves with the home's next batch. */
async function turnIntoLetter(
  tx: Tx,
  attempt: MailAttempt,
  state: 'refused' | 'unknown' | 'withdrawn',
  reason: string,
  today: PlainDate,
): Promise<void> {
  await settleAttempt(tx, attempt, { state, reason, on: today })
  if (isMailOnly(attempt.notice)) {
    return noticeStopped(tx, attempt.notice, { state: 'suppressed', reason: 'mailOnly' })
  }
  await queueAttempt(tx, attempt.notice, 'letter')
}

function assertNever(value: never): never {
  throw new Error(`unexpected outcome ${JSON.stringify(value)}`)
}
