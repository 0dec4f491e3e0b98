/** Plays a truth on a running demo system: set-up, clock, facts, and the quiet at the end. */
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeDemoCredentials } from '../../auth/demo-credentials.ts'
import { type CampaignClock, openCampaign } from '../../config/campaign.ts'
import { connect, type Sql } from '../../db/client.ts'
import { acceptPlan } from '../../simulator/accept-plan.ts'
import { createClient } from '../../simulator/client.ts'
import { printerOf, readCredentials } from '../../simulator/credentials.ts'
import { instantOf } from '../../simulator/days.ts'
import { endOfCampaignMs, factsOf } from '../../simulator/facts.ts'
import { letLettersLeave } from '../../simulator/let-letters-leave.ts'
import { openPrintingHouse, type PrintingHouse } from '../../simulator/printing-house.ts'
import { type CampaignProgress, runCampaign } from '../../simulator/run.ts'
import { setTicketApart } from '../../simulator/set-apart.ts'
import { setUpTowns, townsIn } from '../../simulator/set-up.ts'
import { readTold, toldFileName } from '../../simulator/told.ts'
import type { Truth } from '../../simulator/truth.ts'
import type { System } from '../../supervisor/start-system.ts'
import { dayGates, type Untold } from './pending.ts'
import type { ProgressLine } from './progress.ts'
import { bringRegisters } from './sample-sticks.ts'

export type PlayOptions = {
  system: System
  truth: Truth
  dataDir: string
  dayLengthMs: number
  progress: ProgressLine
  /** Called once everything is up, before the first fact. */
  onUp?: () => void
  signal?: AbortSignal
}

export type Played = CampaignProgress & { heldMs: number }

/** Resolves when the last day has ended and nothing is under way any more; resumes where it stood. */
export async function playCampaign(options: PlayOptions): Promise<Played> {
  const { system, truth, dataDir, progress, signal } = options
  const sql = connect(system.urls.databaseUrl, { max: 2, name: 'sesshu campaign' })
  const epochMs = instantOf(truth.header.epoch)
  const told = new Set<string>()
  let clock: CampaignClock | undefined
  let printing: PrintingHouse | undefined
  try {
    // Before the worker is at work: evenings planned by today's date would come months too late.
    await upOrAborted(system, signal, ['database'])
    await writeDemoCredentials({
      ownerUrl: system.urls.databaseUrl,
      namespace: system.urls.temporalNamespace,
      webUrl: system.urls.web,
      dir: system.dir,
      venues: truth.header.venues,
      towns: townsIn(truth),
    })
    const credentials = await readCredentials(dataDir)
    const { register, devices, administrators, deputies, clerks } = credentials
    const api = {
      apiUrl: system.urls.web,
      token: register.token,
      devices,
      clerks,
      ...(signal && { signal }),
    }
    clock = await openCampaign(sql, { namespace: system.urls.temporalNamespace, epochMs })
    await upOrAborted(system, signal)
    options.onUp?.()
    printing = await openPrinting(system, dataDir)
    if ((await readTold(join(dataDir, toldFileName))).length === 0) {
      await untilClockIsFollowed(system.urls.web, epochMs, signal)
      progress.words('Setting up: the supervisory plan is accepted')
      await acceptPlan({ ...api, administrators })
      const onProgress = (words: string) => progress.words(`Setting up: ${words}`)
      await setUpTowns(createClient(api), truth, onProgress)
      await letLettersLeave({ ...api, administrators, deputies, towns: townsIn(truth) })
      await bringRegisters({ ...api, dataDir, truth, credentials, onProgress })
      await setTicketApart(createClient(api), truth, dataDir)
    }
    const keeping = new AbortController()
    const both = AbortSignal.any([keeping.signal, ...(signal ? [signal] : [])])
    const kept = clock.run({
      endMs: endOfCampaignMs(truth.header),
      dayLengthMs: options.dayLengthMs,
      isWell: wellnessOf(system, sql, options.dayLengthMs),
      gates: dayGates(sql, untoldCast(truth, told), options.dayLengthMs),
      signal: both,
    })
    const telling = runCampaign({
      ...api,
      truth,
      dataDir,
      onProgress: (now) => progress.campaign(now, dataDir),
      onTold: (factId) => told.add(factId),
      signal: both,
    })
    const [{ heldMs }, played] = await Promise.all([kept, telling]).catch(async (error) => {
      keeping.abort()
      await Promise.allSettled([kept, telling])
      throw error
    })
    progress.end()
    await untilQuiet(sql, dataDir, signal)
    return { ...played, heldMs }
  } catch (error) {
    await clock?.hold().catch(() => {})
    throw error
  } finally {
    progress.end()
    await printing?.stop()
    await sql.end({ timeout: 5 })
  }
}

