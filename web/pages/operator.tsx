import { readStatus } from '../../config/system-status.ts'
import { readAs } from '../../db/orm.ts'
import {
  lateCourses,
  type OutboxRow,
  oldestWaiting,
  outboxLag,
  setAsideRows,
  undelivered,
  unresolvedByAge,
} from '../../db/queries/pages/operator.ts'
import { AsOf, Figure, Live, Section, StageTag, Table } from '../components/basics.tsx'
import { elapsedWords } from '../components/elapsed.ts'
import { PartTag } from '../components/parts.tsx'
import { wallNow } from '../deps.ts'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { asOfWords, href, type Page } from '../page.ts'
import type { Remember } from '../remember.ts'

export async function operatorPage(page: Page, remember: Remember) {
  const today = page.clock.today()
  const { value, readAtMs } = await remember(`operator ${today}`, () => read(page))
  const { words } = page
  return (
    <Layout page={page} title={words.operator.title} isLive>
      <p class="lead">{words.operator.lead}</p>
      <Live id="operator">
        <AsOf when={asOfWords(page, readAtMs)} />
        <Processes page={page} />
        <Outbox page={page} data={value} />
        <Late page={page} data={value} />
        <Unattached page={page} data={value} />
      </Live>
    </Layout>
  )
}

function read(page: Page) {
  const today = page.clock.today()
  return readAs(page.orm, { municipalityCode: '', purpose: 'operate' }, async (tx) => ({
    lag: await outboxLag(tx),
    setAside: await setAsideRows(tx),
    waiting: await oldestWaiting(tx),
    late: await lateCourses(tx, today),
    unresolved: await unresolvedByAge(tx, today),
    undelivered: await undelivered(tx),
  }))
}

type Data = Awaited<ReturnType<typeof read>>

function Processes({ page }: { page: Page }) {
  const { words } = page
  const status = readStatus(page.dataDir)
  return (
    <Section id="processes" title={words.operator.processes}>
      {status ? (
        <Table
          caption={words.operator.processes}
          columns={[
            { head: words.operator.part },
            { head: words.operator.state },
            { head: words.operator.since },
            { head: words.operator.restarts, isNumber: true },
            { head: words.operator.detail },
          ]}
          rows={status.parts.map((part) => [
            words.partNames[part.name] ?? part.name,
            <PartTag page={page} state={part.state} />,
            elapsedWords(page, (wallNow() - Date.parse(part.since)) / 1_000),
            numberWords(part.restarts),
            part.detail ? <code lang="en">{part.detail.slice(0, 300)}</code> : '',
          ])}
        />
      ) : (
        <p>{words.start.partsUnknown}</p>
      )}
    </Section>
  )
}

function Outbox({ page, data }: { page: Page; data: Data }) {
  const { operator } = page.words
  const { lag } = data
  return (
    <Section id="outbox" title={operator.outboxTitle}>
      <dl class="figures">
        <Figure label={operator.waiting} value={numberWords(lag.waiting)} />
        <Figure
          label={operator.oldest}
          value={lag.oldestSeconds === null ? '–' : elapsedWords(page, lag.oldestSeconds)}
        />
        <Figure label={operator.setAside} value={numberWords(lag.setAside)} />
      </dl>
      <News page={page} title={operator.setAsideTitle} rows={data.setAside} />
      <News page={page} title={operator.waitingTitle} rows={data.waiting} />
    </Section>
  )
}

function News({ page, title, rows }: { page: Page; title: string; rows: OutboxRow[] }) {
  const { words } = page
  if (rows.length === 0) {
    return (
      <p>
        {title}: {words.none}
      </p>
    )
  }
  return (
    <Table
      caption={title}
      columns={[
        { head: words.operator.course },
        { head: words.operator.version, isNumber: true },
        { head: words.operator.tries, isNumber: true },
        { head: words.operator.at },
        { head: words.operator.error },
      ]}
      rows={rows.map((row) => [
        <CourseLink page={page} id={row.courseId} />,
        numberWords(row.version),
        numberWords(row.tries),
        row.since ? momentWords(row.since.getTime(), page.lang) : '',
        row.error ? <code lang="en">{row.error.slice(0, 300)}</code> : '',
      ])}
    />
  )
}

function CourseLink({ page, id }: { page: Page; id: string }) {
  return (
    <a href={href(page, `/courses/${id}`)}>
      <code>{id.slice(0, 8)}</code>
    </a>
  )
}

function Late({ page, data }: { page: Page; data: Data }) {
  const { operator } = page.words
  const { total, oldest } = data.late
  return (
    <Section id="late" title={operator.lateTitle}>
      <p>{operator.lateLead(numberWords(total))}</p>
      {oldest.length > 0 && (
        <Table
          caption={operator.lateTitle}
          columns={[
            { head: operator.course },
            { head: operator.stage },
            { head: operator.nextOn },
            { head: page.words.courses.municipality },
          ]}
          rows={oldest.map((late) => [
            <CourseLink page={page} id={late.id} />,
            <StageTag page={page} stage={late.stage} />,
            dayWords(late.nextOn, page.lang),
            <code>{late.municipalityCode}</code>,
          ])}
        />
      )}
    </Section>
  )
}

function Unattached({ page, data }: { page: Page; data: Data }) {
  const { words } = page
  const { operator } = words
  const number = (head: string) => ({ head, isNumber: true })
  return (
    <>
      <Section id="unattached" title={operator.scansTitle}>
        {data.unresolved.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <Table
            caption={operator.scansTitle}
            columns={[
              { head: operator.verdict },
              number(operator.today),
              number(operator.week),
              number(operator.older),
            ]}
            rows={data.unresolved.map((row) => [
              row.verdict === 'held' ? operator.held : operator.waitingScans,
              numberWords(row.today),
              numberWords(row.week),
              numberWords(row.older),
            ])}
          />
        )}
      </Section>
      <Section id="undelivered" title={operator.undeliveredTitle}>
        {data.undelivered.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <Table
            caption={operator.undeliveredTitle}
            columns={[
              { head: operator.channel },
              { head: operator.state },
              number(operator.attempts),
            ]}
            rows={data.undelivered.map((row) => [
              words.channels[row.channel],
              operator.attemptStates[row.state] ?? row.state,
              numberWords(row.attempts),
            ])}
          />
        )}
      </Section>
    </>
  )
}
