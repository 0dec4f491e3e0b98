import { hasProblemText } from '../../i18n/problems.ts'
import type { Page } from '../page.ts'
import { ProblemBox } from './form-parts.tsx'

/** What came of the last press: a word of the page's own, or what is wrong and what to do. */
export function Said(props: {
  page: Page
  words: Record<string, string>
  said: string | undefined
}) {
  const { page, words, said } = props
  if (said === undefined) return null
  if (Object.hasOwn(words, said)) {
    return (
      <p class="notice-bar" role="status">
        {words[said]}
      </p>
    )
  }
  return hasProblemText(said) ? <ProblemBox page={page} code={said} id="problem" /> : null
}
