import { type PlainDate, plainDateOf } from './calendar.ts'
import { parseEraDate } from './era.ts'
import { DomainError } from './errors.ts'

export const eraChoices = ['S', 'H', 'R', 'T', 'M', 'AD'] as const

export type TypedBirthDate = { era: string; year: string; month: string; day: string }

/** As people know their birthday: by era or by the western year. Undefined for what is no day. */
export function birthDateTyped({ era, year, month, day }: TypedBirthDate): PlainDate | undefined {
  const [y, m, d] = [year, month, day].map((text) => text.normalize('NFKC').trim())
  try {
    if (era !== 'AD') return parseEraDate(`${era}${y === '元' ? '1' : y}.${m}.${d}`)
    if (![y, m, d].every((text) => /^\d{1,4}$/.test(text!))) return undefined
    return plainDateOf({ year: Number(y), month: Number(m), day: Number(d) })
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
