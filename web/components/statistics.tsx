import type { DoseGroup } from '../../domain/statistics.ts'
import type { Page } from '../page.ts'
import { Section } from './basics.tsx'

/** What a 0 means, why rows do not add up, and why some are not there: beside every such figure. */
export function Method({ page }: { page: Page }) {
  const { statistics } = page.words
  return (
    <Section id="method" title={statistics.methodTitle}>
      <ul>
        {statistics.method.map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
    </Section>
  )
}

export const groupWords = ({ words: { statistics } }: Page): Record<DoseGroup, string> => ({
  1: statistics.first,
  2: statistics.second,
  3: statistics.further,
})
