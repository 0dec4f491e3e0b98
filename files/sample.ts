/** The first rows of a file, tried on a profile: how many of them read without a fault. */
import type { PlainDate } from '../domain/calendar.ts'
import type { FileProfile, ReadRow } from '../domain/municipal-file.ts'
import { rowReader } from './bind.ts'
import type { RawRow } from './cells.ts'
import { headerOf } from './read-rows.ts'
import { FileRefusal } from './refusal.ts'

/** Neither the day nor the town matters to what a column holds. */
const anyTime = { municipalityCode: '', today: '2199-12-31' as PlainDate }

export type Tried = { rows: ReadRow[]; share: number }

/** Undefined where the columns of the profile are not there. `share` is 0 to 1; of no rows, 1. */
export function triedOn(profile: FileProfile, rows: readonly RawRow[]): Tried | undefined {
  const first = profile.titleRows ?? 0
  const header = headerOf(profile.hasHeader ? rows[first] : undefined, profile)
  try {
    const read = rowReader(profile, header, anyTime)
    const data = rows.slice(first + (profile.hasHeader ? 1 : 0)).map(read)
    const sound = data.filter(({ faults }) => faults.length === 0).length
    return { rows: data, share: data.length === 0 ? 1 : sound / data.length }
  } catch (error) {
    if (error instanceof FileRefusal) return undefined
    throw error
  }
}
