/**
 * The released statistics as files: CSV for people, NDJSON and JSON for programs. Every figure is one
 * of a release, so that nothing is made here that has not been audited.
 */
import type { Context } from 'hono'
import { z } from 'zod'
import { readAs } from '../../db/orm.ts'
import {
  type Figure,
  figures,
  publishedDays,
  type Release,
  type ReleasedArea,
  releasedAreas,
  releases,
} from '../../db/queries/pages/statistics.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import { stateCode } from '../../domain/statistics.ts'
import { csvForPeople } from '../../files/csv.ts'
import { groupWords } from '../components/statistics.tsx'
import type { Page } from '../page.ts'
import { publicScope, shownWords } from './statistics-data.ts'

export type File = { type: string; body: string }

export const fileNames = ['week.csv', 'week.ndjson', 'days.ndjson', 'releases.json'] as const
const nameSchema = z.enum(fileNames)

/** Undefined for a file or a week that there is not. */
export async function statisticsFile(page: Page, c: Context): Promise<File | undefined> {
  const name = nameSchema.safeParse(c.req.param('file')).data
  const wanted = c.req.query('week')
  if (name === undefined || (wanted !== undefined && !isPlainDate(wanted))) return undefined
  return readAs(page.orm, publicScope, async (tx) => {
    const all = await releases(tx)
    if (name === 'releases.json') return releasesFile(all)
    if (name === 'days.ndjson') return ndjson((await publishedDays(tx, 'prefectures')).map(dayLine))
    const release = wanted ? all.find(({ closedOn }) => closedOn === wanted) : all[0]
    if (!release) return undefined
    const week: Week = {
      release,
      areas: new Map((await releasedAreas(tx, release.closedOn)).map((area) => [area.code, area])),
      figures: await figures(tx, { closedOn: release.closedOn }),
    }
    return name === 'week.csv' ? weekCsv(page, week) : ndjson(week.figures.map(weekLine(week)))
  })
}

type Week = { release: Release; areas: Map<string, ReleasedArea>; figures: Figure[] }

function releasesFile(all: Release[]): File {
  const list = all.map(({ fromOn, closedOn, releasedAt }) => ({
    from: fromOn,
    to: closedOn,
    releasedAt: releasedAt.toISOString(),
    csv: `/statistics/week.csv?week=${closedOn}`,
    ndjson: `/statistics/week.ndjson?week=${closedOn}`,
  }))
  const body = { axis: 'issuer', smallUpTo: 7, roundedTo: 5, releases: list }
  return { type: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` }
}

/** In the words of the open data of 2021: date, prefecture, age, status (the dose), count. */
function dayLine(day: Awaited<ReturnType<typeof publishedDays>>[number]) {
  return {
    date: day.givenOn,
    prefecture: day.areaCode,
    age: day.ageBand,
    status: day.doseGroup,
    count: day.doses,
  }
}

/** `count` is null where it is withheld; `exact` tells a 0 from "7 or fewer". */
function weekLine({ release, areas }: Week) {
  return ({ areaCode, doseGroup, ageBand, doses }: Figure) => ({
    from: release.fromOn,
    to: release.closedOn,
    area: areaCode,
    age: ageBand,
    status: doseGroup,
    count: doses,
    exact: areas.get(areaCode)?.isExact ?? false,
  })
}

function ndjson(lines: unknown[]): File {
  return {
    type: 'application/x-ndjson; charset=utf-8',
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  }
}

function weekCsv(page: Page, { release, areas, figures: all }: Week): File {
  const { statistics, ageBands } = page.words
  const groups = groupWords(page)
  const rows = all.map(({ areaCode, doseGroup, ageBand, doses }) => {
    const area = areas.get(areaCode)
    return [
      release.fromOn,
      release.closedOn,
      areaCode,
      areaCode === stateCode ? statistics.state : (area?.prefecture ?? ''),
      area?.name ?? '',
      groups[doseGroup],
      ageBand === 'all' ? statistics.all : ageBands[ageBand],
      doses === null ? shownWords(page, doses) : doses,
      area?.isExact ? statistics.exact : statistics.treated,
    ]
  })
  return { type: 'text/csv; charset=utf-8', body: csvForPeople(statistics.csvHeader, rows) }
}
