/**
 * Misread tickets against a register with consecutive numbers, which is the worst there is: nearly every
 * wrong digit is somebody's. What was meant is known here and nowhere else, so that every dose and
 * screening that follows can be told right from wrong.
 */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { PlainDate } from '../../domain/course.ts'
import { oneEditAway } from '../../domain/misread.ts'
import { type Random, randomOf } from '../../simulator/random.ts'
import { type Answered, type BenchTablet, sendByTablets } from './misread-lanes.ts'
import { benchTown, type Sheets, ticketNumber } from './residents.ts'

export const readKinds = ['typed', 'ocr', 'nw7'] as const
export type ReadKind = (typeof readKinds)[number]
/** `none`: read as it stands, to see how many are held without need. */
const faults = ['oneDigit', 'swap', 'none'] as const
type Fault = (typeof faults)[number]
type Stated = 'birthYear' | 'bornOn'

export type Tally = {
  tried: number
  held: number
  waiting: number
  refused: number
  /** On the person who was meant: the misread digit was none of the number's. */
  rightPerson: number
  wrongPerson: number
}

export type MisreadsAsked = {
  sql: postgres.Sql
  /** Of the api. */
  base: string
  tablets: BenchTablet[]
  sheets: Sheets
  bornOn: (person: number) => PlainDate
  tries: number
  seed: number
  lot: string
  onProgress(done: number, of: number): void
}

const oldest = 1930
const years = 60
const daysOfAYear = 28 * 12
/** Few enough that a batch's scans of one person do not wait for one another. */
const requestsAtOnce = 12

/** A birth date for each person of a register, the same for the same seed. */
export function birthDates(seed: number): (person: number) => PlainDate {
  return (person) => {
    const random = randomOf(seed * 1_000_003 + person)
    const [year, day] = [oldest + random.below(years), random.below(daysOfAYear)]
    const two = (n: number) => String(n).padStart(2, '0')
    return `${year}-${two(1 + Math.floor(day / 28))}-${two(1 + (day % 28))}` as PlainDate
  }
}

type Read = {
  person: number
  kind: ReadKind
  fault: Fault
  stated: Stated
  /** The ten digits as they were read; undefined where the line was misread before them. */
  number: string | undefined
  scan: object
}

/** Sends `tries` misreads, and a tenth as many right reads beside them; tells where each has ended. */
export async function tryMisreads(asked: MisreadsAsked) {
  const random = randomOf(asked.seed)
  const extra = Math.ceil(asked.tries / 10)
  const misreads = Array.from({ length: asked.tries }, (_, i) =>
    aRead(asked, random, i, faults[i % 2]!),
  )
  const rights = Array.from({ length: extra }, (_, i) => aRead(asked, random, i, 'none'))
  const reads = random.shuffled([...misreads, ...rights])
  const answers = await sendByTablets(
    asked.base,
    asked.tablets,
    reads.map(({ scan }) => (venueCode: string) => ({ ...scan, venueCode })),
    { atOnce: requestsAtOnce, onProgress: (done) => asked.onProgress(done, reads.length) },
  )
  const landed = await whereTheyLanded(asked.sql)
  const ended = reads.map((read, i) => ({
    ...read,
    end: endOf(answers[i]!, landed, asked.sheets.get(ticketNumber(read.person))!.residentId),
  }))
  const tallyOf = (of: (read: (typeof ended)[number]) => boolean) => tally(ended.filter(of))
  const misread = ended.filter(({ fault }) => fault !== 'none')
  const byKind = (fault: (one: Fault) => boolean) =>
    Object.fromEntries(
      readKinds.flatMap((kind) =>
        (['birthYear', 'bornOn'] as const).map((stated) => [
          `${kind}.${stated}`,
          tallyOf((read) => read.kind === kind && read.stated === stated && fault(read.fault)),
        ]),
      ),
    )
  return {
    ...tally(misread),
    oneDigit: tallyOf(({ fault }) => fault === 'oneDigit'),
    swap: tallyOf(({ fault }) => fault === 'swap'),
    kinds: byKind((fault) => fault !== 'none'),
    /** What would have landed on somebody else if birth year and date alone decided. */
    withoutTheRule: misread.filter((read) => wouldHit(read, asked)).length,
    /** Read right: what is held here is held without need. */
    readRight: byKind((fault) => fault === 'none'),
  }
}

