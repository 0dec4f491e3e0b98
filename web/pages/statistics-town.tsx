import { ageBands, type DoseGroup, doseGroups } from '../../domain/statistics.ts'
import { type Bar, BarChart } from '../components/bar-chart.tsx'
import { AsOf, Axis, Live, Section, Table } from '../components/basics.tsx'
import { groupWords, Method } from '../components/statistics.tsx'
import { dayWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import type { Remember } from '../remember.ts'
import { readTownStatistics, shownWords, type TownStatistics } from './statistics-data.ts'

const daysInWeek = 7

/** What everybody may know of one municipality; undefined for one that has been in no release. */
export async function townStatisticsPage(page: Page, remember: Remember, code: string) {
  const { value: data } = await remember(`statistics of ${code}`, () =>
    readTownStatistics(page, code),
  )
  if (!data) return undefined
  const { statistics } = page.words
  return (
    <Layout page={page} title={statistics.townTitle(`${data.prefecture} ${data.name}`)} isLive>
      <p class="lead">{statistics.lead}</p>
      <Live id="week-figures">
        <Chart page={page} data={data} />
        {doseGroups.map((group) => (
          <Weeks page={page} data={data} group={group} />
        ))}
      </Live>
      <Method page={page} />
      <p>
        <a href={href(page, `/statistics?prefecture=${code.slice(0, 2)}`)}>{statistics.back}</a>
      </p>
    </Layout>
  )
}

type Part = { page: Page; data: TownStatistics }

function asOf({ page, data }: Part): string {
  const newest = data.weeks.at(-1)!
  return page.words.statistics.releasedOn(dayWords(newest.closedOn, page.lang))
}

function Chart({ page, data }: Part) {
  const { statistics } = page.words
  const { weeks, of } = data
  const bars: Bar[] = weeks.map((week) => ({
    on: week.closedOn,
    first: of(week, 1) ?? 0,
    second: (of(week, 2) ?? 0) + (of(week, 3) ?? 0),
  }))
  return (
    <Section id="per-week" title={statistics.perWeekTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, data })} />
      <p>{statistics.perWeekLead}</p>
      <BarChart
        label={statistics.perWeekTitle}
        from={weeks[0]!.closedOn}
        to={weeks.at(-1)!.closedOn}
        bars={bars}
        firstWords={statistics.first}
        secondWords={statistics.secondAndLater}
        daysPerBar={daysInWeek}
      />
    </Section>
  )
}

/** By week and age; third and later doses only where there are any. */
function Weeks({ page, data, group }: Part & { group: DoseGroup }) {
  const { statistics, ageBands: bandWords } = page.words
  const { weeks, of } = data
  if (group === 3 && weeks.every((week) => of(week, 3) === 0)) return null
  const title = groupWords(page)[group]
  return (
    <Section id={`weeks-${group}`} title={title}>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, data })} />
      <Table
        caption={title}
        columns={[
          { head: statistics.week },
          { head: statistics.all, isNumber: true },
          ...ageBands.map((band) => ({ head: bandWords[band], isNumber: true })),
        ]}
        rows={[...weeks]
          .reverse()
          .map((week) => [
            statistics.weekOf(dayWords(week.fromOn, page.lang), dayWords(week.closedOn, page.lang)),
            shownWords(page, of(week, group)),
            ...ageBands.map((band) => shownWords(page, of(week, group, band))),
          ])}
      />
    </Section>
  )
}
