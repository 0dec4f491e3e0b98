import type { FindingState } from '../../db/schema/findings.ts'
import { severityOf } from '../../domain/finding-severity.ts'
import { type FindingCode, findingCodes } from '../../domain/findings.ts'
import { findingText } from '../../i18n/findings.ts'
import type { Page } from '../page.ts'
import { Tag, type Tone } from './basics.tsx'

/** In words; a code that this version does not know, as it is. */
export function findingName(code: string, { lang }: Pick<Page, 'lang'>): string {
  const isKnown = findingCodes.includes(code as FindingCode)
  return isKnown ? findingText(code, lang).message : code
}

const severityTones = { serious: 'late', minor: 'attention', record: 'plain' } as const

export function SeverityTag({ page, code }: { page: Page; code: string }) {
  const severity = severityOf(code)
  return <Tag tone={severityTones[severity]}>{page.words.findings.severities[severity]}</Tag>
}

const stateTones: Record<FindingState, Tone> = {
  ruleHit: 'attention',
  checkedRight: 'good',
  wrong: 'late',
  corrected: 'good',
  withdrawn: 'stopped',
}

export function FindingStateTag({ page, state }: { page: Page; state: FindingState }) {
  return <Tag tone={stateTones[state]}>{page.words.findings.states[state]}</Tag>
}

/** What came of the form that was sent last. */
export function Said({ page, said }: { page: Page; said: string | undefined }) {
  const { said: all } = page.words.findings
  if (said === undefined || !Object.hasOwn(all, said)) return null
  return (
    <p class="notice-bar" role="status">
      {all[said]}
    </p>
  )
}