function aRead(
  { sheets, bornOn, lot }: MisreadsAsked,
  random: Random,
  i: number,
  fault: Fault,
): Read {
  const person = 1 + random.below(sheets.size)
  const kind = readKinds[Math.floor(i / 2) % readKinds.length]!
  const stated: Stated = Math.floor(i / 6) % 2 ? 'bornOn' : 'birthYear'
  const born = bornOn(person)
  // A camera reads the whole line; by hand and by bar code the ten digits come beside their issuer.
  const digits = kind === 'ocr' ? `21${benchTown}${ticketNumber(person)}` : ticketNumber(person)
  const read = misread(random, digits, fault)
  return {
    ...{ person, kind, fault, stated },
    number:
      read.length === 10 ? read : read.startsWith(`21${benchTown}`) ? read.slice(8) : undefined,
    scan: {
      scanId: randomUUID(),
      ...(kind === 'ocr'
        ? { line: read }
        : {
            ticket: { municipalityCode: benchTown, number: read },
            ...{ slipKind: 'vaccination', claimedDoseNumber: 1 },
          }),
      readBy: kind,
      ...(stated === 'bornOn' ? { bornOn: born } : { birthYear: Number(born.slice(0, 4)) }),
      ...{ givenOn: '2021-06-09', productCode: 'pfizer', lotNumber: lot, source: 'bench' },
    },
  }
}

/** The control: judged by the year or date alone, as if nobody had ever looked at neighbours. */
function wouldHit({ person, number, stated }: Read, { sheets, bornOn }: MisreadsAsked): boolean {
  const holder = Number(number)
  if (number === undefined || holder === person || !sheets.has(number)) return false
  const said = (whose: number) => bornOn(whose).slice(0, stated === 'bornOn' ? 10 : 4)
  return said(holder) === said(person)
}

function misread(random: Random, digits: string, fault: Fault): string {
  if (fault === 'none') return digits
  const isSwap = (near: string) =>
    [...near].filter((digit, at) => digit !== digits[at]).length === 2
  return random.pick(oneEditAway(digits).filter((near) => isSwap(near) === (fault === 'swap')))
}

type Landed = { byScan: Map<string, string>; byDose: Map<string, string> }

/** Whose every dose and screening is, from the rows themselves. */
async function whereTheyLanded(sql: postgres.Sql): Promise<Landed> {
  const doses = await sql<{ id: string; scan: string; resident: string }[]>`
    select id, scan_id as scan, resident_id as resident from dose`
  const screenings = await sql<{ scan: string; resident: string }[]>`
    select scan_id as scan, resident_id as resident from screening`
  return {
    byScan: new Map([...doses, ...screenings].map(({ scan, resident }) => [scan, resident])),
    byDose: new Map(doses.map(({ id, resident }) => [id, resident])),
  }
}

type End = keyof Omit<Tally, 'tried'>

function endOf(answer: Answered & { scanId?: string }, landed: Landed, meant: string): End {
  if (answer.code) return 'refused'
  if (answer.verdict === 'held' || answer.verdict === 'waiting') {
    // What was said to be attached to nobody must be so.
    return landed.byScan.has(answer.scanId ?? '') ? 'wrongPerson' : answer.verdict
  }
  const whose = answer.doseId
    ? landed.byDose.get(answer.doseId)
    : landed.byScan.get(answer.scanId ?? '')
  return whose === meant ? 'rightPerson' : 'wrongPerson'
}

function tally(ended: { end: End }[]): Tally {
  const counts = { held: 0, waiting: 0, refused: 0, rightPerson: 0, wrongPerson: 0 }
  for (const { end } of ended) counts[end] += 1
  return { tried: ended.length, ...counts }
}
