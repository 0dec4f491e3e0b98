import { ageBands, type DoseGroup, doseGroups, stateCode } from '../../domain/statistics.ts'
import { BarChart } from '../components/bar-chart.tsx'
import { AsOf, Axis, Figure, Live, Section, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { groupWords, Method } from '../components/statistics.tsx'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import type { Remember } from '../remember.ts'
import {
  type LinesOfArea,
  lineOf,
  readStatistics,
  type Statistics,
  shownWords,
} from './statistics-data.ts'

/** What everybody may know: exact where many live, treated where few do. */
export async function statisticsPage(page: Page, remember: Remember, prefecture?: string) {
  const { statistics } = page.words
  const wanted = prefecture && /^\d{2}$/.test(prefecture) ? prefecture : undefined
  const { value: data } = await remember(`statistics ${wanted}`, () => readStatistics(page, wanted))
  return (
    <Layout page={page} title={statistics.title} isLive>
      <p class="lead">{statistics.lead}</p>
      <p>{statistics.rhythm}</p>
      {data ? (
        <>
          <Live id="state-figures">
            <StateFigures page={page} data={data} />
          </Live>
          <Live id="state-chart">
            <Chart page={page} data={data} />
          </Live>
          <Live id="prefecture-figures">
            <Prefectures page={page} data={data} />
          </Live>
          <Choice page={page} data={data} />
          <Live id="town-figures">
            <Towns page={page} data={data} />
          </Live>
          <Downloads page={page} />
        </>
      ) : (
        <p>{statistics.none}</p>
      )}
      <Method page={page} />
    </Layout>
  )
}

type Part = { page: Page; data: Statistics }

function asOf({ page, data }: Part): string {
  return page.words.statistics.releasedOn(dayWords(data.newest.closedOn, page.lang))
}

function StateFigures({ page, data }: Part) {
  const { statistics, ageBands: bandWords } = page.words
  const state = data.wide.get(stateCode)
  const groups = groupWords(page)
  return (
    <Section id="state" title={statistics.stateTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, data })} />
      <dl class="figures">
        {doseGroups.map((group) => {
          const line = lineOf(state, group)
          return (
            <Figure
              label={groups[group]}
              value={numberWords(line?.toDate ?? 0)}
              notes={statistics.ofWeek(shownWords(page, line?.newest))}
            />
          )
        })}
      </dl>
      <Table
        caption={statistics.byAgeTitle}
        columns={[
          { head: statistics.ageBand },
          ...doseGroups.map((group) => ({ head: groups[group], isNumber: true })),
        ]}
        rows={[...ageBands, 'all' as const].map((band) => [
          band === 'all' ? statistics.all : bandWords[band],
          ...doseGroups.map((group) => toDateWords(page, state, group, band)),
        ])}
      />
    </Section>
  )
}

function Chart({ page, data }: Part) {
  const { statistics } = page.words
  const { from, newest, perDay } = data
  if (!data.areas.get(stateCode)?.isExact) return null
  return (
    <Section id="per-day" title={statistics.perDayTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, data })} />
      <p>{statistics.perDayLead}</p>
      <BarChart
        label={statistics.perDayTitle}
        from={from}
        to={newest.closedOn}
        bars={perDay}
        firstWords={statistics.first}
        secondWords={statistics.secondAndLater}
      />
      <details>
        <summary>{statistics.table}</summary>
        <Table
          caption={statistics.perDayTitle}
          columns={[
            { head: statistics.day },
            { head: statistics.first, isNumber: true },
            { head: statistics.secondAndLater, isNumber: true },
          ]}
          rows={perDay.map(({ on, first, second }) => [
            dayWords(on, page.lang),
            numberWords(first),
            numberWords(second),
          ])}
        />
      </details>
    </Section>
  )
}