/** Prints and posts what the system hands over, until it is stopped. */
export async function openPrinting(
  system: System,
  dataDir: string,
): Promise<PrintingHouse | undefined> {
  const printer = printerOf(await readCredentials(dataDir))
  return printer && openPrintingHouse({ apiUrl: system.urls.web, dataDir, printer })
}

function untoldCast({ header, people }: Truth, told: Set<string>): Untold {
  const cast = people.filter((person) => person.title !== undefined)
  const facts = factsOf({ header: { ...header, waves: [] }, people: cast })
  return (fromMs, untilMs) =>
    facts
      .filter((fact) => fact.atMs >= fromMs && fact.atMs < untilMs && !told.has(fact.id))
      .map((fact) => fact.id)
}

/** Long enough to build Temporal on a slow machine. */
const upWithinMs = 15 * 60_000

async function upOrAborted(system: System, signal?: AbortSignal, names?: string[]): Promise<void> {
  signal?.throwIfAborted()
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  await Promise.race([system.waitHealthy(upWithinMs, names), aborted])
}

const followedWithinMs = 10_000
const lookEveryMs = 100

/** Every process reads the segments on its own; a register told before that would bear today's date. */
async function untilClockIsFollowed(web: string, epochMs: number, signal?: AbortSignal) {
  const giveUpAt = Date.now() + followedWithinMs
  const client = createClient({ apiUrl: web, token: '', ...(signal && { signal }) })
  for (;;) {
    const answer = await client.send('GET', '/health')
    const { clock } = answer.body as { clock?: { campaignAt?: string } }
    const isFollowed = Math.abs(Date.parse(clock?.campaignAt ?? '') - epochMs) < 60_000
    if (isFollowed) return
    if (Date.now() > giveUpAt) throw new Error('The api does not follow the campaign clock.')
    await sleep(lookEveryMs, undefined, signal && { signal })
  }
}

/** A campaign day is too short to wait out an outage: the clock does it, and says for how long. */
function wellnessOf(system: System, sql: Sql, dayLengthMs: number): () => Promise<boolean> {
  // The supervisor takes these for ready after a while; a campaign needs them at work. Without the
  // sealer nobody may read.
  const announcing = ['worker', 'relay', 'sealer']
  const needed = ['postgres', 'keyd', 'api', 'sealer', 'temporal', 'worker', 'relay', 'mail']
  let wasWell = false
  return async () => {
    const parts = new Map(system.processes().map((part) => [part.name, part.state]))
    const isUp =
      needed.every((name) => parts.get(name) === 'ready') &&
      announcing.every((name) => existsSync(join(system.dir.run, `${name}.ready`)))
    const lagMs = isUp ? await outboxLagMs(sql) : Number.POSITIVE_INFINITY
    wasWell = lagMs < (wasWell ? dayLengthMs / 2 : dayLengthMs / 8)
    return wasWell
  }
}

/** How long the oldest news has waited for its course. */
async function outboxLagMs(sql: Sql): Promise<number> {
  const [row] = await sql<{ lag: number | null }[]>`
    select (extract(epoch from now() - min(next_try_at)) * 1000)::float8 as lag
      from outbox where set_aside_at is null`
  return row?.lag ?? 0
}

const quietForMs = 2_000
const quietWithinMs = 60_000

/** Nothing left to deliver, to print or to post, and no new mail or letter for two seconds. */
async function untilQuiet(sql: Sql, dataDir: string, signal?: AbortSignal): Promise<void> {
  const giveUpAt = Date.now() + quietWithinMs
  let before = ''
  let since = Date.now()
  while (Date.now() - since < quietForMs && Date.now() < giveUpAt) {
    await sleep(lookEveryMs, undefined, signal && { signal })
    const [row] = await sql<{ n: number }[]>`
      select (select count(*)::int from outbox where set_aside_at is null)
           + (select count(*)::int from letter_batch
               where state = 'sealed' and abort_asked_at is null) as n`
    const now = `${row?.n} ${await listing(join(dataDir, 'mail'))} ${await listing(join(dataDir, 'letters'))}`
    const atPrinter = await liesAtPrinter(join(dataDir, 'print'))
    if (now === before && row?.n === 0 && !atPrinter) continue
    before = now
    since = Date.now()
  }
}

async function liesAtPrinter(folder: string): Promise<boolean> {
  const towns = await readdir(folder).catch(() => [])
  const files = await Promise.all(towns.map((town) => readdir(join(folder, town)).catch(() => [])))
  return files.flat().length > 0
}

async function listing(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [])
  const changed = await stat(folder).catch(() => undefined)
  return `${names.length}@${changed?.mtimeMs ?? 0}`
}
