import { townClerk } from '../../auth/staff.ts'
import { type BatchRow, listBatches } from '../../db/queries/keying/batches.ts'
import { slipsMax } from '../../domain/keying.ts'
import { products } from '../../domain/product.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords, momentWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { Desk, Problem, Select } from './frame.tsx'

/** What was typed into the form of a new pile, as it was typed. */
export type TypedHeader = Record<
  | 'venueCode'
  | 'givenOn'
  | 'givenOnAgain'
  | 'productCode'
  | 'lotNumber'
  | 'slipsExpected'
  | 'sumExpected',
  string
>

/** Piles of the reader's municipality, and a form for a new one; with a fault, what was typed stays. */
export async function keyingPage(page: Page, typed?: TypedHeader, fault?: string) {
  const { unattached } = page.words
  const batches = await listBatches(page.sql, townClerk().office)
  return (
    <Desk page={page} title={unattached.keyingTitle}>
      <p class="lead">{unattached.keyingLead}</p>
      {fault && <Problem page={page} code={fault} />}
      <Section id="new" title={unattached.newBatch}>
        <HeaderForm page={page} typed={typed} />
      </Section>
      <Section id="batches" title={unattached.batches}>
        <Batches page={page} batches={batches} />
      </Section>
    </Desk>
  )
}

function HeaderForm({ page, typed }: { page: Page; typed: TypedHeader | undefined }) {
  const { unattached } = page.words
  const day = (name: 'givenOn' | 'givenOnAgain', label: string) => (
    <div>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        inputmode="numeric"
        placeholder="20210609"
        autocomplete="off"
        required
        maxlength={20}
        value={typed?.[name] ?? ''}
      />
    </div>
  )
  return (
    <form class="stacked keying" method="post" action="/keying">
      <Language page={page} />
      <div>
        <label for="venueCode">{page.words.town.venueCode}</label>
        <input
          id="venueCode"
          name="venueCode"
          inputmode="numeric"
          autocomplete="off"
          required
          maxlength={10}
          pattern="[0-9]{10}"
          autofocus
          value={typed?.venueCode ?? ''}
        />
      </div>
      {day('givenOn', unattached.day)}
      {day('givenOnAgain', unattached.dayAgain)}
      <Select
        id="productCode"
        name="productCode"
        label={unattached.product}
        choose={unattached.choose}
        selected={typed?.productCode}
        options={products.map(({ code }) => [code, productName(code, page.lang)])}
      />
      <div>
        <label for="lotNumber">{unattached.lot}</label>
        <input
          id="lotNumber"
          name="lotNumber"
          autocomplete="off"
          required
          maxlength={20}
          value={typed?.lotNumber ?? ''}
        />
      </div>
      <div>
        <label for="slipsExpected">{unattached.slipsExpected}</label>
        <input
          id="slipsExpected"
          name="slipsExpected"
          type="number"
          min={1}
          max={slipsMax}
          required
          value={typed?.slipsExpected ?? ''}
        />
      </div>
      <div>
        <label for="sumExpected">{unattached.sumExpected}</label>
        <input
          id="sumExpected"
          name="sumExpected"
          inputmode="numeric"
          autocomplete="off"
          maxlength={20}
          value={typed?.sumExpected ?? ''}
        />
      </div>
      <button type="submit">{unattached.begin}</button>
    </form>
  )
}

function Batches({ page, batches }: { page: Page; batches: BatchRow[] }) {
  const { unattached } = page.words
  if (batches.length === 0) return <p>{unattached.noBatches}</p>
  return (
    <Table
      caption={unattached.batches}
      columns={[
        { head: unattached.batch },
        { head: unattached.given },
        { head: unattached.slips, isNumber: true },
        { head: unattached.result },
      ]}
      rows={batches.map((batch) => [
        <a class="work" href={href(page, `/keying/${batch.id}`)}>
          {batch.finishedAt ? unattached.see : unattached.goOn} <code>{batch.id.slice(0, 8)}</code>
        </a>,
        <>
          {dayWords(batch.givenOn, page.lang)} {productName(batch.productCode, page.lang)}{' '}
          <span lang="ja">{batch.venueName}</span>
        </>,
        unattached.keyedOf(String(batch.slips), String(batch.slipsExpected)),
        <>
          <Tag tone={batch.finishedAt ? 'good' : 'busy'}>
            {batch.finishedAt ? unattached.finished : unattached.unfinished}
          </Tag>{' '}
          {momentWords(
            page.clock.campaignAt((batch.finishedAt ?? batch.begunAt).getTime()),
            page.lang,
          )}
        </>,
      ])}
    />
  )
}
