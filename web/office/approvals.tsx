import type { ApprovalRow } from '../../db/auth/approvals.ts'
import { erasureSubject } from '../../db/residents/erasure-subject.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { momentWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { Head } from './head.tsx'

/** What these forms ask for; the subject of each is what its deed compares (api/routes/rights.ts, keyd). */
export const askKinds = ['disclosure', 'erasure', 'keyVersion'] as const
export type AskKind = (typeof askKinds)[number]
export const askReasons = [
  'request',
  'retentionOver',
  'keyRotation',
  'courtOrder',
  'audit',
] as const
export const askHours = [24, 72, 168] as const

type Shown = {
  approvals: ApprovalRow[]
  /** Login names of the office, by account. */
  names: Map<string, string>
  /** The reader's own account, which approves nothing it asked for. */
  readerId: string
  nowMs: number
  office: string
  /** The resident whose erasure is looked for. */
  resident: string | undefined
  said: string | undefined
}

/** What was asked for in the office, and by whom: asked here, approved by somebody else. */
export function approvalsPage(page: Page, shown: Shown) {
  const { office } = page.words
  return (
    <Layout page={page} title={office.approvalsTitle}>
      <Head page={page} said={shown.said} />
      <p class="lead">{office.approvalsLead}</p>
      <Section id="list" title={office.approvalListTitle}>
        {shown.approvals.length === 0 ? (
          <p>{office.noApprovals}</p>
        ) : (
          <Approvals page={page} shown={shown} />
        )}
      </Section>
      <Section id="check" title={office.checkTitle}>
        <p>{office.checkLead}</p>
        <CheckForm page={page} shown={shown} />
      </Section>
      <Section id="ask" title={office.askTitle}>
        {askKinds.map((kind) => (
          <AskForm page={page} kind={kind} />
        ))}
      </Section>
    </Layout>
  )
}

function Approvals({ page, shown }: { page: Page; shown: Shown }) {
  const { office } = page.words
  return (
    <Table
      caption={office.approvalListTitle}
      columns={[
        { head: office.what },
        { head: office.reason },
        { head: office.askedBy },
        { head: office.validUntil },
        { head: office.answer },
      ]}
      rows={shown.approvals.map((approval) => [
        <What page={page} approval={approval} shown={shown} />,
        reasonWords(page, approval.reasonCode),
        <>
          {nameOf(shown, approval.askedBy)}
          <p class="note">{momentWords(approval.askedAt.getTime(), page.lang)}</p>
        </>,
        momentWords(approval.expiresAt.getTime(), page.lang),
        <Answer page={page} approval={approval} shown={shown} />,
      ])}
    />
  )
}

function reasonWords({ words }: Page, code: string): string {
  return (words.office.reasons as Record<string, string>)[code] ?? code
}

function nameOf({ names }: Shown, accountId: string): string {
  return names.get(accountId) ?? accountId.slice(0, 8)
}

type Line = { page: Page; approval: ApprovalRow; shown: Shown }

/** Exactly what is asked for, in its own ids and codes: whoever approves approves these. */
function What({ page, approval, shown }: Line) {
  const { office } = page.words
  const { op, version } = approval.subject
  const title =
    op === 'erase'
      ? office.anErasure
      : op === 'destroyVersion'
        ? office.aVersion(String(version))
        : office.kinds[approval.kind]
  return (
    <>
      {title}
      {isAbout(shown, approval) && (
        <p>
          <Tag tone="good">{office.matches}</Tag>
        </p>
      )}
      <ul class="note subject">
        {Object.entries(approval.subject)
          .filter(([name]) => name !== 'op')
          .map(([name, value]) => (
            <li>
              {(office.parts as Record<string, string>)[name] ?? name}: <code>{String(value)}</code>
            </li>
          ))}
      </ul>
    </>
  )
}

function isAbout({ office, resident }: Shown, { subject }: ApprovalRow): boolean {
  if (!resident) return false
  if (subject.op !== 'erase') return subject.residentId === resident
  return subject.idsDigest === erasureSubject(office, [resident]).idsDigest
}

function Answer({ page, approval, shown }: Line) {
  const { office } = page.words
  const { id, usedAt, approvedBy, expiresAt, askedBy } = approval
  if (usedAt) {
    return <Tag tone="stopped">{office.used(momentWords(usedAt.getTime(), page.lang))}</Tag>
  }
  if (expiresAt.getTime() <= shown.nowMs) return <Tag tone="plain">{office.over}</Tag>
  if (approvedBy) {
    return (
      <>
        <Tag tone="good">{office.approvedBy(nameOf(shown, approvedBy))}</Tag>
        <p class="note">
          {office.number} <code>{id}</code>
        </p>
      </>
    )
  }
  if (askedBy === shown.readerId) return <Tag tone="busy">{office.waitsForOther}</Tag>
  return (
    <form method="post" action={href(page, `/approvals/${id}/approve`)}>
      <button type="submit">{office.approve}</button>
    </form>
  )
}

function CheckForm({ page, shown }: { page: Page; shown: Shown }) {
  const { office } = page.words
  const isFound = shown.approvals.some((approval) => isAbout(shown, approval))
  return (
    <>
      <form method="get" action="/approvals">
        <Language page={page} />
        <div>
          <label for="resident">{office.residentId}</label>
          <input id="resident" class="uuid" name="resident" value={shown.resident ?? ''} required />
        </div>
        <button type="submit">{office.check}</button>
      </form>
      {shown.resident && !isFound && <p role="status">{office.matchesNone}</p>}
    </>
  )
}

function AskForm({ page, kind }: { page: Page; kind: AskKind }) {
  const { office } = page.words
  const id = (name: string) => `${name}-${kind}`
  return (
    <details>
      <summary>{office.askFor[kind]}</summary>
      <p>{office.askLead[kind]}</p>
      <form class="stacked" method="post" action={href(page, '/approvals')}>
        <input type="hidden" name="what" value={kind} />
        <div>
          <label for={id('subject')}>
            {kind === 'keyVersion' ? office.version : office.residentId}
          </label>
          {kind === 'keyVersion' ? (
            <input id={id('subject')} type="number" name="version" min="1" max="65535" required />
          ) : (
            <input id={id('subject')} class="uuid" name="residentId" required />
          )}
        </div>
        <div>
          <label for={id('reason')}>{office.reason}</label>
          <select id={id('reason')} name="reasonCode">
            {askReasons.map((reason) => (
              <option value={reason}>{office.reasons[reason]}</option>
            ))}
          </select>
        </div>
        <div>
          <label for={id('hours')}>{office.validFor}</label>
          <select id={id('hours')} name="hours">
            {askHours.map((hours) => (
              <option value={String(hours)}>{office.hours(String(hours))}</option>
            ))}
          </select>
        </div>
        <button type="submit">{office.ask}</button>
      </form>
    </details>
  )
}
