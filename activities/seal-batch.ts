import { look, type Scope, type Tx, withPurpose } from '../db/client.ts'
import { unlockPeople } from '../db/people/keys.ts'
import { keepLetterContent } from '../db/people/letter-content.ts'
import { type PersonToNotify, readPeopleToNotify } from '../db/people/read.ts'
import { type BatchKey, type BatchRow, lockBatch } from '../db/queries/batches/batch.ts'
import {
  attemptsOfCourses,
  type BatchAttempt,
  countSealed,
  coursesOfBatch,
} from '../db/queries/batches/letters.ts'
import { beganToSeal, closeBatch, keepLacking, keepStopped } from '../db/queries/batches/seal.ts'
import { letterTextBook } from '../db/queries/letter-texts.ts'
import { noticeLeft, rehomeNotice, settleAttempt } from '../db/queries/notices.ts'
import type { CourseRow } from '../db/queries/plan-input.ts'
import {
  keepLetterCode,
  makeLetterCodes,
  type NewLetterCode,
} from '../db/residents/letter-codes.ts'
import type { BatchAsk } from '../domain/activity-contract.ts'
import type { Instant, NoticeKind, PlainDate } from '../domain/course.ts'
import { type LetterText, standardText } from '../domain/letter-text.ts'
import { fitsItsPage } from '../letters/fitting.ts'
import { type LackingInLetter, lackingIn } from '../letters/lacking.ts'
import { problemsOf } from '../letters/limits.ts'
import type { NoticeForPrint } from '../letters/notice.ts'
import { senderFrom } from '../letters/sender.ts'
import type { FieldKeys, Vault } from '../vault/vault.ts'
import { stoppedByAddress } from './address-stop.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { lockAndLook } from './lock-courses.ts'
import { letterContent } from './notice-content.ts'
import {
  byHand,
  type Ready,
  recheck,
  type Stopped,
  stopNotice,
  whyNobody,
} from './notice-recheck.ts'
import { proposedBatch, releasedIfMay } from './propose-batch.ts'
import { replanIfChanged } from './replan-if-changed.ts'

/**
 * What `letter_content` keeps of a sealed letter. `sealedAt` is the campaign instant, to the second,
 * before which every acknowledged fact was looked at.
 */
export type SealedLetter = { letter: NoticeForPrint; sealedAt: Instant }

type Sealing = BatchKey & {
  sealedAt: Instant
  today: PlainDate
  leftAt: Date
  /** Of the page that letters lead to. */
  myAddress?: string | undefined
}

/**
 * Courses whose locks one transaction holds: a scan of one of these people waits for a fraction of a
 * second, however large the town is.
 */
export const coursesPerChunk = 40

/**
 * Fixes what a town's released batch holds: some courses at a time are locked, each letter is looked at
 * once more, and leaves or is taken back with the reason. For whoever reads batches it is sealed when the
 * last of them is; broken off, it goes on where it stood. A batch that waits for its release, or was
 * sealed, stays as it is. Letters bear the day of the seal, which is later than `batchOn` for an evening
 * that was missed.
 */
export async function sealBatch(deps: ActivityDeps, ask: BatchAsk): Promise<{ letters: number }> {
  const { municipalityCode, batchOn, workflowNowMs } = ask
  const key = { municipalityCode, batchOn }
  const mayBegin = await propose(deps, key, businessNow(deps.clock, workflowNowMs).today)
  if (!mayBegin) return { letters: 0 }
  for (;;) {
    const { isOver, letters } = await sealChunk(deps, key, workflowNowMs)
    if (isOver) return { letters }
  }
}

/**
 * A run that began before there were dry runs asks for the seal at once. False while the batch waits for
 * an earlier one.
 */
async function propose({ sql }: ActivityDeps, key: BatchKey, today: PlainDate): Promise<boolean> {
  const scope: Scope = { municipalityCode: key.municipalityCode, purpose: 'sendNotice', look: [] }
  return withPurpose(sql, scope, async (tx) => {
    const batch = await proposedBatch(tx, key, today)
    return batch !== undefined && !(await releasedIfMay(tx, batch, today)).waitsForEarlier
  })
}

