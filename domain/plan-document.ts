/**
 * The supervisory plan is a Markdown text of a few plain parts, so that it can be read as it is and
 * shown as a page: a title, an opening, numbered sections, and under them paragraphs and promises. A
 * promise begins `### K2 …` with the id of its control; its points name the mechanism and the proof.
 */
import { DomainError } from './errors.ts'

export type Promised = { id: string; title: string; body: string[]; points: string[] }
export type PlanSection = { title: string; body: string[]; promises: Promised[] }
export type PlanDocument = { title: string; opening: string[]; sections: PlanSection[] }

/** A paragraph is told from a list item by its first letters: `- `. */
export function isPoint(text: string): boolean {
  return text.startsWith('- ')
}

/** Throws `malformedPlan` with the line, for a text that is not built so. */
export function readPlan(text: string): PlanDocument {
  const blocks = blocksOf(text)
  const first = blocks.shift()
  if (!first?.text.startsWith('# ')) throw malformed(1, 'the title is missing')
  const plan: PlanDocument = { title: first.text.slice(2), opening: [], sections: [] }
  for (const block of blocks) take(plan, block)
  if (plan.sections.length === 0) throw malformed(1, 'there is no section')
  return plan
}

function take(plan: PlanDocument, { text, line }: Block): void {
  const section = plan.sections.at(-1)
  const promise = section?.promises.at(-1)
  if (text.startsWith('### ')) {
    const found = /^### ([A-Z]\d{1,2}) (.+)$/.exec(text)
    if (!found || !section) throw malformed(line, 'a promise stands in a section and bears an id')
    section.promises.push({ id: found[1]!, title: found[2]!, body: [], points: [] })
  } else if (text.startsWith('## ')) {
    plan.sections.push({ title: text.slice(3), body: [], promises: [] })
  } else if (text.startsWith('#')) {
    throw malformed(line, 'there are two levels of headings')
  } else if (promise && isPoint(text)) {
    promise.points.push(text.slice(2))
  } else {
    const body = promise?.body ?? section?.body ?? plan.opening
    body.push(text)
  }
}

type Block = { text: string; line: number }

/** Paragraphs, headings and list items, each on one line however it was wrapped. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let isOpen = false
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    const begins = !isOpen || line.startsWith('#') || isPoint(line)
    if (line === '') isOpen = false
    else if (begins) blocks.push({ text: line, line: at + 1 })
    else blocks.at(-1)!.text = join(blocks.at(-1)!.text, line)
    if (line !== '') isOpen = !line.startsWith('#')
  }
  return blocks
}

/** Japanese has no spaces: a wrapped line goes on without one between two wide letters. */
function join(before: string, after: string): string {
  const isWide = wide.test(before.at(-1)!) && wide.test(after[0]!)
  return isWide ? before + after : `${before} ${after}`
}

const wide = /[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]/

function malformed(line: number, what: string): DomainError {
  return new DomainError('malformedPlan', `Line ${line} of the plan: ${what}`)
}
