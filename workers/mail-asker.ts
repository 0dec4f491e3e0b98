/**
 * Asks the owners of mail addresses, beside the worker, whether notices may be sent there: a register's
 * address is somebody's claim. The mail names a town and nobody; it goes to nobody who is dead, has left,
 * is protected, has refused letters or has nothing more to come. The mark of being under way is committed
 * before the server is spoken to; an unknown outcome allows one repetition, and then the mail counts as
 * sent: whoever never got it gets letters.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import { type Sql, type Tx, withPurpose } from '../db/client.ts'
import { mailCheck, openMailAddress, unlockMail } from '../db/people/mail-address.ts'
import { askAnew, sameAsBefore, stopMail } from '../db/queries/mail-addresses.ts'
import {
  type AskClaim,
  type Asked,
  type Asking,
  beginAsk,
  claimAsks,
  lockAsk,
  putOff,
  settleAsk,
  takePlace,
} from '../db/queries/mail-asks.ts'
import { senderOf } from '../db/queries/notices.ts'
import { isProtectedOn } from '../db/queries/protection.ts'
import { providerOf } from '../domain/mail-providers.ts'
import { confirmLinkOf } from '../domain/mail-token.ts'
import { senderFrom } from '../letters/sender.ts'
import { mailAddressOf } from '../mail/address.ts'
import { confirmationIdOf, linkDays, renderConfirmation } from '../mail/confirm-message.ts'
import type { Mailer, SendResult } from '../mail/transport.ts'
import type { Vault } from '../vault/vault.ts'
import { sendingMoment } from './sending-moment.ts'

export type MailAskerDeps = {
  sql: Sql
  vault: Vault
  clock: Clock
  log: Log
  mailer: Pick<Mailer, 'send'>
  /** Of the residents' page, to which the link leads; while nobody knows it, nobody is asked. */
  myAddress?: string | undefined
  /** Questions under way at one time. */
  concurrency: number
  isDemo?: boolean
}

const lookEveryMs = 250
const afterFaultMs = 5_000
/** Longer than a delivery may take. */
const leaseMs = 60_000
const triesAtMost = 2
const againMs = 1_000
const paceMs = 500
/** Somebody who is not to be asked now may be later: a protection ends. Each look is a row on that person's page. */
const lookAgainMs = 86_400_000

/** Names nobody: whose an address is, only its own town sees. */
const anywhere = { municipalityCode: [], purpose: 'claimMail' } as const

export function startMailAsker(deps: MailAskerDeps, everyMs = lookEveryMs): Repeated {
  return repeat({
    round: (signal) => inCampaign(deps, () => askAll(deps, signal)),
    onFault: (err) => deps.log.warn({ err }, 'addresses could not be asked; they are tried again'),
    pauseMs: ({ hasFailed }) => (hasFailed ? afterFaultMs : everyMs),
  })
}

async function askAll(deps: MailAskerDeps, signal: AbortSignal): Promise<void> {
  const { sql, log, concurrency, myAddress } = deps
  if (!myAddress) return
  const lane = async () => {
    while (!signal.aborted) {
      const [claim] = await withPurpose(sql, anywhere, (tx) =>
        claimAsks(tx, { atMost: 1, leaseMs }, sendingMoment(deps.clock)),
      )
      if (!claim) return
      await ask({ ...deps, myAddress }, claim).catch(async (error) => {
        log.warn({ error }, 'an address could not be asked; it is tried again')
        await withPurpose(sql, anywhere, (tx) => putOff(tx, claim, afterFaultMs))
      })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
}

type Ready = { asking: Asking; address: string; message: ReturnType<typeof renderConfirmation> }

async function ask(deps: MailAskerDeps & { myAddress: string }, claim: AskClaim): Promise<void> {
  const { municipalityCode, residentId } = claim
  const look = { municipalityCode, residentId, fields: ['registerEvents', 'course'] }
  const ready = await withPurpose(
    deps.sql,
    { municipalityCode, purpose: 'sendNotice', look },
    (tx) => prepare(deps, tx, claim),
  )
  if (!ready) return
  const { asking, address, message } = ready
  const result = await deps.mailer.send(message, {
    to: address,
    messageId: confirmationIdOf(asking.id),
  })
  const asked = outcomeOf(result, asking, deps.clock)
  await withPurpose(deps.sql, anywhere, (tx) => settleAsk(tx, asking, asked))
  deps.log.info({ addressId: asking.id, outcome: result.outcome }, 'an address was asked')
}

/** Compares, checks and marks; undefined when nothing is to be sent now. */
async function prepare(
  { vault, clock, myAddress }: MailAskerDeps & { myAddress: string },
  tx: Tx,
  claim: AskClaim,
): Promise<Ready | undefined> {
  const today = clock.today()
  const row = await lockAsk(tx, claim)
  if (!row) return undefined
  if (!row.isToBeAsked || (await isProtectedOn(tx, claim, today))) {
    return void (await putOff(tx, claim, lookAgainMs))
  }
  const opened = await openMailAddress(tx, await unlockMail(tx, vault, claim, 'sendNotice'), claim)
  const recipient = opened && mailAddressOf(opened.address)
  if (!opened || !recipient) {
    await sameAsBefore(tx, claim)
    return void (await stopMail(tx, claim, { because: opened ? 'refused' : 'removed', on: today }))
  }
  const check = await mailCheck(vault, claim, opened.address)
  if (opened.isRetold) {
    const isSame = opened.check !== null && check.equals(opened.check)
    const isBack = row.stoppedBecause === 'removed'
    await (isSame && !isBack ? sameAsBefore : askAnew)(tx, claim)
    // What is to be asked now is claimed anew, at once.
    return undefined
  }
  const provider = providerOf(recipient)
  if (!(await takePlace(tx, provider))) return void (await putOff(tx, claim, paceMs, provider))
  const sender = await senderOf(tx, claim.municipalityCode)
  if (!sender) return void (await putOff(tx, claim, lookAgainMs))
  if (row.tries >= triesAtMost) {
    // Its sender died twice over it: it may have arrived, and is not sent a third time.
    const asking = { ...claim, id: row.id, tries: row.tries }
    return void (await settleAsk(tx, asking, { state: 'asked', on: today }))
  }
  const secret = randomBytes(24).toString('base64url')
  const asking = await beginAsk(tx, claim, { check, provider, secret, linkDays, leaseMs })
  const link = confirmLinkOf(myAddress, claim.municipalityCode, secret)
  const message = renderConfirmation(
    { sender: senderFrom(sender), link },
    { lang: opened.language },
  )
  return { asking, address: recipient, message }
}

function outcomeOf(result: SendResult, { tries }: Asking, clock: Clock): Asked {
  const on = clock.today()
  switch (result.outcome) {
    case 'accepted':
      return { state: 'asked', on }
    case 'refused':
      return result.isAddressGone
        ? { state: 'stopped', on }
        : { state: 'refusedNow', on, againMs: lookAgainMs }
    case 'notSent':
      return { state: 'toAsk', againMs }
    case 'unknown':
      return tries < triesAtMost ? { state: 'asking', againMs } : { state: 'asked', on }
  }
}