type Chunk = { isOver: boolean; letters: number }

/** The row of the batch is the lock of its seal: whoever seals beside another waits for each chunk. */
async function sealChunk(
  { sql, vault, clock, log, myAddress }: ActivityDeps,
  key: BatchKey,
  workflowNowMs: number,
): Promise<Chunk> {
  const scope = { municipalityCode: key.municipalityCode, purpose: 'sendNotice' } as const
  return withPurpose(sql, scope, async (tx) => {
    const batch = await lockBatch(tx, key)
    if (batch?.state !== 'released' || batch.abortAskedAt) {
      await look(tx, [])
      return { isOver: true, letters: batch?.letters ?? 0 }
    }
    if (!batch.sealBeganAt) await beganToSeal(tx, key)
    const courseIds = await coursesOfBatch(tx, key, 'queued', coursesPerChunk)
    const courses = await lockAndLook(tx, courseIds)
    // Taken between the locks and the looks: what was acknowledged before it is seen, all of it.
    const now = businessNow(clock, workflowNowMs)
    if (courseIds.length === 0) return close(tx, { batch, today: now.today, log })
    const sealing = {
      ...key,
      sealedAt: toSecond(now.campaignMs),
      today: now.today,
      leftAt: new Date(),
      myAddress,
    }
    const attempts = await attemptsOfCourses(tx, key, 'queued', courseIds)
    const counts = await sealLetters(
      { tx, vault, sealing, log },
      attempts.map((queued) => ({ queued, course: courses.get(queued.notice.courseId)! })),
    )
    await keepStopped(tx, batch, counts)
    return { isOver: false, letters: 0 }
  })
}

async function close(
  tx: Tx,
  { batch, today, log }: { batch: BatchRow; today: PlainDate } & Pick<ActivityDeps, 'log'>,
): Promise<Chunk> {
  const letters = await countSealed(tx, batch)
  await closeBatch(tx, batch, { letters, today })
  const { municipalityCode, batchOn, proposedLetters: proposed, stopped } = batch
  log.info(
    { municipalityCode, batchOn, proposed, letters, stopped },
    'a batch of letters is sealed',
  )
  return { isOver: true, letters }
}

type Seal = { tx: Tx; vault: Vault; sealing: Sealing; log: ActivityDeps['log'] }
/** What the whole batch bears, and what is found out about it on the way. */
type Whole = { texts: Map<NoticeKind, LetterText>; lacking: LackingInLetter[] }
type Letter = { queued: BatchAttempt; course: CourseRow }
type ReadyLetter = Letter & { ready: Ready }

