import { numberWords } from '../format.ts'
import { href } from '../page.ts'
import { Press, Step, type StepState } from './frame.tsx'
import type { Part } from './import-page.tsx'
import { when } from './step-file.tsx'

/** What came of it: the receipt, the rows with their results, and the way back. */
export function ResultStep({ page, found }: Part) {
  const { imports } = page.words
  const { result, facts } = imports
  const isDone = found.state === 'applied' || found.state === 'undone'
  // The receipt is what somebody came for: it stands open.
  const state: StepState = isDone ? 'good' : 'busy'
  return (
    <Step page={page} id="step-result" title={imports.steps.result} state={state} isOpen={isDone}>
      {!isDone && <p>{result.notYet}</p>}
      {isDone && (
        <dl class="facts">
          <dt>{result.appliedRows(numberWords(found.applied))}</dt>
          <dd>{found.appliedAt && `${facts.applied}: ${when(page, found.appliedAt)}`}</dd>
          {found.undoneAt && (
            <>
              <dt>{facts.undone}</dt>
              <dd>{when(page, found.undoneAt)}</dd>
            </>
          )}
        </dl>
      )}
      {found.reviewedAt && <ResultsFile page={page} found={found} />}
      {found.state === 'applied' && (
        <>
          {found.hasResults && <p class="note">{result.arrivedGone}</p>}
          {found.sequence !== undefined && <p>{result.mayErase}</p>}
          <p>
            <a href={href(page, `/courses?municipality=${found.municipalityCode}`)}>
              {result.toCourses}
            </a>
          </p>
          {found.wish === null && (
            <Press page={page} action={`/imports/${found.importId}/undo`} describedBy="undo-note">
              {imports.undo}
            </Press>
          )}
          <p class="note" id="undo-note">
            {imports.undoNote}
          </p>
        </>
      )}
    </Step>
  )
}

function ResultsFile({ page, found }: Part) {
  const { result } = page.words.imports
  if (!found.hasResults) {
    const isComing = found.state === 'reviewed' || found.state === 'applied'
    return isComing ? <p>{result.making}</p> : null
  }
  if (found.resultsLost) return <p>{result.lost}</p>
  return (
    <p>
      <a href={`/imports/${found.importId}/results.csv`} download>
        {result.file}
      </a>{' '}
      <span class="note">{result.fileNote}</span>
    </p>
  )
}
