/** What notices and vaccinations cost: a town's statement by month, the roll-up, and what the state sees. */
import type { StateAnswer } from '../../config/state-answer.ts'
import type { Quantity, TownPrice } from '../../db/queries/cost.ts'
import {
  type AreaTotal,
  type CostItem,
  costItems,
  type Month,
  type Statement,
  statementOf,
  totalOf,
  yenWords,
} from '../../domain/cost.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { monthWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { MonthChart } from './charts.tsx'

export type TownCosts = {
  town: string
  quantities: Quantity[]
  prices: TownPrice[]
  month: Month | undefined
  mayChange: boolean
  said: string | undefined
}

export function monthsOf(quantities: { month: Month }[]): Month[] {
  return [...new Set(quantities.map(({ month }) => month))].sort()
}

export function statementIn(
  { quantities, prices }: Pick<TownCosts, 'quantities' | 'prices'>,
  month: Month,
): Statement {
  const own = quantities.filter((one) => one.month === month)
  const counted = Object.fromEntries(own.map(({ item, quantity }) => [item, quantity]))
  return statementOf(month, counted as Partial<Record<CostItem, number>>, prices)
}

export function townCostsPage(page: Page, shown: TownCosts) {
  const { costs } = page.words.monitor
  const months = monthsOf(shown.quantities)
  const month = shown.month && months.includes(shown.month) ? shown.month : months.at(-1)
  return (
    <Layout page={page} title={costs.title}>
      <link rel="stylesheet" href="/assets/monitor.css" />
      <p class="lead">{costs.lead}</p>
      <Said page={page} words={page.words.monitor.said} said={shown.said} />
      {month ? (
        <>
          <Choice page={page} months={months} month={month} />
          <TownStatement page={page} month={month} statement={statementIn(shown, month)} />
          <Months page={page} shown={shown} months={months} month={month} />
        </>
      ) : (
        <p>{costs.none}</p>
      )}
      <Prices page={page} shown={shown} />
    </Layout>
  )
}

