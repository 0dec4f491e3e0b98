/**
 * What becomes of mails that came back, beside the worker: reports are read from a folder (a mail server's
 * delivery program, or a clerk, puts them there), and each noted bounce is settled under the lock of its
 * course. The address is stopped, and the notice goes on as a letter if it is still owed when the letter is
 * sealed. A report that is not about a mail of ours stops nothing; no report is kept.
 */
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inCourse } from '../activities/in-course.ts'
import { replanIfChanged } from '../activities/replan-if-changed.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import { type Sql, type Tx, withPurpose } from '../db/client.ts'
import { countFailure, stopMail } from '../db/queries/mail-addresses.ts'
import {
  type BounceClaim,
  bounceSettled,
  claimBounce,
  lockBounced,
  noticeCameBack,
  takeBounce,
} from '../db/queries/mail-bounces.ts'
import { noticeStopped, queueAttempt, settleAttempt } from '../db/queries/notices.ts'
import { widenScope } from '../db/scope.ts'
import { isMailOnly, type PlainDate } from '../domain/course.ts'
import { isAddressGone } from '../mail/address-gone.ts'
import { readBounce, reportBytesAtMost } from '../mail/bounce-report.ts'

export type BounceDeps = {
  sql: Sql
  clock: Clock
  log: Log
  /** Reports lie in its folder `bounces` as `.eml`, renamed into it whole. */
  dataDir: string
  isDemo?: boolean
}

const lookEveryMs = 2_000
const afterFaultMs = 10_000
const leaseMs = 10_000
const filesAtOnce = 200
const anywhere = { municipalityCode: [], purpose: 'claimMail' } as const

export function startBounceKeeper(deps: BounceDeps, everyMs = lookEveryMs): Repeated {
  return repeat({
    round: (signal) =>
      inCampaign(deps, async () => {
        await readFolder(deps, signal)
        await settleAll(deps, signal)
      }),
    onFault: (err) => deps.log.warn({ err }, 'mails that came back wait; they are tried again'),
    pauseMs: ({ hasFailed }) => (hasFailed ? afterFaultMs : everyMs),
  })
}

/** One that cannot be read, as another account's file, keeps no other waiting. */
async function readFolder(deps: BounceDeps, signal: AbortSignal): Promise<void> {
  const { log, dataDir } = deps
  const folder = join(dataDir, 'bounces')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && /^[^.].*\.eml$/.test(entry.name))
    .map(({ name }) => name)
  const counts: Record<string, number> = {}
  for (const name of names.sort().slice(0, filesAtOnce)) {
    if (signal.aborted) break
    const what = await readFile(deps, join(folder, name)).catch((error) => {
      log.error({ alarm: 'bounceNotRead', error }, 'a report stays where it lies')
      return 'notRead'
    })
    counts[what] = (counts[what] ?? 0) + 1
  }
  if (names.length > 0) log.info({ counts }, 'reports of mails that came back were read')
}

async function readFile({ sql, clock }: BounceDeps, path: string): Promise<string> {
  const read = await readBounce(await firstBytes(path))
  const how = { via: 'folder', on: clock.today() } as const
  const what = 'report' in read ? await takeBounce(sql, read.report, how) : read.notTaken
  // It names an address, and what it says is noted by now.
  await rm(path, { force: true })
  return what
}

/** One byte more than is taken, so that a larger file is told as one. */
async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const bytes = Buffer.alloc(reportBytesAtMost + 1)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function settleAll(deps: BounceDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const claim = await withPurpose(deps.sql, anywhere, (tx) => claimBounce(tx, leaseMs))
    if (!claim) return
    // Its lease runs on, so that the next one is another mail's.
    await settle(deps, claim).catch((error) =>
      deps.log.error(
        { alarm: 'bounceNotSettled', attemptId: claim.attemptId, error },
        'a mail that came back could not be settled; it is tried again',
      ),
    )
  }
}

async function settle({ sql, clock, log }: BounceDeps, claim: BounceClaim): Promise<void> {
  const today = clock.today()
  await inCourse(sql, claim.courseId, async (tx, course) => {
    if (claim.municipalityCode !== course.municipalityCode) {
      await widenScope(tx, [claim.municipalityCode])
    }
    const outcome = await settleIn(tx, claim, today)
    if (outcome === undefined) return
    await bounceSettled(tx, claim, { outcome, on: today })
    await replanIfChanged(tx, course, today, { tell: true })
    log.info({ attemptId: claim.attemptId, outcome }, 'a mail came back')
  })
}

/** Undefined while the sender has not settled it itself: the report was faster. */
async function settleIn(tx: Tx, claim: BounceClaim, today: PlainDate) {
  const bounced = await lockBounced(tx, claim)
  if (!bounced || bounced.isUnderWay) return undefined
  const { status, notice, attemptState } = bounced
  const stop = { because: 'bounced', on: today } as const
  if (isAddressGone(status)) await stopMail(tx, notice, stop)
  // Refused at once, it was counted then.
  else if (attemptState !== 'refused') await countFailure(tx, notice, stop)
  if (attemptState !== 'accepted') return 'tooLate'
  const { municipalityCode, attemptId: id } = claim
  await settleAttempt(tx, { municipalityCode, id }, { state: 'bounced', reason: status, on: today })
  if (!(await noticeCameBack(tx, notice))) return 'tooLate'
  if (isMailOnly(notice)) {
    await noticeStopped(tx, notice, { state: 'suppressed', reason: 'mailOnly' })
    return 'tooLate'
  }
  await queueAttempt(tx, notice, 'letter')
  return 'letter'
}
