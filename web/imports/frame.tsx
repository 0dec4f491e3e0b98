import type { Child } from 'hono/jsx'
import { Tag, type Tone } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'

/** The pages of imports: the frame of every page, with styles of their own. */
export function ImportFrame(props: {
  page: Page
  title: string
  isLive: boolean
  children: Child
}) {
  const { page, title, isLive, children } = props
  return (
    <Layout page={page} title={title} isLive={isLive}>
      <link rel="stylesheet" href="/assets/imports.css" />
      {children}
    </Layout>
  )
}

/** A form of one button. */
export function Press(props: {
  page: Page
  action: string
  children: Child
  isMain?: boolean
  describedBy?: string
}) {
  const { page, action, children, isMain, describedBy } = props
  return (
    <form method="post" action={action} class="press">
      <Language page={page} />
      <button
        type="submit"
        class={isMain ? 'main' : 'quiet'}
        {...(describedBy && { 'aria-describedby': describedBy })}
      >
        {children}
      </button>
    </form>
  )
}

export type StepState = 'good' | 'look' | 'busy'

const tones: Record<StepState, Tone> = { good: 'good', look: 'attention', busy: 'plain' }

/** A step of an import: open by itself only where something is wrong. */
export function Step(props: {
  page: Page
  id: string
  title: string
  state: StepState
  isOpen?: boolean
  children: Child
}) {
  const { page, id, title, state, isOpen = state === 'look', children } = props
  return (
    <details class="step" id={id} open={isOpen}>
      <summary>
        <h2>{title}</h2> <Tag tone={tones[state]}>{page.words.imports.stepStates[state]}</Tag>
      </summary>
      {children}
    </details>
  )
}
