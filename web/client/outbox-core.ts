/**
 * Scans on their way: kept before they are sent, sent in the order in which they were kept, gone when
 * the system has acknowledged them, and never before. See docs/adr/0019-offline.md.
 */
import {
  type Conflict,
  type ConflictRow,
  type FlushResult,
  OutboxError,
  type OutboxScan,
  type OutboxSeal,
  type OutboxState,
  type OutboxStore,
  type Outcome,
  type Post,
  type Report,
  type UnsentRow,
} from './outbox-types.ts'
import { type Judged, judgeAnswer } from './outbox-verdict.ts'

/** A tablet of a busy venue makes 500 in a day; ten such days, and no more than 20 MB. */
export const rowsAtMost = 5_000
/** A scan has a dozen short fields. */
export const scanMaxBytes = 4_096
/** Of a shift: what has waited for longer is not a gap in the network but a fault. */
const oldAfterMs = 12 * 3_600_000
/** For so long the page shows that it waits; then the queue goes on, and nobody sees the answer. */
const seenAtOnceMs = 3_000
/** An answer that takes longer never comes; the same scan may be sent again. */
const answerWithinMs = 15_000
/** Nobody waits for a network again that was not there a moment ago: what is scanned meanwhile is kept. */
const restAfterOfflineMs = 1_000
/** A row at which the system breaks must not keep those behind it: after so often it is passed over. */
const faultsAtMost = 5

export type Outbox = {
  /** Resolves when the scan is on the disk, sealed. Throws `OutboxError`. Keeps each scanId once. */
  add(scan: OutboxScan): Promise<void>
  count(): Promise<number>
  state(): Promise<OutboxState>
  /**
   * Sends what is unsent, in order, one tab at a time; a second call waits for the first. `report` takes
   * what came back late to the venue lead's list. Never throws for what the network does.
   */
  flush(post: Post, report?: Report): Promise<FlushResult>
  /** Called now and after every change, also one made in another tab. Answers how to stop it. */
  onChange(listener: (state: OutboxState) => void): () => void
}

export type OutboxParts = {
  store: OutboxStore
  seal: OutboxSeal
  /** Runs one at a time, over all tabs. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
  /** Tells the other tabs that something changed. */
  tellOthers(): void
  now(): number
}

/** What only the surroundings of an outbox tell it. */
export type OutboxTold = {
  changedElsewhere(): void
  /** There is a connection again: the next flush tries it, whenever the last one failed. */
  isReconnected(): void
}

export function createOutbox(parts: OutboxParts): Outbox & OutboxTold {
  const { store, now } = parts
  let offlineAt = Number.NEGATIVE_INFINITY
  /** Whoever scanned before it was told that the scan is kept, and has gone on. */
  let stoppedAt = Number.NEGATIVE_INFINITY
  /** Also for a clock that was set back. */
  const isLate = ({ keptAt }: UnsentRow) =>
    keptAt <= stoppedAt || Math.abs(now() - keptAt) > seenAtOnceMs
  const listeners = new Set<(state: OutboxState) => void>()

  async function state(): Promise<OutboxState> {
    const counts = await store.counts()
    const isOld = counts.oldestAt !== undefined && now() - counts.oldestAt > oldAfterMs
    return { ...counts, isOld, isNearlyFull: counts.unsent + counts.conflicts > rowsAtMost * 0.9 }
  }

  async function announce(): Promise<void> {
    if (listeners.size === 0) return
    const newest = await state()
    for (const listener of listeners) listener(newest)
  }

  async function changed(): Promise<void> {
    parts.tellOthers()
    await announce()
  }

  return {
    async add(scan) {
      await keep(parts, scan)
      await changed()
    },
    count: async () => (await store.counts()).unsent,
    state,
    flush: (post, report) =>
      parts.exclusive(async () => {
        const isResting = Math.abs(now() - offlineAt) < restAfterOfflineMs
        const result = isResting ? unreached() : await sendAll({ ...parts, changed, isLate }, post)
        if (result.stopped) stoppedAt = now()
        if (result.stopped === 'offline' && !isResting) offlineAt = now()
        if (report && !result.stopped) await handOver({ ...parts, changed, isLate }, report)
        return { ...result, left: (await store.counts()).unsent }
      }),
    onChange(listener) {
      listeners.add(listener)
      void state().then((newest) => listeners.has(listener) && listener(newest))
      return () => void listeners.delete(listener)
    },
    changedElsewhere: () => void announce(),
    isReconnected: () => {
      offlineAt = Number.NEGATIVE_INFINITY
    },
  }
}

