import type { Child } from 'hono/jsx'
import { currentActor } from '../../config/actor.ts'
import type { FileLine } from '../../db/queries/office-files.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import { hasProblemText, problemText } from '../../i18n/problems.ts'
import { Section, Table, Tag, type Tone } from '../components/basics.tsx'
import { Language, ProblemBox } from '../components/form-parts.tsx'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import type { OwnApproval } from './ask.ts'
import { mayFetch } from './hand-out.ts'

/** The frame of these pages, with their own styles. */
export function Frame(props: {
  page: Page
  title: string
  said: string | undefined
  children: Child
}) {
  const { page, title, said, children } = props
  return (
    <Layout page={page} title={title}>
      <link rel="stylesheet" href="/assets/paper.css" />
      <Said page={page} said={said} />
      {children}
    </Layout>
  )
}

/** What came of the last press. */
function Said({ page, said }: { page: Page; said: string | undefined }) {
  if (said === undefined) return null
  const { said: words } = page.words.paper
  if (!Object.hasOwn(words, said)) {
    return hasProblemText(said) ? <ProblemBox page={page} code={said} /> : null
  }
  const isFault = said === 'malformed' || said === 'notFound'
  return (
    <p class={isFault ? 'error' : 'notice-bar'} role={isFault ? 'alert' : 'status'}>
      {words[said]}
    </p>
  )
}

export function Button(props: {
  page: Page
  action: string
  fields?: Record<string, string>
  children: Child
}) {
  const { page, action, fields = {}, children } = props
  return (
    <form method="post" action={action}>
      <Language page={page} />
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{children}</button>
    </form>
  )
}

export function Approvals({ page, approvals }: { page: Page; approvals: OwnApproval[] }) {
  const { paper } = page.words
  return (
    <Section id="approvals" title={paper.approvalsTitle}>
      {approvals.length === 0 ? (
        <p>{paper.noApprovals}</p>
      ) : (
        <Table
          caption={paper.approvalsTitle}
          columns={[{ head: paper.file }, { head: paper.askedAt }, { head: paper.action }]}
          rows={approvals.map(({ id, subject, approvedBy, askedAt }) => [
            <Asked page={page} kind={String(subject.file)} asked={subject} />,
            momentWords(page.clock.campaignAt(askedAt.getTime()), page.lang),
            approvedBy ? (
              <>
                <Tag tone="good">{paper.approved}</Tag>
                <Button page={page} action="/exports/approved" fields={{ approvalId: id }}>
                  {paper.makeApproved}
                </Button>
              </>
            ) : (
              <Tag tone="busy">{paper.waitsForOther}</Tag>
            ),
          ])}
        />
      )}
    </Section>
  )
}

/** Empty for what is no day. */
function dayOf(page: Page, on: unknown): string {
  return typeof on === 'string' && isPlainDate(on) ? dayWords(on, page.lang) : ''
}

/** What was asked, in words. */
function Asked(props: { page: Page; kind: string; asked: Record<string, unknown> }) {
  const { page, kind, asked } = props
  const { paper } = page.words
  const { encoding, from, to, withAddress, pages, givenOn, doseNumber } = asked
  const parts = [
    encoding && (paper.encodings as Record<string, string>)[String(encoding)],
    (from || to) && paper.period(dayOf(page, from), dayOf(page, to)),
    withAddress && paper.withAddress,
    pages && (pages === 'all' ? paper.allPages : paper.changedPages),
    doseNumber && `${dayOf(page, givenOn)} ${paper.doses[Number(doseNumber) - 1] ?? doseNumber}`,
  ].filter(Boolean)
  return (
    <>
      {(paper.kinds as Record<string, string>)[kind] ?? page.words.unknown}
      {parts.length > 0 && <p class="note">{parts.join(' / ')}</p>}
    </>
  )
}

const tones: Record<FileLine['state'], Tone> = {
  asked: 'busy',
  made: 'good',
  refused: 'stopped',
  gone: 'plain',
}

type Files = { page: Page; files: FileLine[]; doneWords?: string; more?: (file: FileLine) => Child }

export function Files({ page, files, ...rest }: Files) {
  const { paper } = page.words
  return (
    <Section id="files" title={paper.filesTitle}>
      <p class="note">
        {paper.doneNote} {paper.reload}
      </p>
      {files.length === 0 ? (
        <p>{paper.noFiles}</p>
      ) : (
        <Table
          caption={paper.filesTitle}
          columns={[
            { head: paper.file },
            { head: paper.askedAt },
            { head: paper.state },
            { head: paper.contents },
            { head: paper.action },
          ]}
          rows={files.map((file) => [
            <>
              <Asked page={page} kind={file.kind} asked={file.asked} />
              {file.name && <code class="name">{file.name}</code>}
            </>,
            momentWords(page.clock.campaignAt(file.askedAt.getTime()), page.lang),
            <State page={page} file={file} />,
            <Contents page={page} file={file} />,
            <Actions page={page} files={files} file={file} {...rest} />,
          ])}
        />
      )}
    </Section>
  )
}

function State({ page, file }: { page: Page; file: FileLine }) {
  const { paper } = page.words
  const { state, refusedBecause, fetchedAt } = file
  const fetched = fetchedAt && momentWords(page.clock.campaignAt(fetchedAt.getTime()), page.lang)
  return (
    <>
      <Tag tone={tones[state]}>{paper.states[state]}</Tag>
      {refusedBecause && hasProblemText(refusedBecause) && (
        <p class="note">{problemText(refusedBecause, page.lang).detail}</p>
      )}
      {fetched && <p class="note">{paper.fetched(fetched)}</p>}
    </>
  )
}

/** What whoever receives the file compares it with. */
function Contents({ page, file }: { page: Page; file: FileLine }) {
  const { paper } = page.words
  const { rows, pages, bytes, sha256, lacking, leftOut, shortened } = file
  if (rows === null || bytes === null || sha256 === null) return <>–</>
  return (
    <>
      {paper.rows(numberWords(rows))}
      {pages !== null && ` ${paper.pages(numberWords(pages))}`}
      <p class="note">
        {paper.bytes(numberWords(bytes))}
        <br />
        {paper.checksum} <code class="sum">{sha256}</code>
      </p>
      {lacking.length > 0 && (
        <p class="warning">▲ {paper.lacking(numberWords(lacking.length), lacking.join(' '))}</p>
      )}
      {shortened > 0 && <p class="warning">▲ {paper.shortened(numberWords(shortened))}</p>}
      {leftOut > 0 && <p class="note">{paper.leftOut(numberWords(leftOut))}</p>}
    </>
  )
}

function Actions({ page, file, doneWords, more }: Files & { file: FileLine }) {
  const { paper } = page.words
  const isMade = file.state === 'made'
  const isPrint = file.kind === 'registerPrint'
  const done = `/exports/${file.fileId}/done`
  return (
    <>
      {isMade &&
        (mayFetch(file, currentActor().id) ? (
          <a href={href(page, `/exports/${file.fileId}/file`)}>{paper.download}</a>
        ) : (
          <p class="note">{paper.askersOnly}</p>
        ))}
      {isPrint && file.fetchedAt && !file.doneAt && (
        <Button page={page} action={done} fields={{ bound: '1' }}>
          {paper.bound}
        </Button>
      )}
      {isMade && (
        <Button page={page} action={done}>
          {isPrint ? paper.notBound : (doneWords ?? paper.done)}
        </Button>
      )}
      {more?.(file)}
    </>
  )
}
