/** The fields that every body is made of. A fault's message is a problem code, so that it has words. */
import { z } from '@hono/zod-openapi'
import { isPlainDate, partsOf } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'

/** Control characters and halves of surrogate pairs: no database keeps them all, no letter prints them. */
const unkeepable = /[\p{Cc}\p{Cs}]/u

/** One line of text as people write it, trimmed; lengths in UTF-16 units. Refusal: `textCharacters`. */
export function text(max: number, example: string, min: 0 | 1 = 1) {
  return z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((line) => !unkeepable.test(line), { error: 'textCharacters' })
    .openapi({ example })
}

const dateText = z.string().refine(isPlainDate, { error: 'invalidDate', abort: true })
const dateExample = { type: 'string', example: '2021-06-09' } as const

/** `YYYY-MM-DD`. Refusal: `invalidDate`. */
export const plainDate = dateText.transform((date) => date as PlainDate).openapi(dateExample)

/** The years that the table of residents takes, ends included. */
const earliestBirthYear = 1880
const latestBirthYear = 2100

const birthYearFault = { error: 'birthYearRange' }

export const birthYear = z
  .int()
  .min(earliestBirthYear, birthYearFault)
  .max(latestBirthYear, birthYearFault)

/** A plain date whose year can be kept. Refusals: `invalidDate`, `birthYearRange`. */
export const birthDate = dateText
  .transform((date) => date as PlainDate)
  .refine((date) => birthYear.safeParse(partsOf(date).year).success, birthYearFault)
  .openapi({ type: 'string', example: '1950-06-09' })
