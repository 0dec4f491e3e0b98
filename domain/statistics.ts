/** What a release of statistics counts, and when it closes. */
import { addDays, weekdayOf } from './calendar.ts'
import type { PlainDate } from './course.ts'
import { type Figures, type Shown, type TownCounts, treatTable } from './disclosure-control.ts'

export const ageBands = ['-64', '65-', 'UNK'] as const
export type AgeBand = (typeof ageBands)[number]
export type FigureBand = AgeBand | 'all'

/** First doses, second doses, the third and all later ones. */
export const doseGroups = [1, 2, 3] as const
export type DoseGroup = (typeof doseGroups)[number]

export const stateCode = '00'
const daysInWeek = 7

/** A release closes with a Sunday and is made on the first day after it. */
export function lastClosingDay(today: PlainDate): PlainDate {
  return addDays(today, -(weekdayOf(today) || daysInWeek))
}

/** The first day of the week that a release closes, when there was none before it. */
export function firstDayOfWeek(closedOn: PlainDate): PlainDate {
  return addDays(closedOn, 1 - daysInWeek)
}

export type CountOfTown = {
  municipalityCode: string
  doseGroup: DoseGroup
  ageBand: AgeBand
  doses: number
}

export type ReleasedArea = {
  code: string
  isExact: boolean
  municipalities: number
  /** One for each dose group. */
  figures: { doseGroup: DoseGroup; ageBand: FigureBand; shown: Shown }[]
}

export const prefectureOf = (municipalityCode: string): string => municipalityCode.slice(0, 2)

/**
 * The state, its prefectures and its towns as they may be published, from the exact counts of one
 * release. First, second and later doses are tables of their own: no figure sums them.
 */
export function makeRelease(
  townCodes: readonly string[],
  counts: readonly CountOfTown[],
  isDrawn: () => boolean,
): ReleasedArea[] {
  const areas = new Map<string, ReleasedArea>()
  const put = (code: string, isExact: boolean, municipalities: number, group: DoseGroup) => {
    const area = areas.get(code) ?? { code, isExact, municipalities, figures: [] }
    areas.set(code, area)
    return ({ total, columns }: Figures) => {
      area.figures.push({ doseGroup: group, ageBand: 'all', shown: total })
      for (const ageBand of ageBands) {
        area.figures.push({ doseGroup: group, ageBand, shown: columns[ageBand] ?? 0 })
      }
    }
  }
  for (const group of doseGroups) {
    const table = treatTable(ageBands, countsOf(townCodes, counts, group), isDrawn)
    put(stateCode, table.state.isExact, townCodes.length, group)(table.state)
    for (const [code, figures] of table.prefectures) {
      put(code, figures.isExact, figures.towns, group)(figures)
    }
    for (const [code, figures] of table.towns) put(code, false, 1, group)(figures)
  }
  return [...areas.values()]
}

function countsOf(
  townCodes: readonly string[],
  counts: readonly CountOfTown[],
  group: DoseGroup,
): TownCounts[] {
  const towns = new Map<string, Record<string, number>>(townCodes.map((code) => [code, {}]))
  for (const { municipalityCode, doseGroup, ageBand, doses } of counts) {
    const town = towns.get(municipalityCode)
    if (!town) throw new Error(`doses are counted for ${municipalityCode}, which takes no part`)
    if (doseGroup === group) town[ageBand] = (town[ageBand] ?? 0) + doses
  }
  return [...towns].map(([code, own]) => ({ code, prefecture: prefectureOf(code), counts: own }))
}
