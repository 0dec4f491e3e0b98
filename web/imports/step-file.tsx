import { momentWords, numberWords } from '../format.ts'
import type { Page } from '../page.ts'
import { Step, type StepState } from './frame.tsx'
import type { Part } from './import-page.tsx'

/** What the file is. */
export function FileStep({ page, found }: Part) {
  const { imports } = page.words
  const { facts } = imports
  const isRefused = found.state === 'refused' || found.state === 'failed'
  const state: StepState = isRefused ? 'look' : 'good'
  return (
    <Step page={page} id="step-file" title={imports.steps.file} state={state}>
      <dl class="facts">
        <dt>{facts.name}</dt>
        <dd lang="ja">{found.file}</dd>
        <dt>{facts.size}</dt>
        <dd>{imports.bytes(numberWords(found.bytes))}</dd>
        <dt>{facts.layout}</dt>
        <dd>{found.layout ? imports.layouts[found.layout] : page.words.unknown}</dd>
        <dt>{facts.mode}</dt>
        <dd>{imports.modes[found.mode]}</dd>
        <dt>{facts.encoding}</dt>
        <dd>{found.encoding ? imports.encodings[found.encoding] : page.words.unknown}</dd>
        {found.sequence !== undefined && (
          <>
            <dt>{facts.sequence}</dt>
            <dd>{found.sequence}</dd>
          </>
        )}
        <dt>{facts.received}</dt>
        <dd>{when(page, found.receivedAt)}</dd>
        {found.reviewedAt && (
          <>
            <dt>{facts.reviewed}</dt>
            <dd>{when(page, found.reviewedAt)}</dd>
          </>
        )}
        <dt>{facts.digest}</dt>
        <dd>
          <code class="digest">{found.sha256}</code>
        </dd>
      </dl>
    </Step>
  )
}

export function when(page: Page, at: Date): string {
  return momentWords(page.clock.campaignAt(at.getTime()), page.lang)
}