function Choice({ page, months, month }: { page: Page; months: Month[]; month: Month }) {
  const { costs } = page.words.monitor
  return (
    <form method="get" action="/costs">
      <Language page={page} />
      <div>
        <label for="month">{costs.choose}</label>
        <select id="month" name="month">
          {months.map((each) => (
            <option value={each} selected={each === month}>
              {monthWords(each, page.lang)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{costs.show}</button>
    </form>
  )
}

type StatementProps = { page: Page; month: Month; statement: Statement }

/** Printed in full and never as a nought: what nobody has decided. */
function Undecided({ page }: { page: Page }) {
  return <Tag tone="attention">{page.words.monitor.costs.undecided}</Tag>
}

function TownStatement({ page, month, statement }: StatementProps) {
  const { costs } = page.words.monitor
  return (
    <Section id="statement" title={monthWords(month, page.lang)}>
      <p class="note">{costs.axes}</p>
      <Table
        caption={`${costs.title} ${monthWords(month, page.lang)}`}
        columns={[
          { head: costs.item },
          { head: costs.quantity, isNumber: true },
          { head: costs.unit, isNumber: true },
          { head: costs.amount, isNumber: true },
        ]}
        rows={statement.lines.map(({ item, quantity, unit, amount }) => [
          costs.items[item],
          numberWords(quantity),
          unit === undefined ? <Undecided page={page} /> : yenWords(unit),
          amount === undefined ? <Undecided page={page} /> : yenWords(amount),
        ])}
      />
      <Sum page={page} statement={statement} />
      <p>
        <a href={href(page, `/costs/${month.slice(0, 7)}.csv`)} download>
          {costs.csv}
        </a>
      </p>
    </Section>
  )
}

function Sum({ page, statement }: Omit<StatementProps, 'month'>) {
  const { costs } = page.words.monitor
  const { lines, decided, undecided } = statement
  const isAnyDecided = lines.some(({ unit }) => unit !== undefined)
  return (
    <>
      <p class="sum">
        {costs.total}: {isAnyDecided ? costs.totalOf(yenWords(decided)) : <Undecided page={page} />}
      </p>
      {!isAnyDecided && <p>{costs.allUndecided}</p>}
      {isAnyDecided && undecided.length > 0 && (
        <p>
          {costs.without(
            undecided.map((item) => costs.items[item]).join(page.lang === 'ja' ? '、' : ', '),
          )}
        </p>
      )}
    </>
  )
}

function Months(props: { page: Page; shown: TownCosts; months: Month[]; month: Month }) {
  const { page, shown, months, month } = props
  const { costs } = page.words.monitor
  return (
    <Section id="months" title={costs.chartTitle}>
      <p>{costs.chartLead}</p>
      <div class="months">
        {costItems.map((item) => (
          <MonthChart
            label={costs.items[item]}
            bars={months.slice(-12).map((each) => ({
              month:
                page.lang === 'ja'
                  ? `${Number(each.slice(5, 7))}月`
                  : monthWords(each, 'en').slice(0, 3),
              value:
                shown.quantities.find((one) => one.item === item && one.month === each)?.quantity ??
                0,
              isShown: each === month,
            }))}
          />
        ))}
      </div>
      <details>
        <summary>{page.words.monitor.table}</summary>
        <Table
          caption={costs.chartTitle}
          columns={[
            { head: costs.month },
            ...costItems.map((item) => ({ head: costs.items[item], isNumber: true })),
          ]}
          rows={months.map((each) => [
            monthWords(each, page.lang),
            ...costItems.map((item) =>
              numberWords(
                shown.quantities.find((one) => one.item === item && one.month === each)?.quantity ??
                  0,
              ),
            ),
          ])}
        />
      </details>
    </Section>
  )
}

function Prices({ page, shown: { prices, mayChange } }: { page: Page; shown: TownCosts }) {
  const { costs } = page.words.monitor
  return (
    <Section id="prices" title={costs.pricesTitle}>
      <p>{costs.pricesLead}</p>
      {prices.length === 0 ? (
        <p>{costs.pricesNone}</p>
      ) : (
        <Table
          caption={costs.pricesTitle}
          columns={[
            { head: costs.item },
            { head: costs.from },
            { head: costs.unit, isNumber: true },
          ]}
          rows={prices.map(({ item, from, hundredths }) => [
            costs.items[item],
            monthWords(from, page.lang),
            hundredths === null ? <Undecided page={page} /> : yenWords(hundredths),
          ])}
        />
      )}
      {mayChange && (
        <form class="stacked" method="post" action={href(page, '/costs/prices')}>
          <Language page={page} />
          <div>
            <label for="item">{costs.item}</label>
            <select id="item" name="item">
              {costItems.map((item) => (
                <option value={item}>{costs.items[item]}</option>
              ))}
            </select>
          </div>
          <div>
            <label for="from">{costs.from}</label>
            <input id="from" name="from" type="month" required placeholder="2021-06" />
          </div>
          <div>
            <label for="yen">{costs.price}</label>
            <input id="yen" name="yen" inputmode="decimal" autocomplete="off" />
          </div>
          <button type="submit">{costs.set}</button>
        </form>
      )}
    </Section>
  )
}

export type RollUp = {
  month: Month | undefined
  months: Month[]
  /** By town: code, name, prefecture, statement of the month. */
  towns: { town: string; name: string; area: string; prefecture: string; statement: Statement }[]
}

/** For whoever runs the system: prefectures, the whole, and every town. */
export function rollUpPage(page: Page, { month, months, towns }: RollUp) {
  const { costs } = page.words.monitor
  const areas = [...new Set(towns.map(({ area }) => area))].sort()
  const names = new Map(towns.map(({ area, prefecture }) => [area, prefecture]))
  const totals = [
    totalOf(
      '00',
      towns.map(({ statement }) => statement),
    ),
    ...areas.map((area) =>
      totalOf(
        area,
        towns.filter((one) => one.area === area).map(({ statement }) => statement),
      ),
    ),
  ]
  return (
    <Layout page={page} title={costs.title}>
      <link rel="stylesheet" href="/assets/monitor.css" />
      <p class="lead">{costs.lead}</p>
      {month ? (
        <>
          <Choice page={page} months={months} month={month} />
          <Section id="roll" title={`${costs.rollTitle} ${monthWords(month, page.lang)}`}>
            <p>{costs.rollLead}</p>
            <Totals page={page} totals={totals} names={names} />
          </Section>
          <Section id="towns" title={page.words.monitor.town}>
            <Table
              caption={page.words.monitor.town}
              columns={[
                { head: page.words.monitor.town },
                ...costItems.map((item) => ({ head: costs.items[item], isNumber: true })),
                { head: costs.amount, isNumber: true },
              ]}
              rows={towns.map(({ name, statement }) => [
                <span lang="ja">{name}</span>,
                ...statement.lines.map(({ quantity }) => numberWords(quantity)),
                statement.lines.some(({ unit }) => unit !== undefined) ? (
                  yenWords(statement.decided)
                ) : (
                  <Undecided page={page} />
                ),
              ])}
            />
          </Section>
        </>
      ) : (
        <p>{costs.none}</p>
      )}
    </Layout>
  )
}

function Totals(props: { page: Page; totals: AreaTotal[]; names: Map<string, string> }) {
  const { page, totals, names } = props
  const { costs } = page.words.monitor
  const nameOf = (area: string) =>
    area === '00' ? (
      costs.whole
    ) : area === 'other' ? (
      costs.other
    ) : (
      <span lang="ja">{names.get(area) ?? area}</span>
    )
  return (
    <Table
      caption={costs.rollTitle}
      columns={[
        { head: costs.area },
        { head: costs.towns, isNumber: true },
        ...costItems.flatMap((item) => [
          { head: costs.items[item], isNumber: true },
          { head: costs.amount, isNumber: true },
        ]),
      ]}
      rows={totals.map(({ area, municipalities, items }) => [
        nameOf(area),
        numberWords(municipalities),
        ...costItems.flatMap((item) => {
          const { quantity, hundredths, undecided } = items[item]
          const isNothingDecided = hundredths === 0 && undecided > 0
          return [
            numberWords(quantity),
            isNothingDecided ? (
              <Undecided page={page} />
            ) : (
              <>
                {yenWords(hundredths)}
                {undecided > 0 && (
                  <p class="note">{costs.undecidedTowns(numberWords(undecided))}</p>
                )}
              </>
            ),
          ]
        }),
      ])}
    />
  )
}

/** What the state's own desk answers: sums alone. */
export function stateCostsPage(
  page: Page,
  answer: StateAnswer | undefined,
  wanted: Month | undefined,
) {
  const { costs } = page.words.monitor
  const months = answer ? monthsOf(answer.costs) : []
  const month = wanted && months.includes(wanted) ? wanted : months.at(-1)
  const names = new Map(answer?.prefectures.map(({ code, name }) => [code, name]))
  return (
    <Layout page={page} title={costs.title}>
      <link rel="stylesheet" href="/assets/monitor.css" />
      <p class="lead">{costs.lead}</p>
      <p>{costs.stateNote}</p>
      {!answer && <p>{costs.stateAway}</p>}
      {answer && !month && <p>{costs.stateNone}</p>}
      {answer && month && (
        <>
          <Choice page={page} months={months} month={month} />
          <Section id="roll" title={`${costs.rollTitle} ${monthWords(month, page.lang)}`}>
            <Totals
              page={page}
              totals={answer.costs.filter((one) => one.month === month)}
              names={names}
            />
          </Section>
        </>
      )}
    </Layout>
  )
}
