import { reviewWithinHours } from '../../auth/break-glass.ts'
import { boundTo } from '../../auth/caller.ts'
import { type BreakGlassLine, listBreakGlass } from '../../db/auth/break-glass.ts'
import { currentLog, newestHead } from '../../db/ledger/heads.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { momentWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'

/** Who used emergency access, why, and whether its reviewer has looked into it. */
export async function reviewsPage(page: Page) {
  const { staff } = page.words
  const uses = await listBreakGlass(page.sql, reviewWithinHours, boundTo())
  const log = await currentLog(page.sql)
  const head = log && (await newestHead(page.sql, log.origin))
  return (
    <Layout page={page} title={staff.reviewsTitle}>
      <p class="lead">{staff.reviewsLead}</p>
      <Section id="uses" title={staff.reviewsState}>
        {uses.length === 0 ? <p>{page.words.none}</p> : <Uses page={page} uses={uses} />}
      </Section>
      <Section id="head" title={staff.head}>
        <p>{staff.headLead}</p>
        {head ? (
          <pre lang="en">
            <code>{head.checkpoint}</code>
          </pre>
        ) : (
          <p>{page.words.none}</p>
        )}
      </Section>
    </Layout>
  )
}

export function Uses({ page, uses }: { page: Page; uses: BreakGlassLine[] }) {
  const { staff } = page.words
  return (
    <Table
      caption={staff.reviewsTitle}
      columns={[
        { head: staff.reviewsOpened },
        { head: staff.reviewsOffice },
        { head: staff.reviewsTown },
        { head: staff.reviewsReason },
        { head: staff.reviewsCase },
        { head: staff.reviewsState },
      ]}
      rows={uses.map((use) => [
        momentWords(use.openedAt.getTime(), page.lang),
        <code>{use.office}</code>,
        <code>{use.municipalityCode}</code>,
        staff.reviewReasons[use.reasonCode],
        <code>{use.caseReference}</code>,
        <State page={page} use={use} />,
      ])}
    />
  )
}

function State({ page, use }: { page: Page; use: BreakGlassLine }) {
  const { reviewStates } = page.words.staff
  if (use.outcome) {
    const tone = use.outcome === 'notJustified' ? 'attention' : 'good'
    return <Tag tone={tone}>{reviewStates[use.outcome]}</Tag>
  }
  if (use.isOverdue) return <Tag tone="late">{reviewStates.overdue}</Tag>
  return <Tag tone="busy">{reviewStates.waiting}</Tag>
}
