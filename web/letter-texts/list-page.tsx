/** What a town's letters say, kind by kind, and which letters lacked characters. */
import type { LackingOfBatch } from '../../db/queries/letter-lacking.ts'
import type { LetterTextRow } from '../../db/queries/letter-texts.ts'
import { type NoticeKind, noticeKinds } from '../../domain/course.ts'
import { shortIdOf } from '../../domain/short-id.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

type Shown = {
  rows: LetterTextRow[]
  names: Map<string, string>
  lacking: LackingOfBatch[]
  tooLong: NoticeKind[]
}

export function letterTextsPage(page: Page, { rows, names, lacking, tooLong }: Shown) {
  const { letterTexts } = page.words
  return (
    <Layout page={page} title={letterTexts.title}>
      <link rel="stylesheet" href="/assets/letters.css" />
      <p class="lead">{letterTexts.lead}</p>
      <Table
        caption={letterTexts.title}
        columns={[
          { head: letterTexts.kind },
          { head: letterTexts.inUse },
          { head: letterTexts.beingMade },
        ]}
        rows={noticeKinds.map((kind) => {
          const own = rows.filter((row) => row.kind === kind)
          return [
            <a href={href(page, `/letter-texts/${kind}`)}>{letterTexts.kinds[kind]}</a>,
            <>
              <InUse page={page} names={names} row={own.find((row) => row.releasedAt !== null)} />
              {tooLong.includes(kind) && <Tag tone="attention">{letterTexts.fitsNoLonger}</Tag>}
            </>,
            <BeingMade
              page={page}
              names={names}
              row={own.find((row) => row.releasedAt === null)}
            />,
          ]
        })}
      />
      <Section id="lacking" title={letterTexts.lackingTitle}>
        <Lacking page={page} lacking={lacking} />
      </Section>
    </Layout>
  )
}

type RowProps = { page: Page; names: Map<string, string>; row: LetterTextRow | undefined }

function InUse({ page, names, row }: RowProps) {
  const { letterTexts } = page.words
  if (!row?.releasedAt) return <>{letterTexts.standard}</>
  const who = (row.releasedBy && names.get(row.releasedBy)) ?? '–'
  return (
    <>
      {letterTexts.version(numberWords(row.version))}
      <p class="note">
        {letterTexts.since(
          who,
          momentWords(page.clock.campaignAt(row.releasedAt.getTime()), page.lang),
        )}
      </p>
    </>
  )
}

function BeingMade({ page, names, row }: RowProps) {
  const { letterTexts } = page.words
  if (!row) return <>{letterTexts.nothing}</>
  return (
    <>
      <Tag tone="attention">{letterTexts.version(numberWords(row.version))}</Tag>
      <p class="note">
        {letterTexts.made(
          names.get(row.madeBy) ?? '–',
          momentWords(page.clock.campaignAt(row.madeAt.getTime()), page.lang),
        )}
      </p>
    </>
  )
}

const lettersShown = 200

/** The list that a clerk goes by before posting: no name, no address. */
export function Lacking({ page, lacking }: { page: Page; lacking: LackingOfBatch[] }) {
  const { letterTexts } = page.words
  if (lacking.length === 0) return <p>{letterTexts.lackingNone}</p>
  const rows = lacking.flatMap(({ batchOn, lacking: letters }) =>
    letters.map((letter) => [
      dayWords(batchOn, page.lang),
      <code>{shortIdOf(letter.letterId)}</code>,
      letterTexts.lackingFields[letter.field as keyof typeof letterTexts.lackingFields] ?? '–',
      <code>{letter.characters.join(' ')}</code>,
    ]),
  )
  return (
    <>
      <p>{letterTexts.lackingLead}</p>
      <Table
        caption={letterTexts.lackingTitle}
        columns={[
          { head: letterTexts.lackingDay },
          { head: letterTexts.lackingLetter },
          { head: letterTexts.lackingField },
          { head: letterTexts.lackingCharacters },
        ]}
        rows={rows.slice(0, lettersShown)}
      />
    </>
  )
}
