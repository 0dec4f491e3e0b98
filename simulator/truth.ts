/**
 * The truth file: what really happens in a campaign, written before anything is sent. JSON lines, a
 * header and then one person a line. The system never sees it; the judge does.
 *
 * Days (`…On`, `on`, `from`, `to`) are civil dates in Asia/Tokyo; `…At` are instants (ISO, UTC). Where
 * only the day of a report is given, the report is made at some minute of office hours.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const day = z.iso.date()
const instant = z.iso.datetime({ offset: true })
const code = z.string().regex(/^\d{6}$/, 'six digits')
const text = (longest: number) => z.string().min(1).max(longest)

const ticketRef = z.object({ municipalityCode: code, number: z.string().regex(/^\d{10}$/) })

const residence = z.object({
  municipalityCode: code,
  /** The person's number in that town's register; the person's id where it is left out. */
  registerNumber: text(40).optional(),
  postcode: z.string().regex(/^\d{7}$/),
  address: text(200),
  from: day,
  to: day.optional(),
  /** 転出届: told to this town beforehand; a plan, for `moveOutPlannedOn` or else for `to`. */
  moveOutNotifiedOn: day.optional(),
  moveOutNotifiedAt: instant.optional(),
  moveOutPlannedOn: day.optional(),
  moveOutCancelledAt: instant.optional(),
  /** 転入届 or, within one town, 転居届: when this town was told. The first residence needs none. */
  reportedOn: day.optional(),
  reportedAt: instant.optional(),
})

const dose = z.object({
  doseNumber: z.int().min(1).max(9),
  givenOn: day,
  recordedAt: instant,
  venueCode: z.string().regex(/^\d{10}$/),
  productCode: text(40),
  lotNumber: text(20),
  ticket: ticketRef,
  readBy: z.enum(['qr', 'nw7', 'ocr', 'typed', 'paper']),
  /** What was typed as the birth year on any route but QR; the right one where it is left out. */
  birthYearTyped: z.int().optional(),
  /** The same slip scanned again, by mistake. */
  scannedAgainAt: z.array(instant).max(5).optional(),
})

const screening = dose.omit({ scannedAgainAt: true })

export const truthPerson = z.object({
  id: text(40),
  /** What this person is in the campaign to show; only the fixed cast has one. */
  title: text(200).optional(),
  name: z.object({ family: text(60), given: z.string().max(60), kana: text(120) }),
  bornOn: day,
  mail: z.email().max(254).optional(),
  myNumber: z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .optional(),
  residences: z.array(residence).min(1).max(10),
  tickets: z.array(ticketRef.extend({ issuedOn: day, registeredAt: instant.optional() })).max(10),
  doses: z.array(dose).max(9),
  screenings: z.array(screening).max(5).optional(),
  death: z.object({ on: day, reportedOn: day, reportedAt: instant.optional() }).optional(),
  abroad: z.object({ on: day, reportedOn: day, reportedAt: instant.optional() }).optional(),
  protection: z
    .array(
      z.object({
        from: day,
        to: day.optional(),
        reportedOn: day,
        reportedAt: instant.optional(),
      }),
    )
    .max(5)
    .default([]),
  /** Where a protected person can be reached, told to the town that protects: a marked campaign's alone. */
  delivery: z.object({ postcode: z.string().regex(/^\d{7}$/), address: text(200) }).optional(),
})
export type TruthPerson = z.infer<typeof truthPerson>
export type Residence = TruthPerson['residences'][number]
export type TruthDose = TruthPerson['doses'][number]

export const truthHeader = z.object({
  epoch: day,
  days: z.int().min(1).max(1_000),
  venues: z
    .array(z.object({ code: z.string().regex(/^\d{10}$/), municipalityCode: code, name: text(30) }))
    .min(1)
    .max(10_000),
  /** Courses opened ahead of the first scan, older people first; none where it is left out. */
  waves: z
    .array(z.object({ municipalityCode: code, bornOnOrBefore: day, on: day }))
    .max(10_000)
    .default([]),
  /** What every town decides about its notices, besides what is the same in all demos. */
  ladder: z
    .object({
      preDueDays: z.int().min(0).max(28),
      invitationAfterDays: z.int().min(0).max(180),
      quietWeekdays: z.array(z.int().min(0).max(6)).max(5),
      holidaysAreQuiet: z.boolean(),
    })
    .optional(),
  seed: z.int().optional(),
  rates: z.string().max(40).optional(),
  /** Every personal word is made up and unique: see `marked.ts`. */
  marked: z.boolean().optional(),
})
export type TruthHeader = z.infer<typeof truthHeader>

export type Truth = { header: TruthHeader; people: TruthPerson[] }

/** More people than one demo is made for; a longer file is somebody's mistake. */
export const mostPeople = 200_000

export async function writeTruth(path: string, truth: Truth): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.write(`${JSON.stringify(truth.header)}\n`)
    let chunk = ''
    for (const person of truth.people) {
      chunk += `${JSON.stringify(person)}\n`
      if (chunk.length < 1_000_000) continue
      await file.write(chunk)
      chunk = ''
    }
    await file.write(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Throws a `TruthFileError` that names the line, the field and what was expected there. */
export async function readTruth(path: string): Promise<Truth> {
  let header: TruthHeader | undefined
  const people: TruthPerson[] = []
  const ids = new Set<string>()
  let line = 0
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: 1_000 })) {
    line += 1
    if (text.trim() === '') continue
    if (header === undefined) {
      header = parseLine(truthHeader, text, line)
      continue
    }
    const person = parseLine(truthPerson, text, line)
    if (ids.has(person.id)) throw new TruthFileError(line, `the id ${person.id} occurs twice`)
    if (people.length >= mostPeople)
      throw new TruthFileError(line, `more than ${mostPeople} people`)
    ids.add(person.id)
    people.push(person)
  }
  if (header === undefined) throw new TruthFileError(1, 'the header is missing')
  return { header, people }
}

export class TruthFileError extends Error {
  constructor(line: number, problem: string) {
    super(`Line ${line} of the truth file: ${problem}.`)
    this.name = 'TruthFileError'
  }
}

function parseLine<T>(schema: z.ZodType<T>, text: string, line: number): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TruthFileError(line, 'not JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new TruthFileError(line, `${issue.path.join('.') || 'the whole line'}: ${issue.message}`)
}
