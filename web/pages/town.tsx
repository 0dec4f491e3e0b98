import { maySee } from '../../auth/caller.ts'
import { readAs } from '../../db/orm.ts'
import type { DoseGroup } from '../../db/queries/pages/town.ts'
import { lateRecordDays, type TownName, townName } from '../../db/queries/pages/town.ts'
import { stages } from '../../domain/course.ts'
import { BarChart } from '../components/bar-chart.tsx'
import {
  AsOf,
  Axis,
  Figure,
  Live,
  NoticeTag,
  Section,
  StageTag,
  Table,
} from '../components/basics.tsx'
import { productName } from '../components/product.ts'
import { dayWords, numberWords, shareWords } from '../format.ts'
import { Effort } from '../imports/effort.tsx'
import { Layout } from '../layout.tsx'
import { asOfWords, href, type Page } from '../page.ts'
import type { Remember } from '../remember.ts'
import { Unattached } from '../unattached/aside.tsx'
import { readTown, type TownData } from './town-data.ts'

/** Undefined for a code that the ministry's list does not hold, and for a town that is not the reader's. */
export async function townPage(page: Page, remember: Remember, code: string) {
  if (!maySee(code)) return undefined
  const scope = { municipalityCode: code, purpose: 'showTown' } as const
  const town = await readAs(page.orm, scope, (tx) => townName(tx, code))
  if (!town) return undefined
  const name = `${town.prefecture} ${town.name}`
  const title = page.words.town.title(name)
  if (!town.takesPart) {
    return (
      <Layout page={page} title={title}>
        <p>{page.words.town.notTakingPart}</p>
      </Layout>
    )
  }
  const today = page.clock.today()
  const { value, readAtMs } = await remember(`town ${code} ${today}`, () =>
    readTown(page, town, today),
  )
  return (
    <Layout page={page} title={title} isLive>
      <Town page={page} town={town} data={value} when={asOfWords(page, readAtMs)} />
    </Layout>
  )
}

type Part = { page: Page; data: TownData; when: string }

function Town({ page, town, data, when }: Part & { town: TownName }) {
  return (
    <>
      <Live id="figures">
        <Numbers page={page} data={data} when={when} />
      </Live>
      <Live id="chart">
        <Chart page={page} data={data} when={when} />
      </Live>
      <Live id="tables">
        <Breakdown page={page} data={data} when={when} />
        <Lag page={page} data={data} when={when} />
        <Residents page={page} data={data} when={when} />
        <Notices page={page} data={data} when={when} />
        <Venues page={page} data={data} when={when} />
        <Effort page={page} effort={data.effort} when={when} />
      </Live>
      <p>
        <a href={href(page, `/courses?municipality=${town.code}`)}>{page.words.town.toCourses}</a>
      </p>
    </>
  )
}

const sum = (groups: DoseGroup[], of: (group: DoseGroup) => boolean) =>
  groups.filter(of).reduce((total, group) => total + group.doses, 0)

function Numbers({ page, data, when }: Part) {
  const { town, axis, axisNote } = page.words
  const { groups, residence, unresolved } = data
  const today = (doseNumber: number) =>
    groups.reduce((n, g) => n + (g.doseNumber === doseNumber ? g.recordedToday : 0), 0)
  const byIssuer = (label: string, doseNumber: number) => (
    <Figure
      label={label}
      value={numberWords(sum(groups, (g) => g.doseNumber === doseNumber))}
      notes={
        <>
          <span>{town.recordedToday(numberWords(today(doseNumber)))}</span>
          <br />
          {axis.label}: {axis.issuer}
        </>
      }
    />
  )
  return (
    <Section id="numbers" title={town.threeNumbers}>
      <AsOf when={when} />
      <dl class="figures">
        {byIssuer(town.firstDoses, 1)}
        {byIssuer(town.secondDoses, 2)}
        <Figure
          label={town.overdue}
          value={numberWords(residence.overdue)}
          notes={
            <>
              <span>
                {town.overdueOf(
                  numberWords(residence.awaitingSecond),
                  shareWords(residence.overdue, residence.awaitingSecond),
                )}
              </span>
              <br />
              {axis.label}: {axis.residence}
            </>
          }
        />
      </dl>
      <Unattached page={page} unresolved={unresolved} />
      <p class="note">{axisNote.issuer}</p>
    </Section>
  )
}

