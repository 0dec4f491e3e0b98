import type { Child } from 'hono/jsx'
import { dataDirAt } from '../../config/data-dir.ts'
import { readAs } from '../../db/orm.ts'
import { type NotSent, newestNotSent, ticketToTry } from '../../db/queries/pages/demo.ts'
import { courseWords } from '../../domain/course-words.ts'
import { courseToFollow, markedTicket, type OpenTicket, openTicketToTry } from '../demo.ts'
import { dayWords } from '../format.ts'
import { href, type Page, runHref } from '../page.ts'
import { BecomeTablet } from '../pages/scan/become.tsx'
import { findHome, readStory, type Story } from '../pages/story.ts'
import { askTheState } from '../state-desk.ts'
import { tryLine } from '../try-ticket.ts'
import { Live, Section, StageTag, Tag } from './basics.tsx'
import { QrPicture } from './qr-picture.tsx'
import { AskAsTheState } from './state-card.tsx'

/** What a newcomer can do and watch; made-up people only, so only in a demo. */
export async function Cards({ page }: { page: Page }) {
  const { words } = page
  const scope = { municipalityCode: '', purpose: 'showCourse' } as const
  const [{ found, notSent }, followed, state] = await Promise.all([
    readAs(page.orm, scope, async (tx) => ({
      found: await ticketToTry(tx),
      notSent: await newestNotSent(tx),
    })),
    courseToFollow(page).then((id) => (id ? readFollowed(page, id) : undefined)),
    askTheState(page),
  ])
  const ticket = (await markedTicket(page)) ?? (await openTicketToTry(page, found))
  return (
    <Section id="look" title={words.start.cardsTitle}>
      <div class="cards">
        <Card id="try" title={words.start.tryTitle}>
          <Try page={page} ticket={ticket} />
        </Card>
        <Card id="follow" title={words.start.followTitle}>
          <Follow page={page} story={followed} />
        </Card>
        <Card id="not-sent" title={words.start.notSentTitle}>
          <Stayed page={page} notSent={notSent} />
        </Card>
        <Card id="as-state" title={words.statistics.card.title}>
          <AskAsTheState page={page} answer={state} />
        </Card>
      </div>
    </Section>
  )
}

async function readFollowed(page: Page, courseId: string): Promise<Story | undefined> {
  const home = await findHome(page, courseId)
  return home && (await readStory(page, home, courseId))
}

function Card({ id, title, children }: { id: string; title: string; children: Child }) {
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{title}</h3>
      <Live id={`${id}-card`}>{children}</Live>
    </section>
  )
}

function Try({ page, ticket }: { page: Page; ticket: OpenTicket | undefined }) {
  const { start, tickets } = page.words
  if (!ticket) return <p>{start.tryNone}</p>
  const line = tryLine(ticket)
  return (
    <>
      <p>{tickets.try.lead}</p>
      <QrPicture text={line} label={tickets.try.qrAlt(line)} />
      <p>
        {tickets.try.line}: <code>{line}</code>
      </p>
      <ul class="steps">
        {ticket.runId && (
          <li>
            <a href="/try/ticket.pdf">{tickets.try.pdf}</a>
          </li>
        )}
        {ticket.runId && (
          <li>
            <a href="/try/ticket.png">{tickets.try.qr}</a>
          </li>
        )}
        <li>
          <a href={href(page, '/scan')}>{tickets.try.scan}</a>
        </li>
      </ul>
      <details>
        <summary>{tickets.try.byCommand}</summary>
        <ByCommand page={page} ticket={ticket} />
      </details>
      <BecomeTablet page={page} venueCode={ticket.venueCode} />
    </>
  )
}

function ByCommand({ page, ticket }: { page: Page; ticket: OpenTicket }) {
  const { start } = page.words
  return (
    <>
      <p>{start.tryLead}</p>
      <pre lang="en">
        <code>{scanCommand(page, ticket)}</code>
      </pre>
      <p>{start.tryHttp}</p>
      <pre lang="en">
        <code>{httpCommand(page, ticket)}</code>
      </pre>
      <p class="note">
        {start.tryToken} <code>{page.dataDir.credentials}</code>
      </p>
    </>
  )
}

function scanCommand({ dataDir }: Page, ticket: OpenTicket): string {
  const isUsual = dataDir.root === dataDirAt().root
  const where = isUsual ? '' : ` --data-dir ${dataDir.root}`
  return `npx sesshu scan --line ${tryLine(ticket)} --read-by qr${where}`
}

function httpCommand(page: Page, ticket: OpenTicket): string {
  const { number, venueCode, lotNumber } = ticket
  const body = {
    // The ticket's own id, so that the command repeated is the same scan and not another one.
    scanId: `00000000-0000-4000-8000-${number.padStart(12, '0')}`,
    line: tryLine(ticket),
    readBy: 'qr',
    givenOn: page.clock.today(),
    venueCode,
    productCode: 'pfizer',
    lotNumber,
    source: 'curl',
  }
  return [
    `curl ${page.origin}/api/v1/scans`,
    '-H "Authorization: Bearer $SESSHU_CLI_TOKEN"',
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n  ')
}

function Follow({ page, story }: { page: Page; story: Story | undefined }) {
  const { start } = page.words
  if (!story) {
    return (
      <>
        <p>{start.followLead}</p>
        <p>{start.followNone}</p>
      </>
    )
  }
  const run = runHref(page, story.head.id)
  return (
    <>
      <p>{start.followLead}</p>
      <p>
        <StageTag page={page} stage={story.facts.stage} />{' '}
        {courseWords(story.facts, page.lang).summary}
      </p>
      <ol class="steps">
        {stepsOf(page, story).map(([label, isDone]) => (
          <li>
            <Tag tone={isDone ? 'good' : 'plain'}>
              {isDone ? page.words.course.past : page.words.course.future}
            </Tag>{' '}
            {label}
          </li>
        ))}
      </ol>
      <p>
        <a href={href(page, `/courses/${story.head.id}`)}>{start.toCourse}</a>
        {run && (
          <>
            <br />
            <a href={run}>{start.toTemporal}</a>
          </>
        )}
      </p>
    </>
  )
}

function stepsOf(page: Page, { doses, events, notices, facts }: Story): [string, boolean][] {
  const { followSteps } = page.words.start
  const given = doses.filter((dose) => !dose.isVoided)
  const told = (kind: string) => events.some((event) => event.kind === kind)
  const left = (kind: string) =>
    notices.some((notice) => notice.kind === kind && notice.state === 'left')
  return [
    [followSteps.firstDose, given.length > 0],
    [followSteps.moveOut, told('moveOutNotified')],
    [followSteps.moveIn, told('movedIn')],
    [followSteps.relocationNotice, left('relocationNotice')],
    [followSteps.reminder, left('reminder')],
    [followSteps.secondDose, given.length > 1],
    [followSteps.complete, facts.stage === 'complete'],
  ]
}

function Stayed({ page, notSent }: { page: Page; notSent: NotSent | undefined }) {
  const { words, lang } = page
  if (!notSent) return <p>{words.start.notSentNone}</p>
  return (
    <>
      <p>{words.start.notSentLead(dayWords(notSent.queuedOn, lang))}</p>
      <p>
        <strong>
          {words.start.notSentReason}: {words.reasons[notSent.reason] ?? notSent.reason}
        </strong>
      </p>
      <p>
        <a href={href(page, `/courses/${notSent.courseId}`)}>
          {words.course.title(notSent.courseId.slice(0, 8))}
        </a>
      </p>
    </>
  )
}
