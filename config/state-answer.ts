/** What the state's desk answers: the whole of what the state's database role gets to see. */
import { z } from 'zod'
import { isPlainDate } from '../domain/calendar.ts'
import { costItems } from '../domain/cost.ts'
import type { PlainDate } from '../domain/course.ts'

const count = z.number().int()
const day = z.custom<PlainDate>(isPlainDate)

const doseCounts = z.object({ first: count, second: count, further: count })

export const stateAnswerSchema = z.object({
  role: z.string(),
  /** Every table but those of statistics and places, and what became of "how many rows?". */
  tables: z
    .array(
      z.object({
        name: z.string(),
        /** Rows that the role sees; null: it may not even ask. */
        rows: count.nonnegative().nullable(),
      }),
    )
    .max(500),
  /** Tables and views that it may read, statistics and names of places. */
  readable: z.array(z.string()).max(500),
  /** Functions that see more than their caller, and that it may call. */
  privileged: z.array(z.string()).max(500),
  /** Words that the process was given to be let in where keys are. */
  keyTokens: count.nonnegative(),
  /** Costs by month: the whole (`00`), prefectures, and those that stand together (`other`). */
  costs: z
    .array(
      z.object({
        month: day,
        area: z.string(),
        municipalities: count,
        items: z.record(
          z.enum(costItems),
          z.object({ quantity: count, hundredths: count, undecided: count }),
        ),
      }),
    )
    .max(3_000),
  countedTo: day.nullable(),
  /** By prefecture code. */
  prefectures: z
    .array(
      z.object({ code: z.string(), name: z.string(), issued: doseCounts, resident: doseCounts }),
    )
    .max(60),
  perDay: z.array(z.object({ on: day, first: count, second: count })).max(400),
  venues: z.object({
    lines: count,
    shown: z
      .array(
        z.object({
          venueCode: z.string(),
          venueName: z.string(),
          productCode: z.string(),
          lotNumber: z.string(),
          doses: doseCounts,
        }),
      )
      .max(200),
  }),
})

export type StateAnswer = z.output<typeof stateAnswerSchema>
export type DoseCounts = z.output<typeof doseCounts>

/** The path that the desk serves on its socket. */
export const stateAnswerPath = '/answer'
