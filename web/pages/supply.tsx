import type { ReserveLine, VenueCounts } from '../../db/queries/supply.ts'
import { dayKinds, type SupplyPeriod } from '../../domain/supply-period.ts'
import { AsOf, Axis, Section, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { asOfWords, href, type Page } from '../page.ts'
import { periodOf, readCounts, readReserve, townOf } from './supply-data.ts'

const linesAtMost = 200

/**
 * Doses at the own venues, what is held or waiting there, and the doses that are promised. The state's own
 * view is another process's (`/state`): here it is led there.
 */
export async function supplyPage(page: Page, query: Record<string, string>) {
  const { supply } = page.words.findings
  const town = townOf(page)
  if (!town) {
    return (
      <Layout page={page} title={supply.title}>
        <p class="lead">{supply.stateLead}</p>
        <p>
          <a href={href(page, '/state#by-venue')}>{supply.toState}</a>
        </p>
      </Layout>
    )
  }
  const period = periodOf(query, page.clock.today())
  const counts = period && (await readCounts(page, town, period))
  const reserve = await readReserve(page, town)
  return (
    <Layout page={page} title={supply.title}>
      <p class="lead">{supply.lead}</p>
      <Section id="counts" title={supply.countsTitle}>
        <Axis page={page} axis="venue" />
        <PeriodForm page={page} period={period} />
        {counts && period ? (
          <Counts page={page} period={period} counts={counts} />
        ) : (
          <p class="error" role="alert">
            {supply.badPeriod}
          </p>
        )}
      </Section>
      {counts && <Beside page={page} counts={counts} />}
      <Reserve page={page} lines={reserve} />
    </Layout>
  )
}

function PeriodForm({ page, period }: { page: Page; period: SupplyPeriod | undefined }) {
  const { supply } = page.words.findings
  return (
    <form method="get" action="/supply">
      <Language page={page} />
      <div>
        <label for="by">{supply.by}</label>
        <select id="by" name="by">
          {dayKinds.map((kind) => (
            <option value={kind} selected={period?.by === kind}>
              {supply.kinds[kind]}
            </option>
          ))}
        </select>
      </div>
      {(['from', 'to'] as const).map((name) => (
        <div>
          <label for={name}>{supply[name]}</label>
          <input id={name} type="date" name={name} value={period?.[name] ?? ''} />
        </div>
      ))}
      <button type="submit">{supply.show}</button>
    </form>
  )
}

type CountsProps = { page: Page; period: SupplyPeriod; counts: VenueCounts }

function Counts({ page, period, counts }: CountsProps) {
  const { supply, product, lot, venue } = page.words.findings
  const { doses, countedAt } = counts
  const shown = doses.slice(0, linesAtMost)
  const sum = doses.reduce((total, line) => total + line.doses, 0)
  const file = `/supply/doses.csv?${new URLSearchParams(period)}`
  return (
    <>
      <p class="note">{supply.kindNote[period.by]}</p>
      {countedAt && <AsOf when={supply.countedAt(asOfWords(page, countedAt.getTime()))} />}
      {shown.length === 0 ? (
        <p>{supply.none}</p>
      ) : (
        <>
          {doses.length > shown.length && (
            <p>{supply.shown(numberWords(shown.length), numberWords(doses.length))}</p>
          )}
          <Table
            caption={supply.countsTitle}
            columns={[
              { head: supply.venueCode },
              { head: venue },
              { head: supply.day },
              { head: product },
              { head: lot },
              { head: supply.doseNumber, isNumber: true },
              { head: supply.doses, isNumber: true },
            ]}
            rows={[
              ...shown.map((line) => [
                <code>{line.venueCode}</code>,
                <span lang="ja">{line.venueName}</span>,
                dayWords(line.onDay, page.lang),
                productName(line.productCode, page.lang),
                <code>{line.lotNumber}</code>,
                numberWords(line.doseNumber),
                numberWords(line.doses),
              ]),
              [supply.total, '', '', '', '', '', numberWords(sum)],
            ]}
          />
        </>
      )}
      <p>
        <a href={href(page, file)}>{supply.csv}</a>
      </p>
    </>
  )
}

function Beside({ page, counts }: { page: Page; counts: VenueCounts }) {
  const { supply, product, lot } = page.words.findings
  const { unresolved } = counts
  return (
    <Section id="beside" title={supply.besideTitle}>
      <p>{supply.besideLead}</p>
      {unresolved.length === 0 ? (
        <p>{page.words.none}</p>
      ) : (
        <Table
          caption={supply.besideTitle}
          columns={[
            { head: supply.venueCode },
            { head: page.words.findings.state },
            { head: product },
            { head: lot },
            { head: supply.doseNumber, isNumber: true },
            { head: supply.scans, isNumber: true },
          ]}
          rows={unresolved
            .slice(0, linesAtMost)
            .map((line) => [
              <code>{line.venueCode}</code>,
              supply.verdicts[line.verdict],
              productName(line.productCode, page.lang),
              <code>{line.lotNumber}</code>,
              numberWords(line.doseNumber),
              numberWords(line.scans),
            ])}
        />
      )}
      <p>
        <a href={href(page, '/supply/beside.csv')}>{supply.csv}</a>
      </p>
    </Section>
  )
}

function Reserve({ page, lines }: { page: Page; lines: ReserveLine[] }) {
  const { supply, product, venue } = page.words.findings
  const numbers = ['awaiting', 'overdue', 'reserved', 'inFollowUp'] as const
  const sum = (of: (typeof numbers)[number]) =>
    numberWords(lines.reduce((total, line) => total + line[of], 0))
  return (
    <Section id="reserve" title={supply.reserveTitle}>
      <p>{supply.reserveLead}</p>
      <p class="note">{supply.reserveMovedNote}</p>
      {lines.length === 0 ? (
        <p>{supply.noneReserved}</p>
      ) : (
        <Table
          caption={supply.reserveTitle}
          columns={[
            { head: supply.dueWeek },
            { head: product },
            { head: venue },
            { head: supply.doseNumber, isNumber: true },
            ...numbers.map((head) => ({ head: supply[head], isNumber: true })),
          ]}
          rows={[
            ...lines.slice(0, linesAtMost).map((line) => [
              dayWords(line.dueWeek, page.lang),
              productName(line.productCode, page.lang),
              line.venueCode ? (
                <>
                  <span lang="ja">{line.venueName ?? ''}</span> <code>{line.venueCode}</code>
                </>
              ) : (
                supply.reserveMoved
              ),
              numberWords(line.doseNumber),
              ...numbers.map((of) => numberWords(line[of])),
            ]),
            [supply.total, '', '', '', ...numbers.map(sum)],
          ]}
        />
      )}
      <p>
        <a href={href(page, '/supply/reserve.csv')}>{supply.csv}</a>{' '}
        <a href={href(page, '/supply/reserve.json')}>{supply.json}</a>
      </p>
    </Section>
  )
}