function Chart({ page, data, when }: Part) {
  const { town } = page.words
  const { perDay, from, today } = data
  return (
    <Section id="per-day" title={town.chartTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={when} />
      <p>{town.chartLead}</p>
      <BarChart
        label={town.chartTitle}
        from={from}
        to={today}
        bars={perDay}
        firstWords={town.first}
        secondWords={town.second}
      />
      <details>
        <summary>{town.chartTable}</summary>
        <Table
          caption={town.chartTitle}
          columns={[
            { head: town.day },
            { head: town.first, isNumber: true },
            { head: town.second, isNumber: true },
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

function Breakdown({ page, data, when }: Part) {
  const { words } = page
  const { groups, unresolved } = data
  const columns = (head: string) => [
    { head },
    ...[words.town.first, words.town.second, words.town.further].map((each) => ({
      head: each,
      isNumber: true,
    })),
  ]
  const row = (label: string, of: (group: DoseGroup) => boolean) => [
    label,
    numberWords(sum(groups, (g) => of(g) && g.doseNumber === 1)),
    numberWords(sum(groups, (g) => of(g) && g.doseNumber === 2)),
    numberWords(sum(groups, (g) => of(g) && g.doseNumber > 2)),
  ]
  const products = [...new Set(groups.map((g) => g.productCode))]
  const ageBands = ['65-', '-64', 'UNK'] as const
  const total = row(words.total, () => true)
  return (
    <Section id="breakdown" title={words.town.byAge}>
      <Axis page={page} axis="issuer" />
      <AsOf when={when} />
      <div class="columns">
        <Table
          caption={words.town.byAge}
          columns={columns(words.town.ageBand)}
          rows={[
            ...ageBands.map((band) => row(words.ageBands[band], (g) => g.ageBand === band)),
            total,
          ]}
        />
        <Table
          caption={words.town.byProduct}
          columns={columns(words.town.product)}
          rows={[
            ...products.map((code) =>
              row(productName(code, page.lang), (g) => g.productCode === code),
            ),
            total,
          ]}
        />
      </div>
      <Unattached page={page} unresolved={unresolved} />
    </Section>
  )
}

function Lag({ page, data, when }: Part) {
  const { words } = page
  const { lag } = data
  const days = (n: number | null) => (n === null ? words.unknown : words.days(numberWords(n)))
  return (
    <Section id="lag" title={words.town.lagTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={when} />
      {lag.doses === 0 ? (
        <p>{words.town.lagNone}</p>
      ) : (
        <>
          <p>{words.town.lagLead(numberWords(lag.doses))}</p>
          <dl class="figures">
            <Figure label={words.town.lagHalf} value={days(lag.half)} />
            <Figure label={words.town.lagFourFifths} value={days(lag.fourFifths)} />
            <Figure label={words.town.lagNearlyAll} value={days(lag.nearlyAll)} />
            <Figure label={words.town.lagLongest} value={days(lag.longest)} />
            <Figure
              label={words.town.lagLate(lateRecordDays)}
              value={words.doses(numberWords(lag.late))}
              notes={shareWords(lag.late, lag.doses)}
            />
          </dl>
        </>
      )}
    </Section>
  )
}

function Residents({ page, data, when }: Part) {
  const { words } = page
  const { residence } = data
  const share = (label: string, n: number) => [
    label,
    numberWords(n),
    shareWords(n, residence.residents),
  ]
  const courses = new Map(data.stages.map(({ stage, courses: n }) => [stage, n]))
  return (
    <Section id="residents" title={words.town.residenceTitle}>
      <Axis page={page} axis="residence" />
      <AsOf when={when} />
      <div class="columns">
        <Table
          caption={words.town.residenceTitle}
          columns={[
            { head: '' },
            { head: words.town.number, isNumber: true },
            { head: '%', isNumber: true },
          ]}
          rows={[
            share(words.town.residents, residence.residents),
            share(words.town.withFirst, residence.withFirst),
            share(words.town.complete, residence.complete),
            share(words.town.awaitingSecond, residence.awaitingSecond),
            share(words.town.overdue, residence.overdue),
            [words.town.betweenTowns, numberWords(residence.betweenTowns), ''],
          ]}
        />
        <Table
          caption={words.town.stagesTitle}
          columns={[{ head: words.town.stage }, { head: words.town.courses, isNumber: true }]}
          rows={stages.map((stage) => [
            <StageTag page={page} stage={stage} />,
            numberWords(courses.get(stage) ?? 0),
          ])}
        />
      </div>
    </Section>
  )
}

function Notices({ page, data, when }: Part) {
  const { words } = page
  return (
    <>
      <Section id="notices" title={words.town.noticesTitle}>
        <Axis page={page} axis="noticed" />
        <AsOf when={when} />
        {data.notices.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <Table
            caption={words.town.noticesTitle}
            columns={[
              { head: words.town.kind },
              { head: words.town.state },
              { head: words.town.reason },
              { head: words.town.number, isNumber: true },
            ]}
            rows={data.notices.map((n) => [
              words.noticeName(words.noticeKinds[n.kind], n.round),
              <>
                <NoticeTag page={page} state={n.state} />{' '}
                {n.state === 'left' && n.channel ? words.channels[n.channel] : ''}
              </>,
              n.reason ? (words.reasons[n.reason] ?? n.reason) : '',
              numberWords(n.notices),
            ])}
          />
        )}
      </Section>
      <Section id="tasks" title={words.town.tasksTitle}>
        <Axis page={page} axis="inCharge" />
        <AsOf when={when} />
        {data.tasks.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <Table
            caption={words.town.tasksTitle}
            columns={[
              { head: words.town.task },
              { head: words.town.number, isNumber: true },
              { head: words.town.oldest },
            ]}
            rows={data.tasks.map((task) => [
              words.taskKinds[task.kind] ?? task.kind,
              numberWords(task.tasks),
              dayWords(task.oldestOn, page.lang),
            ])}
          />
        )}
      </Section>
    </>
  )
}

function Venues({ page, data, when }: Part) {
  const { words } = page
  return (
    <Section id="venues" title={words.town.venuesTitle}>
      <Axis page={page} axis="venue" />
      <AsOf when={when} />
      {data.venues.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <Table
          caption={words.town.venuesTitle}
          columns={[
            { head: words.town.venue },
            { head: words.town.venueCode },
            { head: words.town.number, isNumber: true },
          ]}
          rows={data.venues.map((venue) => [
            <span lang="ja">{venue.name}</span>,
            <code>{venue.code}</code>,
            numberWords(venue.doses),
          ])}
        />
      )}
    </Section>
  )
}
