import type { DoseCounts, StateAnswer } from '../../config/state-answer.ts'
import { addDays } from '../../domain/calendar.ts'
import { BarChart } from '../components/bar-chart.tsx'
import { AsOf, Axis, Figure, Live, Section, Table, Tag } from '../components/basics.tsx'
import { productName } from '../components/product.ts'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { askTheState, maySeeState, refusedTables, rowsOfPeople } from '../state-desk.ts'

/** All that the state gets to see, beginning with what it does not; undefined for whoever may not. */
export async function statePage(page: Page) {
  if (!maySeeState(page)) return undefined
  const { view } = page.words.statistics
  const answer = await askTheState(page)
  return (
    <Layout page={page} title={view.title} isLive>
      <p class="lead">{view.lead}</p>
      <Live id="state-answer">
        {answer ? (
          <>
            <Proof page={page} answer={answer} />
            <Prefectures page={page} answer={answer} />
            <Days page={page} answer={answer} />
            <Venues page={page} answer={answer} />
          </>
        ) : (
          <p>{view.away}</p>
        )}
      </Live>
    </Layout>
  )
}

type Part = { page: Page; answer: StateAnswer }

function Proof({ page, answer }: Part) {
  const { view } = page.words.statistics
  const { tables, privileged } = answer
  const rows = rowsOfPeople(answer)
  return (
    <Section id="proof" title={view.proofTitle}>
      <p>{view.proofLead(numberWords(tables.length))}</p>
      <dl class="figures">
        <Figure
          label={view.refused}
          value={`${numberWords(refusedTables(answer))} / ${numberWords(tables.length)}`}
        />
        <Figure label={view.rows} value={numberWords(rows)} />
        <Figure label={view.keys} value={numberWords(answer.keyTokens)} notes={view.keysNote} />
      </dl>
      <p>
        <strong>{view.asRole}</strong>: <code>{answer.role}</code>
      </p>
      <p>
        <strong>{view.functions}</strong>:{' '}
        {privileged.length === 0 ? (
          view.noFunctions
        ) : (
          <>
            <code>{privileged.join(', ')}</code> {view.functionsNote}
          </>
        )}
      </p>
      <p class="note">{view.whyOwn}</p>
      <details>
        <summary>{view.tablesTitle}</summary>
        <Table
          caption={view.tablesTitle}
          columns={[{ head: view.tableName }, { head: view.answer }]}
          rows={tables.map(({ name, rows: seen }) => [
            <code>{name}</code>,
            <Tag tone={seen ? 'attention' : 'good'}>
              {seen === null ? view.answerRefused : view.answerRows(numberWords(seen))}
            </Tag>,
          ])}
        />
      </details>
    </Section>
  )
}

function asOf({ page, answer }: Part): string {
  const { view } = page.words.statistics
  return answer.countedTo ? view.countedTo(dayWords(answer.countedTo, page.lang)) : '–'
}

/** Two axes side by side; a row of one is never added to a row of the other. */
function Prefectures({ page, answer }: Part) {
  const { statistics } = page.words
  const { view } = statistics
  const head = (dose: string, axis: string) => ({ head: `${dose} / ${axis}`, isNumber: true })
  const hasFurther = answer.prefectures.some(
    ({ issued, resident }) => issued.further !== 0 || resident.further !== 0,
  )
  const cells = ({ first, second, further }: DoseCounts) =>
    hasFurther ? [first, second, further] : [first, second]
  const doses = [statistics.first, statistics.second, ...(hasFurther ? [statistics.further] : [])]
  return (
    <Section id="by-prefecture" title={view.prefecturesTitle}>
      <Axis page={page} axis="issuer" />
      <Axis page={page} axis="residence" />
      <AsOf when={asOf({ page, answer })} />
      <Table
        caption={view.prefecturesTitle}
        columns={[
          { head: statistics.prefecture },
          ...[view.issued, view.resident].flatMap((axis) => doses.map((dose) => head(dose, axis))),
        ]}
        rows={answer.prefectures.map(({ name, issued, resident }) => [
          <span lang="ja">{name}</span>,
          ...[...cells(issued), ...cells(resident)].map(numberWords),
        ])}
      />
      <p class="note">
        {view.townsNote} <a href={href(page, '/statistics')}>{view.toPublic}</a>
      </p>
    </Section>
  )
}

const chartDays = 56

function Days({ page, answer }: Part) {
  const { statistics } = page.words
  const last = answer.perDay.at(-1)?.on
  if (!last) return null
  const from = addDays(last, 1 - chartDays)
  const bars = answer.perDay.filter(({ on }) => on >= from)
  return (
    <Section id="by-day" title={statistics.perDayTitle}>
      <Axis page={page} axis="issuer" />
      <AsOf when={asOf({ page, answer })} />
      <BarChart
        label={statistics.perDayTitle}
        from={from}
        to={last}
        bars={bars}
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
          rows={bars.map(({ on, first, second }) => [
            dayWords(on, page.lang),
            numberWords(first),
            numberWords(second),
          ])}
        />
      </details>
    </Section>
  )
}

function Venues({ page, answer }: Part) {
  const { statistics, none } = page.words
  const { view } = statistics
  const { lines, shown } = answer.venues
  return (
    <Section id="by-venue" title={view.venuesTitle}>
      <Axis page={page} axis="venue" />
      <AsOf when={asOf({ page, answer })} />
      <p>{view.venuesLead}</p>
      {shown.length === 0 ? (
        <p>{none}</p>
      ) : (
        <>
          {lines > shown.length && (
            <p>{view.shown(numberWords(shown.length), numberWords(lines))}</p>
          )}
          <Table
            caption={view.venuesTitle}
            columns={[
              { head: view.venue },
              { head: view.venueCode },
              { head: view.product },
              { head: view.lot },
              ...[statistics.first, statistics.second, statistics.further].map((head) => ({
                head,
                isNumber: true,
              })),
            ]}
            rows={shown.map(({ venueName, venueCode, productCode, lotNumber, doses }) => [
              <span lang="ja">{venueName}</span>,
              <code>{venueCode}</code>,
              productName(productCode, page.lang),
              <code>{lotNumber}</code>,
              ...[doses.first, doses.second, doses.further].map(numberWords),
            ])}
          />
        </>
      )}
    </Section>
  )
}
