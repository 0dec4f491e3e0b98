import { randomUUID } from 'node:crypto'
import type { Child } from 'hono/jsx'
import { groupNamed, isAllowed } from '../../auth/capabilities.ts'
import {
  type RunLine,
  type SheetLine,
  type TicketsOfTown,
  type TicketTask,
  ticketsOfTown,
  townsThatPrint,
} from '../../db/queries/pages/ticket-sheets.ts'
import { shortIdOf } from '../../domain/short-id.ts'
import { type IssueReason, issueReasons } from '../../domain/ticket-slips.ts'
import { hasProblemText, problemText } from '../../i18n/problems.ts'
import { Section, Table, Tag, type Tone } from '../components/basics.tsx'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

type Query = { said?: string; refused?: string; town?: string }

/** The page of one municipality, and what its forms say of it: for a printer for all, its code. */
type TownPage = Page & { town?: string }

/** Issues for one person, sheets that wait, and printings; the own municipality's alone. */
export async function ticketsPage(all: Page, query: Query) {
  const { who, words } = all
  if (who.kind !== 'account') return undefined
  const isForAll = who.office === 'system'
  const code = isForAll ? query.town : who.office
  if (!code || !/^\d{6}$/.test(code)) return isForAll ? townList(all) : undefined
  const page: TownPage = isForAll ? { ...all, town: code } : all
  const found = await ticketsOfTown(page.sql, code)
  const mayIssue = isAllowed(groupNamed('ticketIssue'), who, page.isDemo)
  return (
    <Layout page={page} title={words.tickets.title}>
      <p class="lead">{words.tickets.lead}</p>
      <Said page={page} query={query} />
      {mayIssue && <IssueForm page={page} />}
      {mayIssue && found.tasks.length > 0 && <Tasks page={page} tasks={found.tasks} />}
      <Waiting page={page} found={found} />
      <Runs page={page} runs={found.runs} />
      {found.withdrawn.length > 0 && <Withdrawn page={page} sheets={found.withdrawn} />}
    </Layout>
  )
}

async function townList(page: Page) {
  const { tickets } = page.words
  const towns = await townsThatPrint(page.sql)
  return (
    <Layout page={page} title={tickets.title}>
      <p class="lead">{tickets.chooseTown}</p>
      <ul class="steps">
        {towns.map(({ code, name }) => (
          <li>
            <a href={href(page, `/tickets?town=${code}`)}>
              {name} <code>{code}</code>
            </a>
          </li>
        ))}
      </ul>
    </Layout>
  )
}

function Said({ page, query }: { page: Page; query: Query }) {
  const { tickets } = page.words
  if (query.refused && hasProblemText(query.refused)) {
    const { detail, whatToDo } = problemText(query.refused, page.lang)
    return (
      <div class="notice-bar" role="alert">
        <p>
          <strong>■ {tickets.refused}</strong>
        </p>
        <p>
          {detail} {whatToDo}
        </p>
      </div>
    )
  }
  if (!query.said || !Object.hasOwn(tickets.said, query.said)) return null
  return (
    <p class="notice-bar" role="status">
      ● {tickets.said[query.said as keyof typeof tickets.said]}
    </p>
  )
}

function IssueForm({ page }: { page: Page }) {
  const { tickets } = page.words
  return (
    <Section id="issue" title={tickets.issueTitle}>
      <form class="stacked" method="post" action="/tickets/issue">
        <Hidden page={page} fields={{ issueId: randomUUID() }} />
        <div>
          <label for="registerNumber">{tickets.registerNumber}</label>
          <input
            id="registerNumber"
            name="registerNumber"
            maxlength={40}
            autocomplete="off"
            required
          />
        </div>
        <div>
          <label for="reason">{tickets.reason}</label>
          <select id="reason" name="reason">
            {issueReasons.map((reason) => (
              <option value={reason}>{tickets.reasons[reason]}</option>
            ))}
          </select>
        </div>
        <p class="note">{tickets.issueNote}</p>
        <button type="submit">{tickets.issue}</button>
      </form>
    </Section>
  )
}

const reasonsOfTasks: Partial<Record<TicketTask['kind'], IssueReason>> = {
  issueTicket: 'moved',
  slipsUsedUp: 'slipsUsedUp',
}

function Tasks({ page, tasks }: { page: Page; tasks: TicketTask[] }) {
  const { tickets } = page.words
  const kinds: Record<string, string> = tickets.taskKinds
  return (
    <Section id="ticket-tasks" title={tickets.tasksTitle}>
      <Table
        caption={tickets.tasksTitle}
        columns={[{ head: tickets.task }, { head: tickets.openedOn }, { head: tickets.action }]}
        rows={tasks.map(({ taskId, kind, openedOn }) => {
          const reason = reasonsOfTasks[kind]
          return [
            kinds[kind] ?? page.words.unknown,
            dayWords(openedOn, page.lang),
            reason ? (
              <Button
                page={page}
                action="/tickets/issue"
                fields={{ taskId, reason, issueId: randomUUID() }}
              >
                {tickets.issue}
              </Button>
            ) : (
              tickets.handOver
            ),
          ]
        })}
      />
    </Section>
  )
}

