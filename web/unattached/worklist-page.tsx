import { z } from 'zod'
import { townClerk } from '../../auth/staff.ts'
import {
  type Counts,
  itemsPerPage,
  readWorklist,
  type Todo,
  todos,
  type WorkItem,
} from '../../db/queries/resolve/worklist.ts'
import { taskOutcomes } from '../../domain/unattached.ts'
import { AsOf, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { wallNow } from '../deps.ts'
import { dayWords, numberWords } from '../format.ts'
import { asOfWords, href, type Page } from '../page.ts'
import { ageWords, clockWords } from './ages.ts'
import { Desk, Said, Select } from './frame.tsx'

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

/** What is not understood falls away: an address that somebody kept still shows the list. */
const filterSchema = z.object({
  todo: z.enum(todos).catch('held'),
  kind: optional(z.string().regex(/^[a-zA-Z0-9]{1,40}$/)).catch(undefined),
  since: optional(z.string().regex(/^[0-9 :.+-]{10,40}$/)).catch(undefined),
  id: optional(z.guid()).catch(undefined),
  said: optional(z.string().max(40)).catch(undefined),
})
type Filter = z.output<typeof filterSchema>

export async function worklistPage(page: Page, query: Record<string, string>) {
  const { unattached } = page.words
  const filter = filterSchema.parse(query)
  const { since, id, todo, kind } = filter
  const readAtMs = wallNow()
  const { office } = townClerk()
  const after = since && id ? { since, id } : undefined
  const found = await readWorklist(page.sql, office, { todo, kind, after })
  return (
    <Desk page={page} title={unattached.title}>
      <p class="lead">{unattached.lead}</p>
      <Said page={page} said={filter.said} />
      <AsOf when={asOfWords(page, readAtMs)} />
      <Tabs page={page} counts={found.counts} current={todo} />
      <KindFilter page={page} filter={filter} taskKinds={found.taskKinds} />
      {found.items.length === 0 ? (
        <p class="empty">{unattached.empty(clockWords(page))}</p>
      ) : (
        <Items page={page} filter={filter} items={found.items} />
      )}
    </Desk>
  )
}

function Tabs({ page, counts, current }: { page: Page; counts: Counts; current: Todo }) {
  const { unattached } = page.words
  return (
    <nav class="tabs" aria-label={unattached.tabs}>
      <ul>
        {todos.map((todo) => {
          const { items, oldestOn } = counts[todo]
          return (
            <li>
              <a
                href={href(page, `/worklist?todo=${todo}`)}
                {...(todo === current ? { 'aria-current': 'page' } : {})}
              >
                {unattached.tab(unattached.todos[todo], numberWords(items))}
              </a>
              {oldestOn && <span class="age">{unattached.oldest(ageWords(page, oldestOn))}</span>}
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function KindFilter(props: { page: Page; filter: Filter; taskKinds: string[] }) {
  const { page, filter, taskKinds } = props
  const { unattached } = page.words
  return (
    <form method="get" action="/worklist">
      <Language page={page} />
      <input type="hidden" name="todo" value={filter.todo} />
      <div>
        <label for="kind">{unattached.kind}</label>
        <select id="kind" name="kind">
          <option value="">{unattached.all}</option>
          {kindsOf(page, filter.todo, taskKinds).map(([kind, label]) => (
            <option value={kind} selected={kind === filter.kind}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{unattached.filter}</button>
    </form>
  )
}

function kindsOf({ words }: Page, todo: Todo, taskKinds: string[]): [string, string][] {
  if (todo === 'tasks') return taskKinds.map((kind) => [kind, words.taskKinds[kind] ?? kind])
  const { sources, reads } = words.unattached
  return Object.entries(todo === 'ticketless' ? sources : reads)
}

function Items({ page, filter, items }: { page: Page; filter: Filter; items: WorkItem[] }) {
  const { words } = page
  const { unattached } = words
  const shown = items.slice(0, itemsPerPage)
  const last = shown.at(-1)
  return (
    <>
      <p class="note keys">{unattached.keys}</p>
      <Table
        caption={unattached.todos[filter.todo]}
        columns={[
          { head: unattached.number },
          { head: unattached.wrong },
          { head: unattached.since },
          { head: unattached.given },
          { head: unattached.proposal },
        ]}
        rows={shown.map((item) => [
          <ItemLink page={page} item={item} />,
          <>
            <strong>
              {kindsOf(page, item.todo, [item.kind]).find(([k]) => k === item.kind)?.[1]}
            </strong>
            <br />
            {item.todo !== 'tasks' && unattached.why[item.why]}
          </>,
          <>
            {dayWords(item.sinceOn, page.lang)}
            <br />
            <span class="age">{ageWords(page, item.sinceOn)}</span>
          </>,
          givenWords(page, item),
          item.todo === 'tasks' ? <TaskForm page={page} item={item} /> : unattached.fix[item.why],
        ])}
      />
      <p>
        {filter.since && (
          <a href={href(page, address({ todo: filter.todo, kind: filter.kind }))}>{words.first}</a>
        )}{' '}
        {last && items.length > itemsPerPage && (
          <a
            href={href(
              page,
              address({ todo: filter.todo, kind: filter.kind, since: last.since, id: last.id }),
            )}
          >
            {words.next}
          </a>
        )}
      </p>
    </>
  )
}

function ItemLink({ page, item }: { page: Page; item: WorkItem }) {
  const { unattached } = page.words
  const short = <code>{item.id.slice(0, 8)}</code>
  if (item.kind === 'possiblySamePerson') {
    return (
      <a class="work" href={href(page, `/links?task=${item.id}`)}>
        {page.words.links.nav} {short}
      </a>
    )
  }
  if (item.todo === 'tasks') {
    return item.courseId ? (
      <a class="work" href={href(page, `/courses/${item.courseId}`)}>
        {unattached.toCourse} {short}
      </a>
    ) : (
      short
    )
  }
  const kind = item.todo === 'ticketless' ? 'doses' : 'scans'
  return (
    <a class="work" href={href(page, `/worklist/${kind}/${item.id}`)}>
      {unattached.open} {short}
    </a>
  )
}

function givenWords(page: Page, item: WorkItem) {
  const { unattached } = page.words
  const { givenOn, claimedDoseNumber, productCode, venueCode, venueName, round } = item
  if (!givenOn) return round ? unattached.round(String(round)) : ''
  const venue = venueName ?? venueCode ?? ''
  const product = productName(productCode ?? '', page.lang)
  return unattached.givenWords(
    dayWords(givenOn, page.lang),
    String(claimedDoseNumber),
    product,
    venue,
  )
}

function TaskForm({ page, item }: { page: Page; item: WorkItem }) {
  const { unattached } = page.words
  return (
    <form class="row" method="post" action={`/worklist/tasks/${item.id}`}>
      <Language page={page} />
      <Select
        id={`outcome-${item.id}`}
        name="outcome"
        label={unattached.outcome}
        choose={unattached.choose}
        options={taskOutcomes.map((outcome) => [outcome, unattached.outcomes[outcome]])}
      />
      <button type="submit">{unattached.settleTask}</button>
    </form>
  )
}

function address(query: Record<string, string | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value ? [[name, value] as [string, string]] : [],
  )
  return `/worklist?${new URLSearchParams(given)}`
}
