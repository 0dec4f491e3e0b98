import { z } from 'zod'
import {
  colleaguesOf,
  countFindings,
  type FindingCount,
  type FindingFilter,
  type FindingLine,
  findingsPerPage,
  listFindings,
} from '../../db/queries/findings/list.ts'
import { listReports } from '../../db/queries/findings/reports.ts'
import { daysBetween } from '../../domain/calendar.ts'
import { findingCodes } from '../../domain/findings.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { FindingStateTag, findingName, Said, SeverityTag } from '../components/findings.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { Reports } from './error-reports.tsx'
import { LotSearch } from './lot-people.tsx'

const states = ['ruleHit', 'wrong', 'checkedRight', 'corrected', 'withdrawn'] as const

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const querySchema = z.object({
  state: optional(z.enum(states)),
  code: optional(z.enum(findingCodes)),
  owner: optional(z.union([z.literal('none'), z.guid()])),
  overdue: optional(z.literal('1')),
  page: optional(z.coerce.number().int().min(1).max(1_000)),
})
type Query = z.output<typeof querySchema>

/** The own municipality's findings, reports and lots; undefined for whoever works for none. */
export async function findingsPage(page: Page, query: Record<string, string>) {
  const { who } = page
  if (who.kind !== 'account' || !/^\d{6}$/.test(who.office)) return undefined
  const words = page.words.findings
  const today = page.clock.today()
  const parsed = querySchema.safeParse(query)
  const asked = parsed.data ?? {}
  const counts = await countFindings(page.sql, who.office, today)
  const reports = await listReports(page.sql, who.office)
  const found = parsed.success
    ? await listFindings(page.sql, who.office, filterOf(asked, today), today)
    : undefined
  return (
    <Layout page={page} title={words.title}>
      <p class="lead">{words.lead}</p>
      <Said page={page} said={query.said} />
      <Counts page={page} counts={counts} />
      <Section id="list" title={words.listTitle}>
        <FilterForm
          page={page}
          asked={asked}
          colleagues={await colleaguesOf(page.sql, who.office)}
        />
        {found ? (
          <Lines page={page} asked={asked} found={found} />
        ) : (
          <p class="error" role="alert">
            {words.badFilter}
          </p>
        )}
      </Section>
      <Reports page={page} reports={reports} />
      <LotSearch page={page} asked={undefined} />
    </Layout>
  )
}

function filterOf({ state, overdue, page, code, owner }: Query, today: string): FindingFilter {
  return {
    ...(state && { states: [state] }),
    ...(code && { code }),
    ...(owner && { owner }),
    ...(page && { page }),
    ...(overdue && { overdueOn: today as FindingLine['dueOn'] }),
  }
}

function Counts({ page, counts }: { page: Page; counts: FindingCount[] }) {
  const words = page.words.findings
  if (counts.length === 0) return <p>{words.noneOpen}</p>
  return (
    <Section id="counts" title={words.countsTitle}>
      <Table
        caption={words.countsTitle}
        columns={[
          { head: words.kind },
          { head: words.severity },
          ...[words.open, words.wrong, words.overdue, words.unowned].map((head) => ({
            head,
            isNumber: true,
          })),
          { head: words.oldest },
        ]}
        rows={counts.map((one) => [
          <a href={queryHref(page, { code: one.code })}>{findingName(one.code, page)}</a>,
          <SeverityTag page={page} code={one.code} />,
          ...[one.open, one.wrong, one.overdue, one.unowned].map(numberWords),
          dayWords(one.oldestOn, page.lang),
        ])}
      />
    </Section>
  )
}

type FormProps = { page: Page; asked: Query; colleagues: { id: string; login: string }[] }

function FilterForm({ page, asked, colleagues }: FormProps) {
  const words = page.words.findings
  const mine = page.who.kind === 'account' ? page.who.id : undefined
  return (
    <form method="get" action="/findings">
      <Language page={page} />
      <Choice name="code" label={words.kind} chosen={asked.code} all={words.all}>
        {findingCodes.map((code) => [code, findingName(code, page)])}
      </Choice>
      <Choice name="state" label={words.stateFilter} chosen={asked.state} all={words.unfinished}>
        {states.map((state) => [state, words.states[state]])}
      </Choice>
      <Choice name="owner" label={words.ownerFilter} chosen={asked.owner} all={words.all}>
        {[
          ...(mine ? [[mine, words.mine] as Option] : []),
          ['none', words.nobody],
          ...colleagues
            .filter(({ id }) => id !== mine)
            .map(({ id, login }): Option => [id, login, 'en']),
        ]}
      </Choice>
      <label class="choice">
        <input type="checkbox" name="overdue" value="1" checked={asked.overdue === '1'} />{' '}
        {words.onlyOverdue}
      </label>
      <button type="submit">{words.filter}</button>
    </form>
  )
}

/** A login is no word of any language; it is read out letter by letter as English. */
type Option = [value: string, words: string, lang?: 'en']

type ChoiceProps = {
  name: string
  label: string
  chosen: string | undefined
  all: string
  children: Option[]
}

function Choice({ name, label, chosen, all, children }: ChoiceProps) {
  return (
    <div>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">{all}</option>
        {children.map(([value, words, lang]) => (
          <option value={value} selected={chosen === value} {...(lang && { lang })}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

function Lines({ page, asked, found }: { page: Page; asked: Query; found: FindingLine[] }) {
  const words = page.words.findings
  const lines = found.slice(0, findingsPerPage)
  const at = asked.page ?? 1
  if (lines.length === 0) return <p>{words.noneHere}</p>
  return (
    <>
      <Table
        caption={words.listTitle}
        columns={[
          { head: words.kind },
          { head: words.severity },
          { head: words.due },
          { head: words.age, isNumber: true },
          { head: words.owner },
          { head: words.state },
          { head: words.dose },
          { head: words.venue },
          { head: words.product },
        ]}
        rows={lines.map((line) => lineCells(page, line))}
      />
      <p>
        {at > 1 && <a href={queryHref(page, { ...asked, page: undefined })}>{page.words.first}</a>}{' '}
        {found.length > findingsPerPage && (
          <a href={queryHref(page, { ...asked, page: at + 1 })}>{page.words.next}</a>
        )}
      </p>
    </>
  )
}

function lineCells(page: Page, line: FindingLine) {
  const words = page.words.findings
  const today = page.clock.today()
  const isOpen = line.state === 'ruleHit' || line.state === 'wrong'
  return [
    <a href={href(page, `/findings/${line.doseId}/${line.code}`)}>
      {findingName(line.code, page)}
    </a>,
    <SeverityTag page={page} code={line.code} />,
    <>
      {dayWords(line.dueOn, page.lang)}{' '}
      {isOpen && line.dueOn < today && <Tag tone="late">{words.isOverdue}</Tag>}
    </>,
    page.words.days(numberWords(daysBetween(line.foundOn, today))),
    line.owner ? <code>{line.owner}</code> : words.nobody,
    <FindingStateTag page={page} state={line.state} />,
    `${dayWords(line.givenOn, page.lang)} ${words.doseOf(String(line.doseNumber))}`,
    line.venueCode === null ? (
      page.words.course.placesHidden
    ) : (
      <span lang="ja">{line.venueName ?? line.venueCode}</span>
    ),
    <>
      {productName(line.productCode, page.lang)} <code>{line.lotNumber}</code>
    </>,
  ]
}

function queryHref(page: Page, asked: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return href(page, `/findings?${query}`)
}
