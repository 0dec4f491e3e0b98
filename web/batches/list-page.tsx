/** The evenings of a town, newest first; for a printing house, what it has in hand. */
import type { BatchRow } from '../../db/queries/batches/batch.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Said } from '../components/said.tsx'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { batchPath, batchTones, stateWords } from './words.ts'

type Shown = { list: BatchRow[]; names: ReadonlyMap<string, string>; said: string | undefined }

export function batchesPage(page: Page, { list, names, said }: Shown) {
  const { batches } = page.words
  return (
    <Layout page={page} title={batches.title}>
      <link rel="stylesheet" href="/assets/batches.css" />
      <p class="lead">{batches.lead}</p>
      <Said page={page} words={batches.said} said={said} />
      <Section id="list" title={batches.listTitle}>
        {list.length === 0 ? <p>{batches.none}</p> : <List page={page} list={list} names={names} />}
      </Section>
    </Layout>
  )
}

function List({ page, list, names }: { page: Page } & Pick<Shown, 'list' | 'names'>) {
  const { batches } = page.words
  const { who } = page
  // A town's own people know whose evenings these are.
  const isOfMany = who.kind !== 'account' || who.office === 'system'
  const townOf = ({ municipalityCode: code }: BatchRow) => (
    <span lang="ja">{names.get(code) ?? code}</span>
  )
  return (
    <Table
      caption={batches.listTitle}
      columns={[
        { head: batches.day },
        { head: batches.state },
        { head: batches.letters, isNumber: true },
        ...(isOfMany ? [{ head: batches.town }] : []),
        { head: batches.referenceOn },
      ]}
      rows={list.map((batch) => [
        <a href={href(page, batchPath(batch))}>{dayWords(batch.batchOn, page.lang)}</a>,
        <Tag tone={batchTones[batch.state]}>{stateWords(page, batch)}</Tag>,
        numberWords(batch.sealedAt ? batch.letters : (batch.proposedLetters ?? 0)),
        ...(isOfMany ? [townOf(batch)] : []),
        batch.referenceOn ? dayWords(batch.referenceOn, page.lang) : '–',
      ])}
    />
  )
}
