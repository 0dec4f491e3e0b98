import { townClerk } from '../../auth/staff.ts'
import { type Batch, type DraftSlip, readBatch } from '../../db/queries/keying/batches.ts'
import { digitsTyped, placesThatDiffer, type TypedSlip, totalsOf } from '../../domain/keying.ts'
import { findingText, hasFindingText } from '../../i18n/findings.ts'
import { problemText } from '../../i18n/problems.ts'
import { Section, Table, Tag, type Tone } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords, numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { Desk, Problem } from './frame.tsx'
import { Digits } from './item-page.tsx'

/** Undefined for another municipality's pile, and for none. With a fault, what was typed stays. */
export async function batchPage(page: Page, id: string, typed?: TypedSlip, fault?: string) {
  const { unattached } = page.words
  const batch = await readBatch(page, { municipalityCode: townClerk().office, id })
  if (!batch) return undefined
  const title = unattached.batchTitle(batch.venueName, dayWords(batch.givenOn, page.lang))
  const isOpen = !batch.finishedAt && !batch.recordingAt
  const isDraft = isOpen && batch.drafts.every(({ verdict }) => verdict === null)
  return (
    <Desk page={page} title={title}>
      <p>
        <a href={href(page, '/keying')}>{unattached.back}</a>
      </p>
      <p>
        {productName(batch.productCode, page.lang)} {unattached.lot} <code>{batch.lotNumber}</code>
      </p>
      {fault && <Problem page={page} code={fault} />}
      {fault === 'keyedTwiceDiffers' && typed && <Difference page={page} typed={typed} />}
      {isDraft ? (
        <Draft page={page} batch={batch} typed={typed} />
      ) : (
        <Results page={page} batch={batch} />
      )}
    </Desk>
  )
}

type Part = { page: Page; batch: Batch }

function Draft({ page, batch, typed }: Part & { typed: TypedSlip | undefined }) {
  const { unattached } = page.words
  const next = String(batch.drafts.length + 1)
  return (
    <>
      <Section id="next" title={unattached.nextSlip(next)}>
        <SlipForm page={page} batch={batch} typed={typed} />
      </Section>
      <Section id="totals" title={unattached.totals}>
        <Totals page={page} batch={batch} />
        <form method="post" action={`/keying/${batch.id}/record`}>
          <Language page={page} />
          <p>{unattached.recordLead}</p>
          <button type="submit">{unattached.record}</button>
        </form>
      </Section>
      <Section id="keyed" title={unattached.keyed}>
        <Slips page={page} batch={batch} />
      </Section>
      <Section id="discard" title={unattached.discard}>
        <form method="post" action={`/keying/${batch.id}/discard`}>
          <Language page={page} />
          <p>{unattached.discardLead}</p>
          <button type="submit">{unattached.discard}</button>
        </form>
      </Section>
    </>
  )
}

