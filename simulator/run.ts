/** Plays a truth to a running system over HTTP: each fact when its campaign instant has come. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CampaignTime, readCampaignTime } from './campaign-time.ts'
import { type Answer, type Client, createClient, problemCode } from './client.ts'
import type { ClerkCredential, DeviceCredential } from './credentials.ts'
import { instantOf } from './days.ts'
import { campaignDayOf, endOfCampaignMs, type Fact, factsOf } from './facts.ts'
import { startMailReader } from './mail-reader.ts'
import { openTold, readTold, type ToldWriter, toldFileName } from './told.ts'
import type { Truth } from './truth.ts'

export type CampaignProgress = {
  /** 0 on the first day. */
  day: number
  days: number
  doses: number
  told: number
  facts: number
  refused: number
  retries: number
}

export type CampaignOptions = {
  apiUrl: string
  token: string
  devices?: DeviceCredential[]
  clerks?: ClerkCredential[]
  truth: Truth
  dataDir: string
  onProgress?: (progress: CampaignProgress) => void
  /** Each fact that has been acknowledged or refused, in this run or one before. */
  onTold?: (factId: string) => void
  signal?: AbortSignal
}

const atOnceMax = 8
const readClockEveryMs = 50
/** At a second a day these are twenty minutes: facts are told close to their time. */
const lookAgainEveryMs = 15
const tryAgainLaterMs = 100

/**
 * Ends when the last day has ended and every fact that belongs to it has been told. Facts that an
 * earlier run told already (`told.jsonl`) are left out, so that a stopped campaign goes on where it
 * stood. It never moves the campaign clock: it waits for the days.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignProgress> {
  const { truth, signal, onProgress } = options
  const { header } = truth
  const endMs = endOfCampaignMs(header)
  const toldFile = join(options.dataDir, toldFileName)
  const toldBefore = new Set((await readTold(toldFile)).map((line) => line.factId))
  for (const id of toldBefore) options.onTold?.(id)
  const facts = factsOf(truth).filter((fact) => fact.atMs < endMs)
  const waiting = facts.filter((fact) => !toldBefore.has(fact.id))
  const progress: CampaignProgress = {
    day: 0,
    days: header.days,
    doses: 0,
    told: facts.length - waiting.length,
    facts: facts.length,
    refused: 0,
    retries: 0,
  }
  const client = createClient({
    ...options,
    onRetry: () => {
      progress.retries += 1
    },
  })
  const time = await readCampaignTime(client)
  const told = await openTold(toldFile)
  const teller = createTeller({
    client,
    time,
    told,
    progress,
    onTold: (id) => options.onTold?.(id),
    ...(signal && { signal }),
  })
  const reader = startMailReader({ mailDir: join(options.dataDir, 'mail'), apiUrl: options.apiUrl })
  try {
    await untilTheEnd()
    return progress
  } finally {
    await reader.stop()
    await told.close()
  }

  async function untilTheEnd() {
    const epochMs = instantOf(header.epoch)
    let next = 0
    let readAt = 0
    for (;;) {
      signal?.throwIfAborted()
      if (Date.now() - readAt > readClockEveryMs) {
        await time.read()
        readAt = Date.now()
      }
      const now = time.nowMs()
      while (next < waiting.length && waiting[next]!.atMs <= now) teller.tell(waiting[next++]!)
      progress.day = Math.min(campaignDayOf(epochMs, now), header.days - 1)
      onProgress?.(progress)
      teller.throwIfFailed()
      if (next === waiting.length && teller.isIdle() && now >= endMs) return
      await sleep(lookAgainEveryMs, undefined, signal && { signal })
    }
  }
}

type Teller = {
  tell(fact: Fact): void
  isIdle(): boolean
  throwIfFailed(): void
}

/** Tells facts a few at a time; those of one person one after the other, in their order. */
function createTeller(deps: {
  client: Client
  time: CampaignTime
  told: ToldWriter
  progress: CampaignProgress
  onTold: (factId: string) => void
  signal?: AbortSignal
}): Teller {
  const { client, time, told, progress, onTold, signal } = deps
  const queue: Fact[] = []
  const busyPeople = new Set<string>()
  let running = 0
  let failure: unknown

  const startSome = () => {
    for (let i = 0; i < queue.length && running < atOnceMax && !failure; ) {
      const fact = queue[i]!
      if (busyPeople.has(fact.personId)) {
        i += 1
        continue
      }
      queue.splice(i, 1)
      running += 1
      busyPeople.add(fact.personId)
      tellOne(fact)
        .catch((error) => {
          failure ??= error
        })
        .finally(() => {
          running -= 1
          busyPeople.delete(fact.personId)
          startSome()
        })
    }
  }

  async function tellOne(fact: Fact): Promise<void> {
    const answer = await answerTo(fact)
    const refused = answer.status >= 300 ? problemCode(answer) : refusedRow(answer.body)
    const verdict = (answer.body as { verdict?: string } | undefined)?.verdict
    await told.append({
      factId: fact.id,
      kind: fact.kind,
      personId: fact.personId,
      ref: fact.ref,
      dueAt: new Date(fact.atMs).toISOString(),
      campaignAt: new Date(answer.campaignAtMs ?? time.nowMs()).toISOString(),
      wallAt: new Date().toISOString(),
      ...(verdict && { verdict }),
      ...(refused && { refused }),
    })
    onTold(fact.id)
    progress.told += 1
    if (refused) progress.refused += 1
    if (fact.kind === 'scan' && verdict?.startsWith('recorded')) progress.doses += 1
  }

  /** A day that our reading of the clock was ahead of is simply not yet: nothing was written. */
  async function answerTo(fact: Fact): Promise<Answer> {
    for (;;) {
      const answer = await client.send(fact.method ?? 'POST', `/api/v1${fact.path}`, fact.body)
      time.note(answer.campaignAtMs)
      const isNotYet = answer.status === 422 && problemCode(answer) === 'givenOnInFuture'
      const isTheTruth = (answer.campaignAtMs ?? 0) >= fact.atMs
      if (!isNotYet || isTheTruth) return answer
      await sleep(tryAgainLaterMs, undefined, signal && { signal })
    }
  }

  return {
    tell(fact) {
      queue.push(fact)
      startSome()
    },
    isIdle: () => running === 0 && queue.length === 0,
    throwIfFailed() {
      if (failure) throw failure
    },
  }
}

/** A list of one is answered 200 with its own verdict inside. */
function refusedRow(body: unknown): string | undefined {
  const results = (body as { results?: { status: string; code?: string }[] } | undefined)?.results
  const refused = results?.find((result) => result.status === 'refused')
  return refused && (refused.code ?? 'refused')
}
