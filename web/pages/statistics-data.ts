import { readAs } from '../../db/orm.ts'
import {
  type DayOfArea,
  figures,
  publishedDays,
  type Release,
  type ReleasedArea,
  type ReleasedLine,
  releasedAreas,
  releasedLines,
  releasedTown,
  releases,
} from '../../db/queries/pages/statistics.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type DoseGroup, type FigureBand, stateCode } from '../../domain/statistics.ts'
import type { Bar } from '../components/bar-chart.tsx'
import { numberWords } from '../format.ts'
import type { Page } from '../page.ts'

/** What everybody may read is about nobody and belongs to no town. */
export const publicScope = { municipalityCode: [] as string[], purpose: 'count' } as const

const chartDays = 56

/** Everything of the public page, from one snapshot; undefined before the first release. */
export function readStatistics(page: Page, wanted: string | undefined) {
  return readAs(page.orm, publicScope, async (tx) => {
    const [newest] = await releases(tx)
    if (!newest) return undefined
    const areas = await releasedAreas(tx, newest.closedOn)
    const prefectures = areas.filter(({ code }) => code.length === 2 && code !== stateCode)
    const chosen = prefectures.find(({ code }) => code === wanted) ?? prefectures[0]!
    const from = addDays(newest.closedOn, 1 - chartDays)
    return {
      newest,
      areas: new Map(areas.map((area) => [area.code, area])),
      prefectures,
      chosen,
      wide: byArea(await releasedLines(tx, newest.closedOn, 'prefectures')),
      towns: byArea(await releasedLines(tx, newest.closedOn, { townsOf: chosen.code })),
      from,
      perDay: barsOf(await publishedDays(tx, 'state', from)),
    }
  })
}

export type Statistics = NonNullable<Awaited<ReturnType<typeof readStatistics>>>
export type { Release, ReleasedArea, ReleasedLine }

export type LinesOfArea = Map<string, ReleasedLine>

function byArea(lines: ReleasedLine[]): Map<string, LinesOfArea> {
  const areas = new Map<string, LinesOfArea>()
  for (const line of lines) {
    const area = areas.get(line.areaCode) ?? new Map<string, ReleasedLine>()
    areas.set(line.areaCode, area.set(`${line.doseGroup} ${line.ageBand}`, line))
  }
  return areas
}

export function lineOf(
  lines: LinesOfArea | undefined,
  doseGroup: DoseGroup,
  ageBand: FigureBand = 'all',
): ReleasedLine | undefined {
  return lines?.get(`${doseGroup} ${ageBand}`)
}

function barsOf(days: DayOfArea[]): Bar[] {
  const bars = new Map<PlainDate, Bar>()
  for (const { givenOn, doseGroup, doses } of days) {
    const bar = bars.get(givenOn) ?? { on: givenOn, first: 0, second: 0 }
    if (doseGroup === 1) bar.first += doses
    else bar.second += doses
    bars.set(givenOn, bar)
  }
  return [...bars.values()]
}

/** One municipality in all releases; undefined when it has been in none. */
export function readTownStatistics(page: Page, code: string) {
  return readAs(page.orm, publicScope, async (tx) => {
    const town = await releasedTown(tx, code)
    if (!town) return undefined
    const weeks = (await releases(tx)).reverse()
    const found = await figures(tx, { areaCodes: [code] })
    const shown = new Map(found.map((f) => [`${f.closedOn} ${f.doseGroup} ${f.ageBand}`, f.doses]))
    const of = (week: Release, group: DoseGroup, band: FigureBand = 'all') =>
      shown.get(`${week.closedOn} ${group} ${band}`)
    const took = weeks.filter((week) => of(week, 1) !== undefined)
    return { ...town, weeks: took, of }
  })
}

export type TownStatistics = NonNullable<Awaited<ReturnType<typeof readTownStatistics>>>

/** A published number as people read it; null: withheld. */
export function shownWords(page: Page, doses: number | null | undefined): string {
  if (doses === undefined) return '–'
  return doses === null ? page.words.statistics.withheld : numberWords(doses)
}