function SlipForm({ page, batch, typed }: Part & { typed: TypedSlip | undefined }) {
  const { unattached } = page.words
  const digits = (name: 'number' | 'numberAgain', label: string) => (
    <div>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        class="digits"
        inputmode="numeric"
        autocomplete="off"
        required
        maxlength={40}
        autofocus={name === 'number'}
        value={typed?.[name] ?? ''}
      />
    </div>
  )
  return (
    <form class="keying" method="post" action={`/keying/${batch.id}/slips`} data-keying="">
      <Language page={page} />
      {digits('number', unattached.numberField)}
      {digits('numberAgain', unattached.numberAgain)}
      <div>
        <label for="born">{unattached.bornField}</label>
        <input
          id="born"
          name="born"
          autocomplete="off"
          required
          maxlength={32}
          aria-describedby="born-hint"
          value={typed?.born ?? ''}
        />
        <span class="hint" id="born-hint">
          {unattached.bornHint}
        </span>
      </div>
      <div>
        <label for="doseNumber">{unattached.doseNumber}</label>
        <input
          id="doseNumber"
          name="doseNumber"
          inputmode="numeric"
          autocomplete="off"
          maxlength={1}
          size={3}
          value={typed?.doseNumber ?? ''}
        />
      </div>
      <div>
        <label for="slipKind">{unattached.slipKind}</label>
        <select id="slipKind" name="slipKind">
          {(['vaccination', 'screenedOnly'] as const).map((kind) => (
            <option value={kind} selected={typed?.slipKind === kind}>
              {unattached.kinds[kind]}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{unattached.add}</button>
    </form>
  )
}

/** Both typings one above the other, the places that differ marked. */
function Difference({ page, typed }: { page: Page; typed: TypedSlip }) {
  const { unattached } = page.words
  const places = placesThatDiffer(typed.number, typed.numberAgain)
  const line = (label: string, text: string) => (
    <>
      <dt>{label}</dt>
      <dd>
        <code class="digits">
          {[...digitsTyped(text)].map((digit, i) =>
            places.includes(i) ? <mark>{digit}</mark> : digit,
          )}
        </code>
      </dd>
    </>
  )
  return (
    <div class="difference">
      <p>{unattached.differs}</p>
      <dl class="facts">
        {line(unattached.first, typed.number)}
        {line(unattached.second, typed.numberAgain)}
      </dl>
    </div>
  )
}

function Totals({ page, batch }: Part) {
  const { unattached } = page.words
  const totals = totalsOf(batch.drafts.flatMap(({ slip }) => slip ?? []))
  const { slipsExpected, sumExpected } = batch
  const agrees = (is: boolean) => (
    <Tag tone={is ? 'good' : 'attention'}>{is ? unattached.agree : unattached.disagree}</Tag>
  )
  return (
    <Table
      caption={unattached.totals}
      columns={[
        { head: '' },
        { head: unattached.keyed, isNumber: true },
        { head: unattached.expected, isNumber: true },
        { head: '' },
      ]}
      rows={[
        [
          unattached.counted,
          numberWords(totals.slips),
          numberWords(slipsExpected),
          agrees(totals.slips === slipsExpected),
        ],
        [
          unattached.summed,
          numberWords(totals.sum),
          sumExpected === undefined ? unattached.notGiven : numberWords(sumExpected),
          sumExpected === undefined ? '' : agrees(totals.sum === sumExpected),
        ],
      ]}
    />
  )
}

function Slips({ page, batch }: Part) {
  const { unattached } = page.words
  if (batch.drafts.length === 0) return <p>{unattached.none}</p>
  return (
    <Table
      caption={unattached.keyed}
      columns={[
        { head: unattached.number },
        { head: unattached.ticketRead },
        { head: unattached.dose, isNumber: true },
        { head: unattached.statedYear, isNumber: true },
        { head: '' },
      ]}
      rows={batch.drafts.toReversed().map(({ slipNo, slip }) => [
        String(slipNo),
        slip ? (
          <>
            <code>{slip.municipalityCode}</code> <Digits number={slip.number} />
          </>
        ) : (
          ''
        ),
        slip ? `${slip.claimedDoseNumber} ${unattached.kinds[slip.slipKind]}` : '',
        slip ? String(slip.birthYear) : '',
        <form class="row" method="post" action={`/keying/${batch.id}/slips/${slipNo}/drop`}>
          <Language page={page} />
          <button type="submit" aria-label={unattached.dropSlip(String(slipNo))}>
            {unattached.drop}
          </button>
        </form>,
      ])}
    />
  )
}

const tones: Record<string, Tone> = {
  recorded: 'good',
  screenedOnly: 'good',
  alreadyRecorded: 'plain',
  recordedWithFindings: 'attention',
  held: 'attention',
  waiting: 'attention',
  refused: 'late',
  discarded: 'stopped',
}

function Results({ page, batch }: Part) {
  const { unattached } = page.words
  const isBrokenOff = !batch.finishedAt
  return (
    <Section id="results" title={unattached.results}>
      {isBrokenOff && (
        <form method="post" action={`/keying/${batch.id}/record`}>
          <Language page={page} />
          <p>{unattached.recordingLead}</p>
          <button type="submit">{unattached.record}</button>
        </form>
      )}
      <Table
        caption={unattached.results}
        columns={[
          { head: unattached.number },
          { head: unattached.result },
          { head: unattached.what },
        ]}
        rows={batch.drafts.map((draft) => [
          String(draft.slipNo),
          draft.verdict && (
            <Tag tone={tones[draft.verdict] ?? 'plain'}>{unattached.verdicts[draft.verdict]}</Tag>
          ),
          whatToDo(page, draft),
        ])}
      />
    </Section>
  )
}

function whatToDo({ lang }: Page, { findings }: DraftSlip): string {
  const sentences = findings.map((code) => {
    if (hasFindingText(code)) {
      const { message, whatToDo } = findingText(code, lang)
      return `${message}: ${whatToDo}`
    }
    const { title, whatToDo } = problemText(code, lang)
    return `${title}: ${whatToDo}`
  })
  return sentences.join(' / ')
}
