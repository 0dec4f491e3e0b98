/** Ten letters of an evening, opened for whoever lets it leave; each one a row of the ledger. */
import type { SampleLetter } from '../../db/people/sample-letters.ts'
import type { BatchRow } from '../../db/queries/batches/batch.ts'
import { dashedPostcode } from '../../domain/postcode.ts'
import { Section, Table } from '../components/basics.tsx'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { batchPath, kindWords } from './words.ts'

type Shown = { batch: BatchRow; letters: SampleLetter[]; leftOut: number }

export function samplePage(page: Page, { batch, letters, leftOut }: Shown) {
  const { batches } = page.words
  return (
    <Layout page={page} title={batches.samplePageTitle}>
      <link rel="stylesheet" href="/assets/batches.css" />
      <p>
        <a href={href(page, batchPath(batch))}>
          {batches.oneTitle(dayWords(batch.batchOn, page.lang))}
        </a>
      </p>
      <p>{batches.sampleLead(numberWords(letters.length))}</p>
      <Section id="letters" title={batches.sampleLetters}>
        <Table
          caption={batches.samplePageTitle}
          columns={[
            { head: batches.recipient },
            { head: batches.address },
            { head: batches.notice },
            { head: batches.course },
          ]}
          rows={letters.map((letter) => [
            nameOf(page, letter),
            addressOf(page, letter),
            page.words.noticeName(kindWords(page, letter.kind), letter.round),
            <a
              href={href(page, `/courses/${letter.courseId}`)}
              aria-label={batches.openCourseOf(nameIn(letter))}
            >
              {batches.openCourse}
            </a>,
          ])}
        />
        {leftOut > 0 && <p class="note">{batches.leftOut(numberWords(leftOut))}</p>}
      </Section>
    </Layout>
  )
}

function nameOf({ words }: Page, { person }: SampleLetter) {
  if (!person) return words.batches.gone
  return (
    <span lang="ja">
      {person.family} {person.given}
      <span class="note batch-kana">{person.kana}</span>
    </span>
  )
}

function nameIn({ person }: SampleLetter): string {
  return person ? `${person.family} ${person.given}` : ''
}

function addressOf({ words }: Page, { person }: SampleLetter) {
  if (!person) return '–'
  const { postcode, address } = person
  if (!address) return words.batches.noAddress
  return <span lang="ja">{`〒${dashedPostcode(postcode ?? '')} ${address}`}</span>
}
