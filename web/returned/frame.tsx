import type { Child } from 'hono/jsx'
import { numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

export function Frame(props: { page: Page; title: string; children: Child }) {
  const { page, title, children } = props
  return (
    <Layout page={page} title={title}>
      <link rel="stylesheet" href="/assets/unattached.css" />
      <link rel="stylesheet" href="/assets/returned.css" />
      {children}
    </Layout>
  )
}

type TabsProps = {
  page: Page
  label: string
  tabs: { path: string; words: string; isCurrent: boolean }[]
}

export function Tabs({ page, label, tabs }: TabsProps) {
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {tabs.map(({ path, words, isCurrent }) => (
          <li>
            <a href={href(page, path)} {...(isCurrent ? { 'aria-current': 'page' } : {})}>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** How many of which, in one line; nothing where there are none. */
export function Tally(props: {
  counts: Partial<Record<string, number>>
  words: Record<string, string>
  none: string
  times?: (n: string) => string
}) {
  const { counts, words, none, times = (n) => n } = props
  const some = Object.entries(words).filter(([key]) => counts[key])
  if (some.length === 0) return <p class="note">{none}</p>
  return (
    <ul class="tally">
      {some.map(([key, label]) => (
        <li>
          {label} <strong>{times(numberWords(counts[key] ?? 0))}</strong>
        </li>
      ))}
    </ul>
  )
}
