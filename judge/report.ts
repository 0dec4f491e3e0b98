import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Assessment, assess } from './assess.ts'
import { type Evidence, readEvidence } from './evidence.ts'
import { type DatabaseFigures, databaseFigures, readFigures } from './figures.ts'

/** What a finished campaign's folder says about it. Counts, unless said otherwise. */
export type Report = {
  residents: number
  firstDoses: number
  secondDoses: number
  relocations: number
  deaths: number
  /** Notices that had to leave: those that did, rightly, and those missed. */
  owed: number
  noticesSent: number
  mails: number
  letters: number
  letterPages: number
  suppressed: Record<string, number>
  missedNotices: number
  duplicateNotices: number
  wrongNotices: Assessment['wrongNotices']
  notOwedNotices: number
  /** True at the time but not told yet, so nobody's mistake. */
  unreported: Assessment['unreported']
  wrongPersonDoses: number
  /** Facts that the system refused; what it refused it did not know. */
  refusedFacts: number
  heldScans: number
  waitingScans: number
  courses: Record<string, number>
  epoch: string
  days: number
  isRight: boolean
  complaints: Assessment['complaints']
}

/** Written when the database is still up, for judging the folder again without it. */
export const figuresFileName = 'database-figures.json'

/** Judges a campaign from outside. Without `databaseUrl` the kept figures of the folder are used. */
export async function judge(options: { dataDir: string; databaseUrl?: string }): Promise<Report> {
  const figures = options.databaseUrl
    ? await readFigures(options.databaseUrl)
    : await keptFigures(options.dataDir)
  return reportOn(await readEvidence(options.dataDir), figures)
}

export function reportOn(evidence: Evidence, figures: DatabaseFigures): Report {
  const { complaints, ...assessment } = assess(evidence)
  const wrongPersonDoses = countWrongPersonDoses(evidence, figures)
  const { header, people } = evidence.truth
  const { courses, suppressed, heldScans, waitingScans } = figures
  return {
    residents: people.length,
    ...countFacts(evidence),
    ...assessment,
    suppressed,
    wrongPersonDoses,
    heldScans,
    waitingScans,
    courses,
    epoch: header.epoch,
    days: header.days,
    isRight: wrongPersonDoses === 0 && faults(assessment) === 0,
    complaints,
  }
}

function faults(assessment: Omit<Assessment, 'complaints'>): number {
  const { missedNotices, duplicateNotices, notOwedNotices, wrongNotices } = assessment
  const wrong = Object.values(wrongNotices).reduce((sum, count) => sum + count, 0)
  return missedNotices + duplicateNotices + notOwedNotices + wrong
}

function countFacts({ truth, told }: Evidence) {
  const people = new Map(truth.people.map((person) => [person.id, person]))
  const counts = { firstDoses: 0, secondDoses: 0, relocations: 0, deaths: 0, refusedFacts: 0 }
  for (const { kind, personId, ref, verdict, refused } of told) {
    if (refused) {
      counts.refusedFacts += 1
      continue
    }
    if (kind === 'moveIn') counts.relocations += 1
    if (kind === 'death') counts.deaths += 1
    if (kind !== 'scan' || !verdict?.startsWith('recorded')) continue
    const dose = people.get(personId)?.doses[Number(ref.split('/')[1])]
    if (dose?.doseNumber === 1) counts.firstDoses += 1
    if (dose?.doseNumber === 2) counts.secondDoses += 1
  }
  return counts
}

/** Rows that give a dose to somebody who, by the truth, did not get it, or that nobody told of. */
function countWrongPersonDoses({ truth, told }: Evidence, { doseRows }: DatabaseFigures): number {
  const byRegister = new Map<string, string>()
  for (const person of truth.people) {
    for (const { municipalityCode, registerNumber } of person.residences) {
      byRegister.set(`${municipalityCode} ${registerNumber ?? person.id}`, person.id)
    }
  }
  const byScan = new Map(told.map((line) => [line.factId, line.personId]))
  return doseRows.filter((row) => {
    const recordedFor = byRegister.get(`${row.municipalityCode} ${row.registerNumber}`)
    return recordedFor === undefined || byScan.get(row.scanId) !== recordedFor
  }).length
}

async function keptFigures(dataDir: string): Promise<DatabaseFigures> {
  const text = await readFile(join(dataDir, figuresFileName), 'utf8')
  return databaseFigures.parse(JSON.parse(text))
}
