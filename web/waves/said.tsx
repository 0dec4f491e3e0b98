import { hasProblemText } from '../../i18n/problems.ts'
import { ProblemBox } from '../components/form-parts.tsx'
import type { Page } from '../page.ts'

/** What came of the last press. */
export function Said({ page, said }: { page: Page; said: string | undefined }) {
  if (said === undefined) return null
  const words = page.words.waves.said
  if (Object.hasOwn(words, said)) {
    return (
      <p class="notice-bar" role="status">
        {words[said]}
      </p>
    )
  }
  return hasProblemText(said) ? <ProblemBox page={page} code={said} id="problem" /> : null
}