function Waiting({ page, found }: { page: Page; found: TicketsOfTown }) {
  const { tickets } = page.words
  const { waiting, waitingTotal } = found
  const total = numberWords(waitingTotal)
  return (
    <Section id="waiting" title={tickets.waitingTitle}>
      {waiting.length === 0 && <p>{tickets.noneWaiting}</p>}
      {waitingTotal > 0 && (
        <>
          <p>{tickets.waitingCount(total)}</p>
          <Button page={page} action="/tickets/print" fields={{}}>
            {tickets.printAll(total)}
          </Button>
        </>
      )}
      {waiting.length > 0 && (
        <Table
          caption={tickets.waitingTitle}
          columns={[
            { head: tickets.sheet },
            { head: tickets.reason },
            { head: tickets.issuedOn },
            { head: tickets.way },
            { head: tickets.action },
          ]}
          rows={waiting.map((sheet) => [
            ...sheetCells(page, sheet),
            sheet.isByHand ? <Tag tone="attention">{tickets.byHand}</Tag> : tickets.byPost,
            <Button page={page} action="/tickets/print" fields={{ sheetId: sheet.sheetId }}>
              {tickets.printOne}
            </Button>,
          ])}
        />
      )}
    </Section>
  )
}

function sheetCells(page: Page, { sheetId, reason, issuedOn }: SheetLine): Child[] {
  return [
    <code>{shortIdOf(sheetId)}</code>,
    page.words.tickets.reasons[reason],
    dayWords(issuedOn, page.lang),
  ]
}

const runTones: Record<RunLine['state'], Tone> = {
  asked: 'busy',
  made: 'attention',
  printed: 'good',
}

function Runs({ page, runs }: { page: Page; runs: RunLine[] }) {
  const { tickets, none } = page.words
  return (
    <Section id="runs" title={tickets.runsTitle}>
      <p class="note">{tickets.fileGone}</p>
      {runs.length === 0 ? (
        <p>{none}</p>
      ) : (
        <Table
          caption={tickets.runsTitle}
          columns={[
            { head: tickets.run },
            { head: tickets.sheets, isNumber: true },
            { head: tickets.way },
            { head: tickets.state },
            { head: tickets.action },
          ]}
          rows={runs.map((run) => [
            dayWords(run.askedOn, page.lang),
            numberWords(run.sheets),
            run.isByHand ? tickets.byHand : tickets.byPost,
            <Tag tone={runTones[run.state]}>
              {run.isByHand && run.state === 'printed'
                ? tickets.handedOver
                : tickets.states[run.state]}
            </Tag>,
            <RunActions page={page} run={run} />,
          ])}
        />
      )}
    </Section>
  )
}

function RunActions({ page, run }: { page: Page; run: RunLine }) {
  const { tickets } = page.words
  if (run.state !== 'made' || run.sheets === 0) return <>–</>
  return (
    <>
      <a href={href(page, `/tickets/runs/${run.runId}/sheets.pdf`)}>{tickets.file}</a>
      <Button page={page} action={`/tickets/runs/${run.runId}/printed`} fields={{}}>
        {run.isByHand ? tickets.markHandedOver : tickets.markPrinted}
      </Button>
    </>
  )
}

function Withdrawn({ page, sheets }: { page: Page; sheets: SheetLine[] }) {
  const { tickets, unknown } = page.words
  return (
    <Section id="withdrawn" title={tickets.withdrawnTitle}>
      <Table
        caption={tickets.withdrawnTitle}
        columns={[
          { head: tickets.sheet },
          { head: tickets.reason },
          { head: tickets.issuedOn },
          { head: tickets.because },
        ]}
        rows={sheets.map((sheet) => [
          ...sheetCells(page, sheet),
          sheet.withdrawnBecause ? tickets.withdrawn[sheet.withdrawnBecause] : unknown,
        ])}
      />
    </Section>
  )
}

type ButtonProps = { page: Page; action: string; fields: Record<string, string>; children: Child }

function Button({ page, action, fields, children }: ButtonProps) {
  return (
    <form method="post" action={action}>
      <Hidden page={page} fields={fields} />
      <button type="submit">{children}</button>
    </form>
  )
}

function Hidden({ page, fields }: { page: TownPage; fields: Record<string, string> }) {
  const { town } = page
  const all = { ...fields, ...(town && { town }), ...(page.lang === 'en' && { lang: 'en' }) }
  return (
    <>
      {Object.entries(all).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  )
}
