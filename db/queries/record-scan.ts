import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { type PlanInput, planCourse } from '../../domain/plan.ts'
import { judgeScan, type Scan, type ScanVerdict } from '../../domain/scan.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Sql, Tx } from '../client.ts'
import { type LookAt, recordRefused } from '../looks.ts'
import { connectionIsLost } from '../lost-connection.ts'
import { hexOf, orUnknownTown, toldValue } from '../people/blind.ts'
import { insertKeys } from '../people/keys.ts'
import { sealScan } from '../people/unattached-scan.ts'
import { planFields } from '../purposes.ts'
import { settleRefusal } from '../residents/refusal-of-doses.ts'
import { doseWasFound } from '../residents/statements.ts'
import type { Store } from '../store.ts'
import { type CourseHome, planInputFrom } from './plan-input.ts'
import { settlePerson } from './residency.ts'
import { type AskedScan, ageBandFrom, refuseImpossible, scanKnowledge } from './scan-knowledge.ts'
import { type NearSheet, numbersToIndex, readNearSheets, splitIndexes } from './scan-near.ts'
import { type Attachment, beginScan, readScanSet, type ScanRow } from './scan-read.ts'
import {
  type Acknowledged,
  type DoseToWrite,
  writeDose,
  writeScanOnly,
  writeScreening,
} from './scan-write.ts'
import { settleScreening } from './screenings.ts'
import { replanPeers } from './stay-consents.ts'

export type ScanAnswer = {
  scanId: string
  verdict: ScanVerdict['verdict']
  doseId?: string
  screeningId?: string
  findings: string[]
  next?: { earliest: PlainDate; due: PlainDate }
  undoUntil: string
}

export type Recorded = { isRepeat: boolean; answer: ScanAnswer; hasNews: boolean }

const undoSeconds = 60
/** Longer than a mail may hold the course's lock; a venue asks again under the same id. */
const answerWithinMs = 60_000

/** A lost race (the same scan twice at once) is settled by looking again; so is a deadlock. */
const raceAttempts = 3
const raceCodes = ['23505', '40P01']
/** Raised by `begin_attachment`. */
const settledCode = 'SE001'

/** A scan that waited for its ticket; what was stated only where it has to be compared. */
export type WaitingScan = AskedScan

/**
 * Records one scan in one transaction of three round trips at most: locked read set, verdict, one
 * writing statement; before it, one question to keyd. Returns after commit. Idempotent by `scanId`
 * and the whole body. Throws DomainError with the code of a refusal; then nothing was written.
 *
 * `holderId` is whom the town's own register names by its number beside the ticket's: the two say together
 * whose the dose is. Throws `ticketNumberTaken` where the ticket is another's by now.
 */
export async function recordScan(
  store: Store,
  sent: Scan,
  today: PlainDate,
  { holderId }: { holderId?: string } = {},
): Promise<Recorded> {
  const { ticketNumber, birthYear, bornOn, ...scan } = sent
  const { issuingMunicipalityCode: issuer, readBy } = scan
  const [indexes, [bodyDigest]] = await orUnknownTown(
    Promise.all([
      store.vault.index(issuer, 'ticket', numbersToIndex(readBy, ticketNumber)),
      store.vault.index(issuer, 'body', [toldValue('scan', sent)]),
    ]),
    'ticket.municipalityCode',
  )
  const ticket = { municipalityCode: issuer, number: ticketNumber }
  const asked = {
    scan: holderId === undefined ? scan : { ...scan, isDecided: true as const },
    ...(holderId !== undefined && { holderId }),
    ...splitIndexes(readBy, ticket, indexes),
    fresh: { bodyDigest: bodyDigest!, sent },
    ...statedBirth({ birthYear, bornOn }),
  }
  return settlingRaces(() => tryToRecord(store, asked, today))
}

/** A date says what its year says. */
export function statedBirth({ birthYear, bornOn }: Partial<Record<keyof Scan, unknown>>) {
  if (bornOn !== undefined) return { stated: { bornOn: bornOn as PlainDate } }
  return birthYear === undefined ? {} : { stated: { birthYear: birthYear as number } }
}

/**
 * Attaches a scan that waited for its ticket, now that a register has announced it, by the same rules
 * as a fresh one: read by another route without the right birth year, it is held.
 */
export async function bindWaitingScan(
  store: Store,
  waiting: WaitingScan,
  today: PlainDate,
): Promise<Recorded> {
  return attach(store, { ...waiting, attach: waiting.attach ?? byItself(waiting) }, today)
}

function byItself({ scan: { issuingMunicipalityCode } }: WaitingScan): Attachment {
  const { id: by } = currentActor()
  return { kept: 'scan', keptUnder: issuingMunicipalityCode, by, reason: 'ticketRegistered' }
}

