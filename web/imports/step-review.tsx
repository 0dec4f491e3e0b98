import { Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { numberWords } from '../format.ts'
import type { Page } from '../page.ts'
import { Step, type StepState } from './frame.tsx'
import type { Part } from './import-page.tsx'
import { type AskedRow, notesShown, type PlaceNote } from './notes.ts'
import { codeWords } from './state.ts'

/** What is remarkable in the file: by kind first, then the first hundred places. */
export function ReviewStep({ page, found, notes }: Part & { notes: PlaceNote[] }) {
  const { imports } = page.words
  const { review } = imports
  const kinds = Object.entries(found.noteCounts).sort(([, a], [, b]) => b - a)
  const state: StepState = !found.reviewedAt ? 'busy' : found.counts.rejected > 0 ? 'look' : 'good'
  return (
    <Step page={page} id="step-review" title={imports.steps.review} state={state}>
      {kinds.length === 0 ? (
        <p>{review.clean}</p>
      ) : (
        <>
          <Table
            caption={review.kinds}
            columns={[
              { head: review.code },
              { head: review.cells, isNumber: true },
              { head: review.cure },
            ]}
            rows={kinds.map(([code, cells]) => {
              const { what, cure } = codeWords(code, page.lang)
              return [what, numberWords(cells), cure]
            })}
          />
          {notes.length > 0 && (
            <Table
              caption={review.first(numberWords(Math.min(notes.length, notesShown)))}
              columns={placeColumns(page)}
              rows={notes.map((note) => placeCells(page, note))}
            />
          )}
          <p class="note">{review.all}</p>
        </>
      )}
    </Step>
  )
}

/** Rows on which register and file disagree. */
export function DecideStep({ page, found, asked }: Part & { asked: AskedRow[] }) {
  const { imports } = page.words
  const { decide } = imports
  const isAsked = found.state === 'reviewed' && found.undecided > 0
  const state: StepState = isAsked ? 'look' : found.reviewedAt ? 'good' : 'busy'
  const decided = found.counts.needsDecision - found.undecided
  return (
    <Step page={page} id="step-decide" title={imports.steps.decide} state={state}>
      {found.counts.needsDecision === 0 && <p>{decide.none}</p>}
      {decided > 0 && <p>{decide.done(numberWords(decided))}</p>}
      {isAsked && (
        <form class="stacked" method="post" action={`/imports/${found.importId}/decide`}>
          <Language page={page} />
          <p>{decide.lead}</p>
          <Table
            caption={imports.steps.decide}
            columns={[...placeColumns(page), { head: decide.choose }]}
            rows={asked.flatMap((row) =>
              row.cells.map((cell, at) => [
                ...placeCells(page, { rowNumber: row.rowNumber, ...cell }),
                at === 0 ? <Choice page={page} row={row} /> : '',
              ]),
            )}
          />
          {found.undecided > asked.length && (
            <>
              <p>{decide.rest(numberWords(found.undecided - asked.length))}</p>
              {found.unlisted > 0 && <p>{decide.unlisted(numberWords(found.unlisted))}</p>}
              <label for="rest">{decide.allSame}</label>
              <select id="rest" name="rest">
                <option value="">–</option>
                <option value="keepOurs">{decide.keepOurs}</option>
                <option value="takeTheirs">{decide.takeTheirs}</option>
              </select>
            </>
          )}
          <button type="submit" class="main">
            {decide.save}
          </button>
        </form>
      )}
    </Step>
  )
}

function Choice({ page, row }: { page: Page; row: AskedRow }) {
  const { decide } = page.words.imports
  const choices = row.mayTakeTheirs
    ? (['keepOurs', 'takeTheirs'] as const)
    : (['keepOurs'] as const)
  return (
    <fieldset class="decision">
      <legend class="unseen">
        {page.words.imports.review.row} {row.rowNumber}
      </legend>
      {choices.map((decision) => (
        <label class="choice">
          <input type="radio" name={`row${row.rowNumber}`} value={decision} /> {decide[decision]}
        </label>
      ))}
    </fieldset>
  )
}

function placeColumns(page: Page) {
  const { review } = page.words.imports
  return [
    { head: review.row, isNumber: true },
    { head: review.column },
    { head: review.header },
    { head: review.value },
    { head: review.reason },
    { head: review.cure },
  ]
}

/** 行・列・見出し・値・理由・どうするか. */
function placeCells(page: Page, { rowNumber, column, header, value, code }: PlaceNote) {
  const { what, cure } = codeWords(code, page.lang)
  return [
    numberWords(rowNumber),
    column,
    <span lang="ja">{header}</span>,
    <span lang="ja">{value}</span>,
    what,
    cure,
  ]
}
