import { type ConflictLine, openConflicts, readingOf } from '../../db/queries/scan-conflicts.ts'
import { conflictOutcomes } from '../../db/schema/index.ts'
import type { Lang } from '../../domain/course-words.ts'
import { conflictText } from '../../i18n/conflicts.ts'
import { Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { wallNow } from '../deps.ts'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

type Query = { venue?: string; said?: string; show?: string }
type Reading = { id: string; ticket?: string; birth?: string }

/** What tablets of the own town's venues got back: to be settled one by one, each with its reason. */
export async function conflictsPage(page: Page, query: Query) {
  const { offline } = page.words
  const { who } = page
  if (who.kind !== 'account') return undefined
  const venueCode = /^\d{10}$/.test(query.venue ?? '') ? query.venue : undefined
  const of = { municipalityCode: who.office, ...(venueCode && { venueCode }) }
  const { open, conflicts } = await openConflicts(page.sql, of)
  const reading = await shownReading(page, who.office, query.show)
  const said = query.said && Object.hasOwn(offline.said, query.said)
  return (
    <Layout page={page} title={offline.title}>
      <link rel="stylesheet" href="/assets/offline.css" />
      <p class="lead">{offline.lead}</p>
      {said && (
        <p class="notice-bar" role="status">
          {offline.said[query.said as keyof typeof offline.said]}
        </p>
      )}
      <Venues page={page} venueCode={venueCode} />
      {open === 0 ? (
        <p>{offline.empty(momentWords(wallNow(), page.lang))}</p>
      ) : (
        <p>
          <Tag tone="attention">{offline.open(numberWords(open))}</Tag>{' '}
          {open > conflicts.length &&
            offline.openMore(numberWords(conflicts.length), numberWords(open))}
        </p>
      )}
      {conflicts.map((line) => (
        <Conflict
          page={page}
          line={line}
          venueCode={venueCode}
          reading={reading?.id === line.id ? reading : undefined}
        />
      ))}
    </Layout>
  )
}

/** Of one row, because somebody asked for that one: a list of numbers is nobody's business. */
async function shownReading(page: Page, office: string, id: string | undefined) {
  if (!id || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return undefined
  const read = await readingOf(page, { municipalityCode: office, id })
  return read && { id, ...read }
}

function Venues({ page, venueCode }: { page: Page; venueCode: string | undefined }) {
  const { offline } = page.words
  return (
    <form class="venues" method="get" action="/conflicts">
      <Language page={page} />
      <label for="venue">{offline.venue}</label>
      <input
        id="venue"
        name="venue"
        value={venueCode ?? ''}
        placeholder={offline.allVenues}
        inputmode="numeric"
        pattern="\d{10}"
        maxlength={10}
      />
      <button type="submit">{offline.show}</button>
    </form>
  )
}

type Shown = {
  page: Page
  line: ConflictLine
  venueCode: string | undefined
  reading: Reading | undefined
}

function Conflict({ page, line, venueCode, reading }: Shown) {
  const { offline } = page.words
  const words = conflictText(line.code, page.lang)
  const id = `conflict-${line.id}`
  return (
    <section class="conflict" aria-labelledby={id} id={`row-${line.id}`}>
      <h2 id={id}>{words?.title ?? offline.unknownReason}</h2>
      <p>
        <Tag tone={line.status >= 400 ? 'stopped' : 'attention'}>{standing(page, line)}</Tag>
      </p>
      <p>{words?.whatToDo ?? offline.unknownReasonToDo}</p>
      <dl>
        <Fact name={offline.scannedAt}>{momentWords(line.keptAt.getTime(), page.lang)}</Fact>
        <Fact name={offline.venue}>{line.venueName ?? line.venueCode}</Fact>
        <Fact name={offline.tabletName}>{line.deviceName}</Fact>
        {line.givenOn && <Fact name={offline.dose}>{doseWords(page, line)}</Fact>}
        {line.readBy && (
          <Fact name={offline.readBy}>
            {offline.routes[line.readBy as keyof typeof offline.routes]}
          </Fact>
        )}
        <Fact name={offline.ticket}>
          <Ticket page={page} line={line} venueCode={venueCode} reading={reading} />
        </Fact>
        {reading?.birth && <Fact name={offline.birth}>{reading.birth}</Fact>}
      </dl>
      <Settle page={page} id={line.id} venueCode={venueCode} />
    </section>
  )
}

function standing({ words }: Page, { status }: ConflictLine): string {
  if (status === 0) return words.offline.unreadable
  return status >= 400 ? words.offline.refused : words.offline.held
}

function Ticket({ page, line, venueCode, reading }: Shown) {
  const { offline } = page.words
  if (reading?.ticket) return <code class="ticket-read">{grouped(reading.ticket)}</code>
  if (!line.hasReading) {
    const isHeld = line.status >= 200 && line.status < 300
    return <>{isHeld ? offline.readingHeld : offline.noReading}</>
  }
  const query = new URLSearchParams({ ...(venueCode && { venue: venueCode }), show: line.id })
  return <a href={`${href(page, `/conflicts?${query}`)}#row-${line.id}`}>{offline.showTicket}</a>
}

/** A line of 18 digits in the groups in which it is printed; anything else as it was read. */
function grouped(ticket: string): string {
  return /^\d{18}$/.test(ticket)
    ? ticket.replace(/^(\d{2})(\d{6})(\d{5})(\d{5})$/, '$1 $2 $3 $4')
    : ticket
}

function doseWords(page: Page, line: ConflictLine): string {
  const { offline } = page.words
  const parts = [
    line.givenOn && dayWords(line.givenOn, page.lang),
    line.givenAtLocalTime,
    line.claimedDoseNumber && offline.doseNumber(String(line.claimedDoseNumber)),
    line.productCode && productName(line.productCode, page.lang as Lang),
    line.lotNumber && offline.lot(line.lotNumber),
  ]
  return parts.filter(Boolean).join(page.lang === 'ja' ? '・' : ', ')
}

function Settle(props: { page: Page; id: string; venueCode: string | undefined }) {
  const { page, id, venueCode } = props
  const { offline } = page.words
  return (
    <form method="post" action={`/conflicts/${id}/settle`}>
      <Language page={page} />
      {venueCode && <input type="hidden" name="venue" value={venueCode} />}
      <label for={`outcome-${id}`}>{offline.outcome}</label>
      <select id={`outcome-${id}`} name="outcome" required>
        <option value=""></option>
        {conflictOutcomes.map((outcome) => (
          <option value={outcome}>{offline.outcomes[outcome]}</option>
        ))}
      </select>
      <button type="submit">{offline.settle}</button>
    </form>
  )
}

function Fact({ name, children }: { name: string; children: unknown }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children as string}</dd>
    </div>
  )
}