/**
 * The same of whatever was acknowledged before, a scan or a dose told without a ticket. Throws
 * `alreadySettled` when somebody else was faster.
 */
export async function attach(
  store: Store,
  asked: AskedScan & { attach: Attachment },
  today: PlainDate,
): Promise<Recorded> {
  return settlingRaces(() => tryToRecord(store, asked, today))
}

async function settlingRaces(work: () => Promise<Recorded>): Promise<Recorded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const lostRace = error instanceof postgres.PostgresError && raceCodes.includes(error.code)
      if (lostRace && attempt < raceAttempts) continue
      if (error instanceof postgres.PostgresError && error.code === settledCode) {
        throw new DomainError('alreadySettled', 'It was settled before')
      }
      // Used for a scan of another issuer's ticket, which is not to be seen from here, only met.
      if (lostRace && error.constraint_name === 'scan_pkey') {
        throw new DomainError('idUsedForAnotherBody', 'scanId was used with another body', 'scanId')
      }
      throw error
    }
  }
}

/** Without `fresh` it has been acknowledged before, and waits. */
type ScanToRecord = AskedScan & {
  fresh?: { bodyDigest: Uint8Array; sent: Scan }
  holderId?: string
}

async function tryToRecord(
  { sql, vault }: Store,
  asked: ScanToRecord,
  today: PlainDate,
): Promise<Recorded> {
  const connection = await sql.reserve()
  let seen: LookAt[] = []
  try {
    // Sent together, answered in order: one round trip for begin, purpose, lock and read.
    const [, , [row], nearSheets] = await within(
      answerWithinMs,
      Promise.all([
        connection`begin`,
        beginScan(connection, asked),
        readScanSet(connection, asked, today),
        nearSheetsOf(connection, asked),
      ]),
    )
    seen = lookFrom(row!, asked)
    const read = { row: row!, nearSheets }
    const { recorded, write, settle } = await decide({ tx: connection, vault, today }, read, asked)
    const end = async () => {
      // Nothing is written but the look.
      if (!write) return connection`commit`
      if (!settle) return Promise.all([write(), connection`commit`])
      await write()
      await settle()
      return connection`commit`
    }
    await within(answerWithinMs, end())
    connection.release()
    return recorded
  } catch (error) {
    if (connectionIsLost(error)) throw error
    await connection`rollback`
    // A refusal tells something, too.
    if (error instanceof DomainError) await recordRefused(connection, 'recordDose', seen)
    connection.release()
    throw error
  }
}

/** Not asked of a QR read, nor where nothing was stated: that one is held whoever its neighbours are. */
function nearSheetsOf(tx: Sql, { scan, near, stated }: AskedScan): PromiseLike<NearSheet[]> {
  if (!near || !stated) return Promise.resolve([])
  return readNearSheets(tx, scan.issuingMunicipalityCode, near.indexes)
}

/** As `begin_scan` leaves it: one look for each scan of a ticket that is somebody's. */
function lookFrom({ residentId, courseId }: ScanRow, { scan }: AskedScan): LookAt[] {
  if (!residentId) return []
  const municipalityCode = scan.issuingMunicipalityCode
  return [{ municipalityCode, residentId, ...(courseId && { courseId }), fields: planFields }]
}

/** A connection that died unseen between two statements never answers. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silence()), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Made only when it is needed: an error costs its stack, and there are two waits in every scan. */
function silence(): Error {
  return Object.assign(new Error('the database does not answer'), { code: 'CONNECTION_SILENT' })
}

type Decision = {
  recorded: Recorded
  write?: () => Promise<unknown>
  /**
   * For a course that opens at a home which the person has left, that others hear of, or whose dose was
   * looked for or declined before; a screening.
   */
  settle?: () => Promise<unknown>
}

type Deciding = { tx: Sql; vault: Vault; today: PlainDate }

