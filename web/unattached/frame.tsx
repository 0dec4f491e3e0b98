import type { Child } from 'hono/jsx'
import { hasProblemText } from '../../i18n/problems.ts'
import { ProblemBox } from '../components/form-parts.tsx'
import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'

/** The pages of one clerk's desk: the frame of every page, with their own styles and keys. */
export function Desk(props: { page: Page; title: string; children: Child }) {
  const { page, title, children } = props
  return (
    <Layout page={page} title={title}>
      <link rel="stylesheet" href="/assets/unattached.css" />
      <script src="/assets/unattached.js" defer />
      {children}
    </Layout>
  )
}

/** What came of the last press: a word of ours, or what is wrong and what to do. */
export function Said({ page, said }: { page: Page; said: string | undefined }) {
  if (said === undefined) return null
  const words = page.words.unattached.said
  if (Object.hasOwn(words, said)) {
    const isFault = said === 'malformed' || said === 'whoIsIt'
    return (
      <p class={isFault ? 'error' : 'notice-bar'} role={isFault ? 'alert' : 'status'}>
        {words[said]}
      </p>
    )
  }
  return hasProblemText(said) ? <Problem page={page} code={said} /> : null
}

export function Problem({ page, code }: { page: Page; code: string }) {
  return <ProblemBox page={page} code={code} id="problem" />
}

export function Select(props: {
  id: string
  name: string
  label: string
  choose: string
  options: [value: string, label: string][]
  selected?: string | undefined
}) {
  const { id, name, label, choose, options, selected } = props
  return (
    <div>
      <label for={id}>{label}</label>
      <select id={id} name={name} required>
        <option value="">{choose}</option>
        {options.map(([value, words]) => (
          <option value={value} selected={value === selected}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}
