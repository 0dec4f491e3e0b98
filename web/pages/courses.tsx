import { z } from 'zod'
import { boundTo } from '../../auth/caller.ts'
import { readAs } from '../../db/orm.ts'
import { courseLines, coursesPerPage } from '../../db/queries/pages/courses.ts'
import { stages } from '../../domain/course.ts'
import { AsOf, StageTag, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { wallNow } from '../deps.ts'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { asOfWords, href, type Page } from '../page.ts'

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const filterSchema = z.object({
  stage: optional(z.enum(stages)),
  municipality: optional(z.string().regex(/^\d{6}$/)),
  after: optional(z.guid()),
})
type Filter = z.output<typeof filterSchema>

export async function coursesPage(page: Page, query: Record<string, string>) {
  const parsed = filterSchema.safeParse(query)
  const { courses } = page.words
  return {
    status: parsed.success ? (200 as const) : (400 as const),
    body: (
      <Layout page={page} title={courses.title}>
        <p class="lead">{courses.lead}</p>
        <FilterForm page={page} filter={parsed.data ?? {}} />
        {parsed.success ? (
          await Lines({ page, filter: parsed.data })
        ) : (
          <p class="error" role="alert">
            {courses.badFilter}
          </p>
        )}
      </Layout>
    ),
  }
}

function FilterForm({ page, filter }: { page: Page; filter: Filter }) {
  const { words } = page
  return (
    <form method="get" action="/courses">
      <Language page={page} />
      <div>
        <label for="stage">{words.courses.stage}</label>
        <select id="stage" name="stage">
          <option value="">{words.courses.all}</option>
          {stages.map((stage) => (
            <option value={stage} selected={filter.stage === stage}>
              {words.stages[stage]}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label for="municipality">{words.courses.municipality}</label>
        <input
          id="municipality"
          name="municipality"
          inputmode="numeric"
          autocomplete="off"
          maxlength={6}
          size={8}
          value={filter.municipality ?? ''}
        />
      </div>
      <button type="submit">{words.courses.filter}</button>
    </form>
  )
}

async function Lines({ page, filter }: { page: Page; filter: Filter }) {
  const { words } = page
  const readAtMs = wallNow()
  const { stage, after } = filter
  const municipality = boundTo() ?? filter.municipality
  const found = await readAs(
    page.orm,
    { municipalityCode: municipality ?? '', purpose: 'showCourse' },
    (tx) =>
      courseLines(tx, {
        ...(stage && { stage }),
        ...(municipality && { municipalityCode: municipality }),
        ...(after && { after }),
      }),
  )
  const lines = found.slice(0, coursesPerPage)
  const last = lines.at(-1)
  return (
    <>
      <AsOf when={asOfWords(page, readAtMs)} />
      {lines.length === 0 ? (
        <p>{words.courses.none}</p>
      ) : (
        <Table
          caption={words.courses.title}
          columns={[
            { head: words.courses.course },
            { head: words.courses.stage },
            { head: words.courses.doses, isNumber: true },
            { head: words.courses.nextStep },
            { head: words.courses.municipality },
          ]}
          rows={lines.map((line) => [
            <a href={href(page, `/courses/${line.id}`)}>
              <code>{line.id.slice(0, 8)}</code>
            </a>,
            <StageTag page={page} stage={line.stage} />,
            numberWords(line.dosesGiven),
            line.steps[0] ? dayWords(line.steps[0].on, page.lang) : '',
            <a href={href(page, `/towns/${line.municipalityCode}`)}>
              <code>{line.municipalityCode}</code>
            </a>,
          ])}
        />
      )}
      <p>
        {after && <a href={pageHref(page, { ...filter, after: undefined })}>{words.first}</a>}{' '}
        {last && found.length > coursesPerPage && (
          <a href={pageHref(page, { ...filter, after: last.id })}>{words.next}</a>
        )}
      </p>
    </>
  )
}

function pageHref(page: Page, filter: { [Key in keyof Filter]: Filter[Key] | undefined }): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value)
  const text = query.toString()
  return href(page, text ? `/courses?${text}` : '/courses')
}