async function decide(
  { tx, vault, today }: Deciding,
  read: { row: ScanRow; nearSheets: NearSheet[] },
  asked: ScanToRecord,
): Promise<Decision> {
  const { row } = read
  const { scan, fresh } = asked
  const prior = fresh && priorAnswer(row, fresh.bodyDigest)
  if (prior) return { recorded: { isRepeat: true, answer: prior, hasNews: false } }
  refuseImpossible(row, asked, today)

  const verdict = judgeScan(scan, await scanKnowledge(tx, vault, read, asked))
  const answer: ScanAnswer = {
    scanId: scan.scanId,
    verdict: verdict.verdict,
    findings:
      'because' in verdict ? [verdict.because] : 'findings' in verdict ? verdict.findings : [],
    undoUntil: new Date(Date.now() + undoSeconds * 1000).toISOString(),
  }
  const bodyDigest = fresh?.bodyDigest
  const whose = row.residentId ? { residentId: row.residentId } : {}
  const ack = () => ({ verdict: answer.verdict, answer, today, bodyDigest, ...whose })

  switch (verdict.verdict) {
    case 'waiting':
      // Its ticket is not there after all: it goes on waiting, and nothing is written.
      if (!fresh) return { recorded: { isRepeat: true, answer, hasNews: false } }
      return unattached({ tx, vault, asked, ack: ack() })
    case 'held':
      return unattached({ tx, vault, asked, ack: ack() })
    case 'alreadyRecorded':
      answer.doseId = verdict.doseId
      return ackOf(answer, false, () => writeScanOnly(tx, asked, ack()))
    case 'screenedOnly': {
      const home = homeOf(row, asked)
      const { courseId } = row
      const screening = { id: randomUUID(), ...home, courseId }
      answer.screeningId = screening.id
      const sheet = { municipalityCode: scan.issuingMunicipalityCode, index: asked.ticketIndex }
      const screened = { scanId: scan.scanId, home, courseId, sheet, today }
      return {
        ...ackOf(answer, courseId !== null, () => writeScreening(tx, asked, ack(), screening)),
        settle: () => settleScreening(tx as unknown as Tx, screened),
      }
    }
    case 'recorded':
    case 'recordedWithFindings': {
      const dose = doseToWrite(row, asked, verdict.findings, today)
      answer.doseId = dose.doseId
      const { dueWindow } = dose.plan
      if (dueWindow) answer.next = { earliest: dueWindow.earliest, due: dueWindow.due }
      const decision = ackOf(answer, true, () => writeDose(tx, asked, ack(), dose))
      const opensAtOldHome = dose.course.isNew && row.homeStatus === 'movedOut'
      const peers = row.peers ?? []
      const isFound = row.remindersWaitUntil !== null && dose.plan.stage === 'complete'
      const wasDeclined = row.closedBecause === 'declined'
      if (!opensAtOldHome && peers.length === 0 && !isFound && !wasDeclined) return decision
      return {
        ...decision,
        settle: async () => {
          if (opensAtOldHome) await settlePerson(tx as unknown as Tx, dose.home, today)
          await replanPeers(tx as unknown as Tx, peers, today)
          const { id } = dose.course
          await settleRefusal(tx as unknown as Tx, { id, ...row }, dose.plan, today)
          if (isFound) await doseWasFound(tx as unknown as Tx, dose.course.id)
        },
      }
    }
  }
}

function priorAnswer({ prior }: ScanRow, bodyDigest: Uint8Array): ScanAnswer | undefined {
  if (prior && prior.digest !== hexOf(bodyDigest)) {
    throw new DomainError('idUsedForAnotherBody', 'scanId was used with another body', 'scanId')
  }
  return prior?.answer as ScanAnswer | undefined
}

/** Held or waiting: what names its person is sealed under a key of its own, until it is resolved. */
async function unattached(scan: {
  tx: Sql
  vault: Vault
  asked: ScanToRecord
  ack: Acknowledged
}): Promise<Decision> {
  const { tx, vault, asked, ack } = scan
  const answer = ack.answer as ScanAnswer
  if (!asked.fresh) return ackOf(answer, false, () => writeScanOnly(tx, asked, ack))
  const sealed = await sealScan(vault, asked.fresh.sent)
  return ackOf(answer, false, () =>
    Promise.all([insertKeys(tx, [sealed.key]), writeScanOnly(tx, asked, { ...ack, sealed })]),
  )
}

function ackOf(answer: ScanAnswer, hasNews: boolean, write: () => PromiseLike<unknown>): Decision {
  return { recorded: { isRepeat: false, answer, hasNews }, write: async () => write() }
}

function doseToWrite(
  row: ScanRow,
  asked: ScanToRecord,
  findings: DoseToWrite['findings'],
  today: PlainDate,
): DoseToWrite {
  const doseId = randomUUID()
  const input = withThisDose(planInputFrom(row, today), asked, doseId)
  return {
    doseId,
    ageBand: ageBandFrom(row, asked.scan.givenOn),
    findings,
    home: homeOf(row, asked),
    ticketResidentId: row.residentId!,
    course: {
      id: row.courseId ?? randomUUID(),
      version: (row.version ?? 0) + 1,
      isNew: row.courseId === null,
    },
    plan: planCourse(input),
    graceDays: input.settings.graceDays,
  }
}

function withThisDose(input: PlanInput, { scan }: ScanToRecord, doseId: string): PlanInput {
  const { claimedDoseNumber, givenOn, productCode } = scan
  return {
    ...input,
    doses: [...input.doses, { id: doseId, claimedDoseNumber, givenOn, productCode }],
  }
}

function homeOf(row: ScanRow, { scan }: ScanToRecord): CourseHome {
  return {
    municipalityCode: row.homeMunicipalityCode ?? scan.issuingMunicipalityCode,
    residentId: row.homeResidentId ?? row.residentId!,
  }
}