function Prefectures({ page, data }: Part) {
  const { statistics } = page.words
  const shown = groupsThere(data)
  return (
    <Section id="prefectures" title={statistics.prefecturesTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, data })} />
      <Table
        caption={statistics.prefecturesTitle}
        columns={[
          { head: statistics.prefecture },
          { head: statistics.how },
          { head: statistics.municipalities, isNumber: true },
          ...figureHeads(page, shown),
        ]}
        rows={data.prefectures.map((area) => {
          const lines = data.wide.get(area.code)
          return [
            <a href={href(page, `/statistics?prefecture=${area.code}`)} lang="ja">
              {area.prefecture}
            </a>,
            area.isExact ? statistics.exact : statistics.treated,
            numberWords(area.municipalities),
            ...figureCells(page, lines, shown),
          ]
        })}
      />
    </Section>
  )
}

/** With one prefecture there is nothing to choose. */
function Choice({ page, data }: Part) {
  const { statistics } = page.words
  if (data.prefectures.length < 2) return null
  return (
    <form method="get" action="/statistics">
      <Language page={page} />
      <div>
        <label for="prefecture">{statistics.choose}</label>
        <select id="prefecture" name="prefecture" lang="ja">
          {data.prefectures.map(({ code, prefecture }) => (
            <option value={code} selected={code === data.chosen.code}>
              {prefecture}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{statistics.show}</button>
    </form>
  )
}

function Towns({ page, data }: Part) {
  const { statistics } = page.words
  const towns = [...data.towns.keys()].map((code) => data.areas.get(code))
  return (
    <Section id="towns" title={statistics.townsTitle}>
      <p>
        <strong lang="ja">{data.chosen.prefecture}</strong>
      </p>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, data })} />
      <Table
        caption={statistics.townsTitle}
        columns={[{ head: statistics.town }, ...figureHeads(page, groupsThere(data))]}
        rows={towns
          .filter((area) => area !== undefined)
          .map((area) => [
            <a href={href(page, `/statistics/${area.code}`)} lang="ja">
              {area.name}
            </a>,
            ...figureCells(page, data.towns.get(area.code), groupsThere(data)),
          ])}
      />
    </Section>
  )
}

/** Third and later doses take room only once there are any. */
function groupsThere(data: Statistics): DoseGroup[] {
  const third = lineOf(data.wide.get(stateCode), 3)
  return third?.toDate === 0 && third.newest === 0 ? [1, 2] : [...doseGroups]
}

function figureHeads(page: Page, groups: DoseGroup[]) {
  const { statistics } = page.words
  return groups.flatMap((group) =>
    [statistics.newest, statistics.toDate].map((when) => ({
      head: `${groupWords(page)[group]} / ${when}`,
      isNumber: true,
    })),
  )
}

function figureCells(page: Page, lines: LinesOfArea | undefined, groups: DoseGroup[]) {
  return groups.flatMap((group) => [
    shownWords(page, lineOf(lines, group)?.newest),
    toDateWords(page, lines, group),
  ])
}

/** A sum that lacks withheld weeks says so. */
function toDateWords(
  page: Page,
  lines: LinesOfArea | undefined,
  group: DoseGroup,
  band: Parameters<typeof lineOf>[2] = 'all',
) {
  const line = lineOf(lines, group, band)
  if (!line) return '–'
  if (line.withheld === 0) return numberWords(line.toDate)
  return (
    <>
      {numberWords(line.toDate)}
      <br />
      <span class="note">{page.words.statistics.partly(line.withheld)}</span>
    </>
  )
}

function Downloads({ page }: { page: Page }) {
  const { statistics } = page.words
  const files: [path: string, words: string][] = [
    ['/statistics/week.csv', statistics.csv],
    ['/statistics/week.ndjson', statistics.ndjsonWeek],
    ['/statistics/days.ndjson', statistics.ndjsonDays],
    ['/statistics/releases.json', statistics.releasesJson],
  ]
  return (
    <Section id="downloads" title={statistics.downloadsTitle}>
      <ul>
        {files.map(([path, words]) => (
          <li>
            <a href={href(page, path)} download>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}
