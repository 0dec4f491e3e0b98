import { townOfficer } from '../../auth/caller.ts'
import { readLeftOut } from '../../db/imports/left-out.ts'
import { findImport } from '../../db/queries/imports/read.ts'
import { Table } from '../components/basics.tsx'
import { birthDayWords, numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { ImportFrame } from './frame.tsx'

const shownAtOnce = 100

/** Whom of the register a full file does not name. Undefined for an import that is not the reader's town's. */
export async function missingPage(
  page: Page,
  { importId, from }: { importId: string; from: number },
) {
  const ref = { municipalityCode: townOfficer().office, importId }
  const found = await findImport(page.sql, ref)
  if (!found) return undefined
  const { missing } = page.words.imports
  const { people, listed } = await readLeftOut(page, ref, { from, atMost: shownAtOnce })
  const next = from + shownAtOnce
  const here = `/imports/${importId}/missing`
  return (
    <ImportFrame page={page} title={missing.title} isLive={false}>
      <p>
        <a href={href(page, `/imports/${importId}`)}>{missing.back}</a>
      </p>
      <p class="lead">{missing.lead(numberWords(found.missingFromFile))}</p>
      {found.counts.rejected > 0 && <p>{missing.rejected(numberWords(found.counts.rejected))}</p>}
      {people.length === 0 ? (
        <p>{missing.none}</p>
      ) : (
        <Table
          caption={missing.title}
          columns={[
            { head: missing.number },
            { head: missing.name },
            { head: missing.kana },
            { head: missing.bornOn },
          ]}
          rows={people.map(({ registerNumber, family, given, kana, bornOn }) => [
            registerNumber,
            <span lang="ja">{`${family} ${given}`}</span>,
            <span lang="ja">{kana}</span>,
            birthDayWords(bornOn, page.lang),
          ])}
        />
      )}
      {next < listed && (
        <p>
          <a href={href(page, `${here}?from=${next}`)}>{missing.next}</a>
        </p>
      )}
      {next >= listed && found.missingFromFile > listed && people.length > 0 && (
        <p>{missing.more(numberWords(found.missingFromFile - listed))}</p>
      )}
    </ImportFrame>
  )
}
