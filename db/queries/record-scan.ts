import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { type PlanInput, planCourse } from '../../domain/plan.ts'
import { ageBand, judgeScan, type Scan, type ScanVerdict } from '../../domain/scan.ts'
import type { Sql, Tx } from '../client.ts'
import { type LookAt, recordRefused } from '../looks.ts'
import { connectionIsLost } from '../lost-connection.ts'
import { planFields } from '../purposes.ts'
import { planInputFrom } from './plan-input.ts'
import { settlePerson } from './residency.ts'
import { beginScan, readScanSet, type ScanRow } from './scan-read.ts'
import { type DoseToWrite, writeDose, writeScanOnly, writeScreening } from './scan-write.ts'

export type ScanAnswer = {
  scanId: string
  verdict: ScanVerdict['verdict']
  doseId?: string
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

/**
 * Records one scan in one transaction of three round trips at most: locked read set, verdict, one
 * writing statement. Returns after commit. Idempotent by `scanId` and `bodySha256`.
 * Throws DomainError with the code of a refusal; then nothing was written.
 */
export async function recordScan(
  sql: Sql,
  scan: Scan,
  bodySha256: string,
  today: PlainDate,
): Promise<Recorded> {
  return settlingRaces(() => tryToRecord(sql, scan, bodySha256, today))
}

/**
 * Attaches a scan that waited for its ticket, now that a register has announced it, by the same rules
 * as a fresh one: read by another route without the right birth year, it is held.
 */
export async function bindWaitingScan(sql: Sql, scan: Scan, today: PlainDate): Promise<Recorded> {
  return settlingRaces(() => tryToRecord(sql, scan, 'waiting', today))
}

async function settlingRaces(work: () => Promise<Recorded>): Promise<Recorded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const lostRace = error instanceof postgres.PostgresError && raceCodes.includes(error.code)
      if (lostRace && attempt < raceAttempts) continue
      // Used for a scan of another issuer's ticket, which is not to be seen from here, only met.
      if (lostRace && error.constraint_name === 'scan_pkey') {
        throw new DomainError('idUsedForAnotherBody', 'scanId was used with another body', 'scanId')
      }
      throw error
    }
  }
}

/** In place of a body's digest: the scan has been acknowledged before and waits. */
type BodySha256 = string | 'waiting'