/** How many came to what: `sealed`, `movedHome`, or the reason for which they stay. */
async function sealLetters(seal: Seal, letters: Letter[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const count = (outcome: string) => {
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  const ready: ReadyLetter[] = []
  for (const letter of letters) {
    const checked = await checkLetter(seal, letter)
    if (typeof checked === 'string') count(checked)
    else ready.push({ ...letter, ready: checked })
  }
  // All at once, and only those whose letter really leaves.
  const people = await openPeople(seal, ready)
  const codes = await makeLetterCodes(seal.vault, seal.sealing.municipalityCode, ready.length)
  const whole: Whole = { texts: await textsFor(seal, ready), lacking: [] }
  for (const [at, letter] of ready.entries()) {
    count(await sealLetter(seal, letter, { ...people, ...whole, code: codes[at]! }))
  }
  await keepLacking(seal.tx, seal.sealing, whole.lacking)
  return counts
}

/** Looks once more, at nobody's name yet; what it has come to when the letter does not leave. */
async function checkLetter(
  { tx, sealing }: Seal,
  { queued, course }: Letter,
): Promise<Ready | string> {
  const { notice, ...attempt } = queued
  if (course.municipalityCode !== notice.municipalityCode) {
    // Still queued, it leaves with the new home's next batch.
    await rehomeNotice(tx, notice, course)
    return 'movedHome'
  }
  const { today } = sealing
  if (notice.state !== 'queued') return stopStray(tx, attempt, today)
  const checked = await recheck(tx, course, notice, today)
  if (!checked.maySend) return stop({ tx, sealing }, { queued, course }, checked)
  const stopped = checked.input.home.lettersStopped && (await stoppedByAddress(tx, course, today))
  return stopped ? stop({ tx, sealing }, { queued, course }, stopped) : checked
}

type Opened = { keys: Map<string, FieldKeys>; people: Map<string, PersonToNotify> }

async function openPeople({ tx, vault, sealing }: Seal, ready: ReadyLetter[]): Promise<Opened> {
  const rows = ready.map(({ course: { municipalityCode, residentId } }) => {
    return { municipalityCode, residentId }
  })
  const fields = ['name', 'kana', 'address', 'letter'] as const
  const keys = await unlockPeople(tx, vault, { purpose: 'sendNotice', rows, fields })
  return { keys, people: await readPeopleToNotify(tx, keys, rows, sealing.today) }
}

/** The town's own text of each kind; the standard one where its own no longer fits: no evening waits for it. */
async function textsFor(
  { tx, sealing: { municipalityCode }, log }: Seal,
  letters: ReadyLetter[],
): Promise<Whole['texts']> {
  const book = await letterTextBook(tx, municipalityCode)
  const senders = new Map(letters.map(({ queued, ready }) => [queued.notice.kind, ready.sender]))
  const texts: Whole['texts'] = new Map()
  for (const [kind, sender] of senders) {
    const own = book.newest(kind)
    const fits = await fitsItsPage(kind, senderFrom(sender), own)
    if (!fits) {
      const { version } = own
      log.error({ alarm: 'letterTextDoesNotFit', municipalityCode, kind, version }, 'standard text')
    }
    texts.set(kind, fits ? own : standardText)
  }
  return texts
}

async function sealLetter(
  { tx, sealing }: Seal,
  letter: ReadyLetter,
  { keys, people, texts, lacking, code }: Opened & Whole & { code: NewLetterCode },
): Promise<string> {
  const { queued, course, ready } = letter
  const { notice, ...attempt } = queued
  const { today, sealedAt, batchOn, leftAt } = sealing
  const stopped = (why: Stopped) => stop({ tx, sealing }, letter, why)
  const person = people.get(course.residentId)
  const key = keys.get(course.residentId)
  if (!person || !key) return stopped(await whyNobody(tx, course))
  const textVersion = texts.get(notice.kind)!.version
  const { myAddress } = sealing
  const page = { letterId: attempt.id, code: code.code, myAddress, textVersion }
  const content = letterContent({ ...ready, person }, notice, today, page)
  if (!content) return stopped(byHand('noAddress', course))
  if (problemsOf(content).length > 0) return stopped(byHand('notPrintable', course))

  lacking.push(...lackingIn(content))
  const kept: SealedLetter = { letter: content, sealedAt }
  await keepLetterContent(tx, key, { attempt, residentId: course.residentId, content: kept })
  await keepLetterCode(tx, course, { letterId: attempt.id, madeOn: today, index: code.index })
  await settleAttempt(tx, attempt, { state: 'sealed', on: today, batchOn })
  await noticeLeft(tx, notice, { channel: 'letter', on: today, at: leftAt })
  await replanIfChanged(tx, course, today, { tell: true })
  return 'sealed'
}

async function stop(
  { tx, sealing: { today } }: Pick<Seal, 'tx' | 'sealing'>,
  { queued: { notice, ...attempt }, course }: Letter,
  stopped: Stopped,
): Promise<string> {
  await stopNotice(tx, { notice, attempt }, stopped, today)
  await replanIfChanged(tx, course, today, { tell: true })
  return stopped.reason
}

/** Its notice was decided otherwise meanwhile; only the attempt is left to take back. */
async function stopStray(
  tx: Tx,
  attempt: { municipalityCode: string; id: string },
  today: PlainDate,
): Promise<string> {
  await settleAttempt(tx, attempt, { state: 'withdrawn', reason: 'superseded', on: today })
  return 'superseded'
}

function toSecond(ms: number): Instant {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
