import type { Child } from 'hono/jsx'
import type { NoticeState } from '../../db/schema/index.ts'
import type { Stage } from '../../domain/course.ts'
import { numberWords } from '../format.ts'
import type { Page } from '../page.ts'

export type Tone = 'good' | 'busy' | 'attention' | 'late' | 'stopped' | 'plain'

/** A shape beside the words: colour alone tells nobody who cannot see it. */
const shapes: Record<Tone, string> = {
  good: '●',
  busy: '◐',
  attention: '▲',
  late: '✖',
  stopped: '■',
  plain: '○',
}

export function Tag({ tone, children }: { tone: Tone; children: Child }) {
  return (
    <span class={`tag tag-${tone}`}>
      <span aria-hidden="true">{shapes[tone]}</span> {children}
    </span>
  )
}

const stageTones: Record<Stage, Tone> = {
  awaitingFirstDose: 'plain',
  awaitingSecondDose: 'busy',
  secondDoseOverdue: 'attention',
  inFollowUp: 'attention',
  complete: 'good',
  closed: 'stopped',
}

export function StageTag({ page, stage }: { page: Page; stage: Stage }) {
  return <Tag tone={stageTones[stage]}>{page.words.stages[stage]}</Tag>
}

const noticeTones: Record<NoticeState, Tone> = {
  queued: 'busy',
  held: 'attention',
  suppressed: 'stopped',
  left: 'good',
  failed: 'attention',
}

export function NoticeTag({ page, state }: { page: Page; state: NoticeState }) {
  return <Tag tone={noticeTones[state]}>{page.words.noticeStates[state]}</Tag>
}

/** On which axis the figures count: a word by the heading, the sentence below it. */
export function Axis({
  page,
  axis,
}: {
  page: Page
  axis: 'issuer' | 'residence' | 'noticed' | 'venue' | 'inCharge'
}) {
  return (
    <p class="axis">
      <strong>
        {page.words.axis.label}: {page.words.axis[axis]}
      </strong>{' '}
      {page.words.axisNote[axis]}
    </p>
  )
}

export function AsOf({ when }: { when: string }) {
  return <p class="as-of">{when}</p>
}

/** Re-fetched by the script as a whole; its id is what the script goes by. */
export function Live({ id, children }: { id: string; children: Child }) {
  return (
    <div id={id} data-live="">
      {children}
    </div>
  )
}

export function Section({ id, title, children }: { id: string; title: string; children: Child }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

export function Figure({ label, value, notes }: { label: Child; value: string; notes?: Child }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <span class="figure-value">{value}</span>
        {notes}
      </dd>
    </div>
  )
}

export type Column = { head: string; isNumber?: boolean }

/** Wide tables scroll by themselves, never the page; the keyboard reaches them. */
export function Table({
  caption,
  columns,
  rows,
}: {
  caption: string
  columns: Column[]
  rows: Child[][]
}) {
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th scope="col" class={isNumber ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map((cell, i) =>
                i === 0 ? (
                  <th scope="row">{cell}</th>
                ) : (
                  <td class={columns[i]?.isNumber ? 'number' : ''}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function Aside({ page, held, waiting }: { page: Page; held: number; waiting: number }) {
  return (
    <p class="aside">
      <Tag tone={held + waiting > 0 ? 'attention' : 'plain'}>
        {page.words.aside(numberWords(held), numberWords(waiting))}
      </Tag>
    </p>
  )
}