async function tryToRecord(
  sql: Sql,
  scan: Scan,
  bodySha256: BodySha256,
  today: PlainDate,
): Promise<Recorded> {
  const connection = await sql.reserve()
  let seen: LookAt[] = []
  try {
    // Sent together, answered in order: one round trip for begin, purpose, lock and read.
    const [, , [row]] = await within(
      answerWithinMs,
      Promise.all([
        connection`begin`,
        beginScan(connection, scan),
        readScanSet(connection, scan, today),
      ]),
    )
    seen = lookFrom(row!, scan)
    const { recorded, write, settle } = decide(connection, row!, scan, bodySha256, today)
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

/** As `begin_scan` leaves it: one look for each scan of a ticket that is somebody's. */
function lookFrom({ residentId, courseId }: ScanRow, scan: Scan): LookAt[] {
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
  /** Only for a course that opens at a home which the person has left. */
  settle?: () => Promise<unknown>
}

function decide(
  tx: Sql,
  row: ScanRow,
  scan: Scan,
  bodySha256: BodySha256,
  today: PlainDate,
): Decision {
  const wasWaiting = bodySha256 === 'waiting'
  if (row.prior && !wasWaiting) {
    if (row.prior.sha256 !== bodySha256) {
      throw new DomainError('idUsedForAnotherBody', 'scanId was used with another body', 'scanId')
    }
    const answer = row.prior.answer as ScanAnswer
    return { recorded: { isRepeat: true, answer, hasNews: false } }
  }
  refuseImpossible(row, scan, today)

  const verdict = judgeScan(scan, knowledgeFrom(row))
  const answer: ScanAnswer = {
    scanId: scan.scanId,
    verdict: verdict.verdict,
    findings:
      'because' in verdict ? [verdict.because] : 'findings' in verdict ? verdict.findings : [],
    undoUntil: new Date(Date.now() + undoSeconds * 1000).toISOString(),
  }
  const ack = () => ({ verdict: answer.verdict, answer, bodySha256, today, wasWaiting })

  switch (verdict.verdict) {
    case 'waiting':
      // Its ticket is not there after all: it goes on waiting, and nothing is written.
      if (wasWaiting) return { recorded: { isRepeat: true, answer, hasNews: false } }
      return ackOf(answer, false, () => writeScanOnly(tx, scan, ack()))
    case 'held':
      return ackOf(answer, false, () => writeScanOnly(tx, scan, ack()))
    case 'alreadyRecorded':
      answer.doseId = verdict.doseId
      return ackOf(answer, false, () => writeScanOnly(tx, scan, ack()))
    case 'screenedOnly': {
      const screening = { id: randomUUID(), ...homeOf(row, scan), courseId: row.courseId }
      return ackOf(answer, false, () => writeScreening(tx, scan, ack(), screening))
    }
    case 'recorded':
    case 'recordedWithFindings': {
      const dose = doseToWrite(row, scan, verdict.findings, today)
      answer.doseId = dose.doseId
      const { dueWindow } = dose.plan
      if (dueWindow) answer.next = { earliest: dueWindow.earliest, due: dueWindow.due }
      const decision = ackOf(answer, true, () => writeDose(tx, scan, ack(), dose))
      const opensAtOldHome = dose.course.isNew && row.homeStatus === 'movedOut'
      if (!opensAtOldHome) return decision
      return { ...decision, settle: () => settlePerson(tx as unknown as Tx, dose.home, today) }
    }
  }
}

function ackOf(answer: ScanAnswer, hasNews: boolean, write: () => PromiseLike<unknown>): Decision {
  return { recorded: { isRepeat: false, answer, hasNews }, write: async () => write() }
}

function refuseImpossible(row: ScanRow, scan: Scan, today: PlainDate): void {
  if (!row.issuerIsKnown) {
    throw new DomainError('unknownMunicipality', 'no such issuer', 'ticket.municipalityCode')
  }
  if (!row.venueIsKnown) throw new DomainError('unknownVenue', 'no such venue', 'venueCode')
  if (!row.productIsKnown) throw new DomainError('unknownProduct', 'no such product', 'productCode')
  if (compareDates(scan.givenOn, today) > 0) {
    throw new DomainError('givenOnInFuture', 'given after today', 'givenOn')
  }
  if (row.bornOn && compareDates(scan.givenOn, row.bornOn) < 0) {
    throw new DomainError('dateBeforeBirth', 'given before birth', 'givenOn')
  }
}

function knowledgeFrom(row: ScanRow) {
  return {
    ...(row.residentId
      ? {
          ticket: {
            ...(row.revokedOn ? { revokedOn: row.revokedOn } : {}),
            ...(row.birthYear === null ? {} : { birthYear: row.birthYear }),
            ...(row.bornOn ? { bornOn: row.bornOn } : {}),
            slipIsUsed: row.slipIsUsed,
          },
        }
      : {}),
    doses: row.doses ?? [],
    ...(row.lot
      ? {
          lot: {
            ...(row.lot.expiresOn ? { expiresOn: row.lot.expiresOn } : {}),
            ...(row.lot.recalledOn ? { recalledOn: row.lot.recalledOn } : {}),
          },
        }
      : {}),
  }
}

function doseToWrite(
  row: ScanRow,
  scan: Scan,
  findings: DoseToWrite['findings'],
  today: PlainDate,
): DoseToWrite {
  const doseId = randomUUID()
  const input = withThisDose(planInputFrom(row, today), scan, doseId)
  return {
    doseId,
    ageBand: ageBand(row.bornOn ?? undefined, scan.givenOn),
    findings,
    home: homeOf(row, scan),
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

function withThisDose(input: PlanInput, scan: Scan, doseId: string): PlanInput {
  const { claimedDoseNumber, givenOn, productCode } = scan
  return {
    ...input,
    doses: [...input.doses, { id: doseId, claimedDoseNumber, givenOn, productCode }],
  }
}

function homeOf(row: ScanRow, scan: Scan): { municipalityCode: string; residentId: string } {
  return {
    municipalityCode: row.homeMunicipalityCode ?? scan.issuingMunicipalityCode,
    residentId: row.homeResidentId ?? row.residentId!,
  }
}
