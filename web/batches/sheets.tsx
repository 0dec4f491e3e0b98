/** The sheets of an evening that the printing house has: read by their marks, until all are there. */
import { randomUUID } from 'node:crypto'
import type { BatchRow } from '../../db/queries/batches/batch.ts'
import {
  type Differences,
  type Explanation,
  isReconciled,
  reprintReasons,
} from '../../domain/batch.ts'
import { markDigitsOf } from '../../domain/envelope-mark.ts'
import { Section, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { batchPath } from './words.ts'

type Props = { page: Page; batch: BatchRow; differences: Differences; today: string }
type Part = Omit<Props, 'today'>

const shownAtMost = 50

export function Sheets({ page, batch, differences, today }: Props) {
  const part = { page, batch, differences }
  const { batches } = page.words
  const isOver = batch.state === 'posted'
  return (
    <>
      <Section id="marks" title={isOver ? batches.marksRead : batches.marksTitle}>
        <Compared {...part} />
        {batch.state === 'printed' && <MarksForm {...part} />}
      </Section>
      {batch.state === 'printed' && <Reprint {...part} />}
      {batch.state === 'printed' && <Reconcile {...part} today={today} />}
    </>
  )
}

function Compared({ page, differences }: Part) {
  const { batches } = page.words
  const { missing, foreign, readTwice, voidRead, pages } = differences
  const read = batches.read(numberWords(pages.read), numberWords(pages.manifest))
  return (
    <>
      <p>
        <progress
          class="batch"
          aria-label={read}
          max={Math.max(1, pages.manifest)}
          value={pages.read}
        />{' '}
        {read}
      </p>
      {isReconciled(differences, []) && (
        <p>
          <Tag tone="good">{batches.allRead}</Tag>
        </p>
      )}
      <Marks
        page={page}
        title={batches.missing(numberWords(missing.length))}
        marks={missing.map(sheetWords)}
      />
      <Marks page={page} title={batches.foreign} marks={foreign} />
      <Marks page={page} title={batches.readTwice} marks={readTwice.map(sheetWords)} />
      <Marks page={page} title={batches.voidRead} marks={voidRead.map(sheetWords)} />
    </>
  )
}

function sheetWords({ letterId, page }: { letterId: string; page: number }): string {
  return `${markDigitsOf(letterId)}/${page}`
}

function Marks({ page, title, marks }: { page: Page; title: string; marks: string[] }) {
  if (marks.length === 0) return null
  const rest = marks.length - shownAtMost
  return (
    <>
      <h3>{title}</h3>
      <ul class="batch-marks">
        {marks.slice(0, shownAtMost).map((mark) => (
          <li>
            <code>{mark}</code>
          </li>
        ))}
        {rest > 0 && <li>{page.words.batches.more(numberWords(rest))}</li>}
      </ul>
    </>
  )
}

function MarksForm({ page, batch }: Part) {
  const { batches } = page.words
  return (
    <form class="stacked" method="post" action={href(page, `${batchPath(batch)}/marks`)}>
      <Language page={page} />
      <input type="hidden" name="readingId" value={randomUUID()} />
      <p id="marks-lead">{batches.marksLead}</p>
      <div>
        <label for="marks-read">{batches.marks}</label>
        <textarea
          id="marks-read"
          name="marks"
          rows={6}
          required
          spellcheck={false}
          autocomplete="off"
          aria-describedby="marks-lead"
        />
      </div>
      <button type="submit">{batches.keep}</button>
    </form>
  )
}

function Reprint({ page, batch, differences: { missing } }: Part) {
  const { batches } = page.words
  return (
    <Section id="reprint" title={batches.reprintTitle}>
      <p>{batches.reprintLead}</p>
      <form class="stacked" method="post" action={href(page, `${batchPath(batch)}/reprints`)}>
        <Language page={page} />
        <div>
          <label for="letter">{batches.letter}</label>
          <input
            id="letter"
            name="letter"
            required
            autocomplete="off"
            value={missing.length === 1 ? markDigitsOf(missing[0]!.letterId) : ''}
          />
        </div>
        <div>
          <label for="reprint-reason">{batches.abortReason}</label>
          <select id="reprint-reason" name="reason">
            {reprintReasons.map((reason) => (
              <option value={reason}>{batches.reprintReasons[reason]}</option>
            ))}
          </select>
        </div>
        <button type="submit">{batches.reprint}</button>
      </form>
    </Section>
  )
}

function Reconcile({ page, batch, differences, today }: Props) {
  const { batches } = page.words
  const asked: Explanation[] = [
    ...(differences.readTwice.length > 0 ? (['readTwice'] as const) : []),
    ...(differences.foreign.length > 0 ? (['foreignTakenOut'] as const) : []),
    ...(differences.voidRead.length > 0 ? (['voidTakenOut'] as const) : []),
  ]
  return (
    <Section id="reconcile" title={batches.reconcileTitle}>
      <p>{batches.reconcileLead}</p>
      <form class="stacked" method="post" action={href(page, `${batchPath(batch)}/reconcile`)}>
        <Language page={page} />
        <div>
          <label for="printed-pages">{batches.printedPages}</label>
          <input id="printed-pages" name="printedPages" type="number" min="0" required />
        </div>
        <div>
          <label for="posted-on">{batches.postedOn}</label>
          <input id="posted-on" name="postedOn" type="date" value={today} required />
        </div>
        {asked.map((one) => (
          <label class="batch-check">
            <input type="checkbox" name="explained" value={one} /> {batches.explanations[one]}
          </label>
        ))}
        <button type="submit">{batches.reconcile}</button>
      </form>
    </Section>
  )
}
