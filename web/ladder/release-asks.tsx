/** Fewer checks of letters that one administrator asked for: another agrees, and they are in force. */
import type { ReleaseAsk } from '../../db/queries/release/rule.ts'
import { Section, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import type { Shown } from './page.tsx'

type Props = { page: Page } & Pick<Shown, 'ladder' | 'names' | 'mayDecide' | 'readerId'>

export function ReleaseAsks({ page, ladder, names, mayDecide, readerId }: Props) {
  const { ladder: words } = page.words
  if (ladder.releaseAsks.length === 0) return null
  return (
    <Section id="release" title={words.releaseTitle}>
      <p>{words.releaseLead}</p>
      <ul class="ladder-days">
        {ladder.releaseAsks.map((ask) => (
          <li>
            {words.releaseAsked(
              numberWords(ask.releaseAutomaticallyUpTo),
              names.get(ask.askedBy) ?? ask.askedBy.slice(0, 8),
            )}{' '}
            {ask.waitsForReconciliation ? words.releaseWaits : words.releaseWaitsNot}
            <Answer page={page} ask={ask} mayAgree={mayDecide && mayAgree(ask, readerId)} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Approved on the page of approvals, anybody of both puts it in force. */
function mayAgree({ askedBy, isApproved }: ReleaseAsk, readerId: string): boolean {
  return isApproved || askedBy !== readerId
}

function Answer({ page, ask, mayAgree }: { page: Page; ask: ReleaseAsk; mayAgree: boolean }) {
  const { ladder: words } = page.words
  if (!mayAgree) return <Tag tone="busy">{words.releaseForOther}</Tag>
  return (
    <form method="post" action={href(page, `/notice-settings/release-rule/${ask.id}/agree`)}>
      <Language page={page} />
      <button type="submit">{words.releaseAgree}</button>
    </form>
  )
}