async function keep({ store, seal, now }: OutboxParts, scan: OutboxScan): Promise<void> {
  const text = JSON.stringify(scan)
  if (new TextEncoder().encode(text).length > scanMaxBytes) throw new OutboxError('tooLarge')
  const { scanId } = scan
  try {
    const { unsent, conflicts } = await store.counts()
    if (unsent + conflicts >= rowsAtMost) throw new OutboxError('full')
    await store.add({ scanId, keptAt: now(), faults: 0, ...(await seal.seal(scanId, text)) })
  } catch (error) {
    if (error instanceof OutboxError) throw error
    throw new OutboxError('notAvailable', { cause: error })
  }
}

type Sending = OutboxParts & { changed(): Promise<void>; isLate(row: UnsentRow): boolean }

type Sent = Omit<FlushResult, 'left'>

async function sendAll(parts: Sending, post: Post): Promise<Sent> {
  const result: Sent = { sent: 0, conflicts: 0, outcomes: [] }
  let row = await parts.store.nextUnsent(0)
  while (row) {
    const text = await parts.seal.open(row.scanId, row)
    const judged = text === undefined ? unreadable : await send(row, JSON.parse(text), post)
    if (judged.kind === 'stop') {
      if (judged.isFault) await parts.store.noteFault(row.seq)
      if (!judged.isFault || row.faults + 1 < faultsAtMost) {
        const { kind: _, isFault: __, ...why } = judged
        return { ...result, ...why }
      }
    } else {
      const outcome = await settle(parts, row, judged, text === undefined)
      result.outcomes.push(outcome)
      if (outcome.kind === 'recorded') result.sent += 1
      else if (outcome.isLate) result.conflicts += 1
      await parts.changed()
    }
    row = await parts.store.nextUnsent(row.seq)
  }
  return result
}

const unreached = (): Sent => ({ sent: 0, conflicts: 0, outcomes: [], stopped: 'offline' })

const unreadable = { kind: 'refused', status: 0, code: 'unreadableOnTablet' } as const

async function send(row: UnsentRow, scan: OutboxScan, post: Post): Promise<Judged> {
  try {
    const answer = post(scan).then((response) => judgeAnswer(response, row.scanId))
    return await within(answerWithinMs, answer)
  } catch {
    return { kind: 'stop', stopped: 'offline', isFault: false }
  }
}

/** The row leaves the list of the unsent: for good, or as something that somebody must look into. */
async function settle(
  { store, now, ...parts }: Sending,
  row: UnsentRow,
  judged: Exclude<Judged, { kind: 'stop' }>,
  isUnreadable: boolean,
): Promise<Outcome> {
  const { seq, scanId, keptAt, iv, box } = row
  const { kind, status } = judged
  const isLate = isUnreadable || parts.isLate(row)
  if (kind === 'recorded' || !isLate) {
    await store.removeUnsent(seq)
  } else {
    const conflict = { scanId, keptAt, cameBackAt: now(), code: judged.code, status }
    // A held scan is kept by the system, and what cannot be opened is of no use there either.
    const isOfUse = kind === 'refused' && !isUnreadable
    await store.turnIntoConflict(seq, { ...conflict, ...(isOfUse && { sealed: { iv, box } }) })
  }
  return {
    scanId,
    kind: isUnreadable ? 'unreadable' : kind,
    status,
    isLate,
    ...(kind !== 'recorded' && { code: judged.code }),
  }
}

/** Brings what came back to the venue lead; what cannot be brought now is brought another time. */
async function handOver(parts: Sending, report: Report): Promise<void> {
  let row = await parts.store.nextConflict(0)
  while (row) {
    const conflict = await conflictOf(parts, row)
    const status = await reported(conflict, report)
    if (status === undefined) return
    await parts.store.removeConflict(row.seq)
    await parts.changed()
    row = await parts.store.nextConflict(row.seq)
  }
}

async function conflictOf({ seal }: Sending, row: ConflictRow): Promise<Conflict> {
  const { scanId, code, status, sealed } = row
  const text = sealed && (await seal.open(scanId, sealed))
  return {
    scanId,
    code,
    status,
    keptAt: new Date(row.keptAt).toISOString(),
    cameBackAt: new Date(row.cameBackAt).toISOString(),
    ...(text !== undefined && { scan: JSON.parse(text) }),
  }
}

/** Undefined when it has to be tried again. What is refused whole is told without what was scanned. */
async function reported(conflict: Conflict, report: Report): Promise<number | undefined> {
  try {
    const { status } = await within(answerWithinMs, report(conflict))
    if (status === 200 || status === 201) return status
    const { scan, ...bare } = conflict
    return status === 422 && scan !== undefined ? await reported(bare, report) : undefined
  } catch {
    return undefined
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ms)
  })
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
