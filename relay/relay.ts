import type { Client } from '@temporalio/client'
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'
import type { Logger } from 'pino'
import type { Clock } from '../config/clock.ts'
import { type Sql, withPurpose } from '../db/client.ts'
import { readFacts } from '../db/queries/facts.ts'
import {
  type Lease,
  leaseNews,
  newsScope,
  postponeNews,
  releaseNews,
  settleDelivered,
} from '../db/queries/outbox.ts'
import { courseStart } from '../workflows/course-start.ts'
import { courseWorkflowType } from '../workflows/messages.ts'

export type RelayDeps = { sql: Sql; client: Client; clock: Clock; log: Logger }

const leaseRows = 64
const concurrency = 32
const callPatienceMs = 10_000

/** After so many refusals a row is set aside: it is shown to operators and holds nobody back. */
const triesBeforeSetAside = 8
const retryBaseSeconds = 2

export type RoundResult = 'idle' | 'busy' | 'temporalIsAway'

/**
 * One round: lease rows, read the newest facts, tell the courses, delete what was told. No row lock
 * is held across the calls; whoever dies here leaves a lease that runs out, and the news goes twice.
 * What a server that is away or misconfigured says of every row counts against none of them.
 */
export async function relayRound(deps: RelayDeps): Promise<RoundResult> {
  const leases = await leaseNews(deps.sql, leaseRows)
  if (leases.length === 0) return 'idle'

  const facts = await withPurpose(deps.sql, newsScope, (tx) =>
    readFacts(
      tx,
      leases.map((l) => l.courseId),
      deps.clock,
    ),
  )
  const sent: { courseId: string; version: number }[] = []
  const away: string[] = []
  const reasons = new Set<string>()
  const invalid: Refused[] = []

  await eachOf(leases, async (lease) => {
    const news = facts.get(lease.courseId)
    if (!news) return
    try {
      await deps.client.withDeadline(Date.now() + callPatienceMs, () =>
        deps.client.workflow.signalWithStart(courseWorkflowType, courseStart(lease.courseId, news)),
      )
      sent.push({ courseId: lease.courseId, version: news.version })
    } catch (error) {
      reasons.add(reasonOf(error))
      if (isAway(error)) away.push(lease.courseId)
      else if (grpcCode(error) === invalidArgument) invalid.push({ lease, error })
      else await postpone(deps, lease, error)
    }
  })

  // A missing search attribute makes every request invalid: only beside another's success is it
  // the row's own fault.
  if (sent.length === 0) away.push(...invalid.map(({ lease }) => lease.courseId))
  else for (const { lease, error } of invalid) await postpone(deps, lease, error)

  if (sent.length > 0) await settleDelivered(deps.sql, sent)
  if (away.length > 0) await releaseNews(deps.sql, away)
  if (away.length === 0) return 'busy'
  deps.log.warn({ rows: away.length, reasons: [...reasons] }, 'Temporal takes no news now')
  return 'temporalIsAway'
}

type Refused = { lease: Lease; error: unknown }

async function postpone(deps: RelayDeps, lease: Lease, error: unknown): Promise<void> {
  const tries = lease.tries + 1
  const setAside = tries >= triesBeforeSetAside
  const reason = reasonOf(error)
  deps.log.warn({ courseId: lease.courseId, tries, setAside, reason }, 'news was refused')
  await postponeNews(deps.sql, {
    ...lease,
    error: reason,
    delaySeconds: retryBaseSeconds ** tries,
    setAside,
  })
}

const invalidArgument = 3

/** The codes of a server that does not answer, asks for patience, or is not set up as it should be. */
const awayCodes = new Set([
  1, // cancelled
  2, // unknown
  4, // deadline exceeded
  5, // not found: the namespace, since the run would be started
  7, // permission denied
  8, // resource exhausted
  10, // aborted
  13, // internal
  14, // unavailable
  16, // unauthenticated
])

function isAway(error: unknown): boolean {
  return awayCodes.has(grpcCode(error) ?? -1)
}

/** The client tells a missing namespace by classes of their own, which keep no code. */
function grpcCode(error: unknown): number | undefined {
  if (error instanceof NamespaceNotFoundError || error instanceof WorkflowNotFoundError) return 5
  if (isGrpcServiceError(error)) return error.code
  const cause = (error as { cause?: unknown } | null)?.cause
  return isGrpcServiceError(cause) ? cause.code : undefined
}

/** Kind of error only: a message may repeat what was sent. */
function reasonOf(error: unknown): string {
  const code = grpcCode(error)
  const name = error instanceof Error ? error.name : typeof error
  return code === undefined ? name : `${name} (gRPC ${code})`
}

async function eachOf<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane))
}
