/**
 * `truth.jsonl`, read again by the judge's own hand: a header and then one person a line. Only what
 * a verdict needs is looked at; whatever else a line holds is left alone.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const day = z.iso.date()
const code = z.string().regex(/^\d{6}$/)
const ticket = z.object({ municipalityCode: code, number: z.string().regex(/^\d{10}$/) })
const issuedTicket = ticket.extend({ issuedOn: day.optional() })

const truthPerson = z.object({
  id: z.string().min(1),
  name: z.object({ family: z.string(), given: z.string(), kana: z.string() }),
  bornOn: day,
  mail: z.string().optional(),
  myNumber: z.string().optional(),
  residences: z
    .array(
      z.object({
        municipalityCode: code,
        registerNumber: z.string().optional(),
        postcode: z.string().regex(/^\d{7}$/),
        address: z.string().min(1),
        from: day,
        to: day.optional(),
        moveOutPlannedOn: day.optional(),
      }),
    )
    .min(1),
  tickets: z.array(issuedTicket),
  doses: z.array(
    z.object({
      doseNumber: z.int().min(1),
      givenOn: day,
      productCode: z.string(),
      ticket,
    }),
  ),
  /** Visits that ended without a dose. */
  screenings: z.array(z.object({ givenOn: day })).optional(),
  death: z.object({ on: day }).optional(),
  protection: z.array(z.object({ from: day, to: day.optional() })).default([]),
  /** Where a protected person can be reached: for the canary alone. */
  delivery: z.object({ address: z.string().min(1) }).optional(),
})
export type TruthPerson = z.infer<typeof truthPerson>
export type TruthDose = TruthPerson['doses'][number]

const truthHeader = z.object({
  epoch: day,
  days: z.int().min(1),
  /** Called up on a day: everybody of a town born until then. */
  waves: z.array(z.object({ municipalityCode: code, bornOnOrBefore: day })).optional(),
  /** What towns decide about notices; without it there are rounds after the due date alone, on any day. */
  ladder: z
    .object({
      preDueDays: z.int(),
      invitationAfterDays: z.int(),
      quietWeekdays: z.array(z.int()),
      holidaysAreQuiet: z.boolean(),
    })
    .optional(),
  rates: z.string().optional(),
  marked: z.boolean().optional(),
})

export type Truth = { header: z.infer<typeof truthHeader>; people: TruthPerson[] }

export const truthFileName = 'truth.jsonl'

export async function readTruth(path: string): Promise<Truth> {
  const [first = '', ...rest] = (await readFile(path, 'utf8')).split('\n').filter((line) => line)
  return {
    header: truthHeader.parse(JSON.parse(first)),
    people: rest.map((line) => truthPerson.parse(JSON.parse(line))),
  }
}
