import { z } from 'zod'
import { withPurpose } from '../../db/client.ts'
import { peopleAtOnce, peopleOfLot, residencesOfLot } from '../../db/queries/lots.ts'
import { productCodes } from '../../domain/product.ts'
import { Axis, Section, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

const querySchema = z.object({
  productCode: z.string().max(20),
  lotNumber: z.string().trim().min(1).max(20),
  after: z.guid().optional(),
})
type Lot = { productCode: string; lotNumber: string }

/** The people who were given a lot; undefined for whoever works for no municipality. */
export async function lotPeoplePage(page: Page, query: Record<string, string>) {
  const { who } = page
  if (who.kind !== 'account' || !/^\d{6}$/.test(who.office)) return undefined
  const words = page.words.findings
  const asked = querySchema.safeParse(query).data
  return (
    <Layout page={page} title={words.lotTitle}>
      <LotSearch page={page} asked={asked} />
      {asked && (await Found({ page, office: who.office, asked }))}
      <p>
        <a href={href(page, '/findings')}>{words.toList}</a>
      </p>
    </Layout>
  )
}

export function LotSearch({ page, asked }: { page: Page; asked: Lot | undefined }) {
  const words = page.words.findings
  return (
    <Section id="lot" title={words.lotTitle}>
      <p>{words.lotLead}</p>
      <form method="get" action="/findings/lots">
        <Language page={page} />
        <div>
          <label for="productCode">{words.product}</label>
          <select id="productCode" name="productCode">
            {productCodes.map((code) => (
              <option value={code} selected={code === asked?.productCode}>
                {productName(code, page.lang)}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="lotNumber">{words.lot}</label>
          <input
            id="lotNumber"
            name="lotNumber"
            maxlength={20}
            size={12}
            autocomplete="off"
            required
            value={asked?.lotNumber ?? ''}
          />
        </div>
        <button type="submit">{words.findLot}</button>
      </form>
    </Section>
  )
}

type Asked = { page: Page; office: string; asked: Lot & { after?: string | undefined } }

async function Found({ page, office: municipalityCode, asked }: Asked) {
  const words = page.words.findings
  const today = page.clock.today()
  const { here, elsewhere } = await withPurpose(
    page.sql,
    { municipalityCode, purpose: 'showTown' },
    (tx) => residencesOfLot(tx, asked, today),
  )
  if (here.people + elsewhere.people === 0) return <p>{words.lotNobody}</p>
  const people = await withPurpose(page.sql, { municipalityCode, purpose: 'checkFindings' }, (tx) =>
    peopleOfLot(tx, municipalityCode, asked, asked.after),
  )
  const last = people.at(-1)
  const more = new URLSearchParams({ ...lotOf(asked), ...(last && { after: last.courseId }) })
  return (
    <>
      <Section id="towns" title={words.lotTowns}>
        <Axis page={page} axis="residence" />
        <Table
          caption={words.lotTowns}
          columns={[
            { head: words.town },
            { head: words.people, isNumber: true },
            { head: words.doses, isNumber: true },
          ]}
          rows={[
            [words.lotHere, numberWords(here.people), numberWords(here.doses)],
            [words.lotElsewhere, numberWords(elsewhere.people), numberWords(elsewhere.doses)],
          ]}
        />
        <p class="note">{words.lotElsewhereNote}</p>
      </Section>
      <Section id="people" title={words.lotPeople}>
        {people.length === 0 ? (
          <p>{page.words.none}</p>
        ) : (
          <Table
            caption={words.lotPeople}
            columns={[{ head: words.course }, { head: words.givenOn }, { head: words.dose }]}
            rows={people.map(({ courseId, givenOn, doseNumber }) => [
              <a href={href(page, `/courses/${courseId}`)}>
                <code>{courseId.slice(0, 8)}</code>
              </a>,
              dayWords(givenOn, page.lang),
              words.doseOf(String(doseNumber)),
            ])}
          />
        )}
        {people.length === peopleAtOnce && (
          <p>
            <a href={href(page, `/findings/lots?${more}`)}>{page.words.next}</a>
          </p>
        )}
      </Section>
    </>
  )
}

function lotOf({ productCode, lotNumber }: Lot): Lot {
  return { productCode, lotNumber }
}
