import { townOfficer } from '../../auth/caller.ts'
import { noteLook } from '../../db/queries/imports/effort.ts'
import { findImport, type ImportShown } from '../../db/queries/imports/read.ts'
import { rowOutcomes } from '../../domain/import.ts'
import { isOver, mayPause } from '../../domain/import-run.ts'
import type { Spool } from '../../files/spool.ts'
import { Live, Table, Tag } from '../components/basics.tsx'
import { Said } from '../components/said.tsx'
import { wallNow } from '../deps.ts'
import { numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { ImportFrame, Press } from './frame.tsx'
import { noteLines } from './notes.ts'
import { ProgressBar } from './progress.tsx'
import { readGuess } from './spooled.ts'
import {
  codeWords,
  isMoving,
  isNothingToApply,
  isSettled,
  lineOf,
  mayApply,
  mayDiscard,
  stateTone,
  stateWords,
} from './state.ts'
import { CheckStep } from './step-check.tsx'
import { FileStep } from './step-file.tsx'
import { ResultStep } from './step-result.tsx'
import { DecideStep, ReviewStep } from './step-review.tsx'

export type Part = { page: Page; found: ImportShown }

/** Whether the page has nothing new to say: whoever refreshes by itself may stop. */
export async function isAtRest(page: Page, importId: string): Promise<boolean> {
  const ref = { municipalityCode: townOfficer().office, importId }
  const found = await findImport(page.sql, ref)
  return found !== undefined && !isMoving(found)
}

/** One page for one file. Undefined for one that is not the reader's municipality's. */
export async function importPage(
  page: Page,
  spool: Spool,
  { importId, said }: { importId: string; said: string | undefined },
) {
  const { office, id } = townOfficer()
  const ref = { municipalityCode: office, importId }
  const found = await findImport(page.sql, ref)
  if (!found) return undefined
  if (!isSettled(found)) await noteLook(page.sql, ref, id)
  const guess = await readGuess(spool, importId)
  const isShown = found.reviewedAt !== null && !isMoving(found)
  const notes = isShown ? await noteLines(page, ref) : { toLook: [], toDecide: [] }
  const { imports } = page.words
  const parts = { page, found }
  return (
    <ImportFrame page={page} title={imports.title} isLive={isMoving(found)}>
      <p>
        <a href={href(page, '/imports')}>{imports.back}</a>
      </p>
      <Said page={page} words={page.words.imports.said} said={said} />
      {!isSettled(found) && <script src="/assets/imports.js" defer />}
      <Live id="standing">
        <Standing {...parts} />
      </Live>
      <Live id="step-file-live">
        <FileStep {...parts} />
      </Live>
      <Live id="step-check-live">
        <CheckStep {...parts} guess={guess} />
      </Live>
      <Live id="step-review-live">
        <ReviewStep {...parts} notes={notes.toLook} />
      </Live>
      <Live id="step-decide-live">
        <DecideStep {...parts} asked={notes.toDecide} />
      </Live>
      <Live id="step-result-live">
        <ResultStep {...parts} />
      </Live>
    </ImportFrame>
  )
}

/** What it is, how it stands, and the one thing to press. */
function Standing({ page, found }: Part) {
  const { imports } = page.words
  const action = (what: string) => `/imports/${found.importId}/${what}`
  return (
    <section class="standing" aria-labelledby="file-name">
      <h2 id="file-name">
        <span lang="ja">{found.file}</span>
        {found.layout && <span class="kind">{imports.layouts[found.layout]}</span>}
      </h2>
      <p>
        <Tag tone={stateTone(found)}>{stateWords(page, found)}</Tag>
      </p>
      <p class="line" role="status">
        {lineOf(page, found, wallNow())}
      </p>
      <Why page={page} found={found} />
      {!isOver(found.state) && <ProgressBar page={page} found={found} />}
      {found.reviewedAt && <Counts page={page} found={found} />}
      <div class="presses">
        {mayApply(found) && (
          <Press page={page} action={action('apply')} isMain>
            {isNothingToApply(found) ? imports.finish : imports.apply}
          </Press>
        )}
        {mayPause(found.state) && (
          <Press page={page} action={action(found.isPaused ? 'resume' : 'pause')}>
            {found.isPaused ? imports.resume : imports.pause}
          </Press>
        )}
        {mayDiscard(found) && (
          <Press page={page} action={action('discard')} describedBy="discard-note">
            {imports.discard}
          </Press>
        )}
      </div>
      {mayDiscard(found) && (
        <p class="note" id="discard-note">
          {imports.discardNote}
        </p>
      )}
    </section>
  )
}

/** Why it is not where it should be, and what to do about it. */
function Why({ page, found }: Part) {
  const { imports } = page.words
  const code = found.refusedBecause ?? (found.tries === 0 ? found.trouble : null)
  return (
    <>
      {code && <Fault page={page} code={code} />}
      {found.tries > 0 && <p class="notice-bar">{imports.lines.tried(numberWords(found.tries))}</p>}
      {found.fileNotes.map((note) => (
        <p class="error" role="alert">
          ▲ {imports.fileNotes[note] ?? codeWords(note, page.lang).what}
        </p>
      ))}
    </>
  )
}

function Fault({ page, code }: { page: Page; code: string }) {
  const { what, why, cure } = codeWords(code, page.lang)
  return (
    <div class="error" role="alert">
      <p>
        <strong>{what}</strong>
      </p>
      <p>
        {why} {cure}
      </p>
    </div>
  )
}

function Counts({ page, found }: Part) {
  const { imports } = page.words
  const { counts } = found
  return (
    <>
      <Table
        caption={imports.counts}
        columns={[{ head: imports.outcome }, { head: imports.number, isNumber: true }]}
        rows={[
          ...rowOutcomes.map((outcome) => [
            imports.outcomes[outcome],
            numberWords(counts[outcome]),
          ]),
          [imports.total, numberWords(counts.rows)],
        ]}
      />
      <p class="note">{imports.addsUp}</p>
      {found.missingFromFile > 0 && (
        <p>
          {imports.missing.count(numberWords(found.missingFromFile))}{' '}
          <a href={href(page, `/imports/${found.importId}/missing`)}>{imports.missing.open}</a>
        </p>
      )}
    </>
  )
}
