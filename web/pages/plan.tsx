import { lastControlRun } from '../../db/oversight/control-runs.ts'
import {
  type Answered,
  planAnswersOf,
  planInForce,
  publishedPlans,
} from '../../db/oversight/plan.ts'
import { type PlanText, planControls, planText } from '../../db/oversight/plan-text.ts'
import type { Control } from '../../domain/control.ts'
import type { Promised } from '../../domain/plan-document.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { momentWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

type Query = { version?: string; said?: string }
type Run = Awaited<ReturnType<typeof lastControlRun>>
type Shown = { page: Page; plan: PlanText; publishedAt: Date; query: Query }

/** One version of the plan: for everybody to read, for a municipal administrator to answer. */
export async function planPage(page: Page, query: Query) {
  const published = await publishedPlans(page.sql)
  const wanted = query.version ? Number(query.version) : published[0]?.version
  const found = published.find(({ version }) => version === wanted)
  const plan = found && planText(found.version)
  if (!plan || !found) return undefined
  const run = await lastControlRun(page.sql)
  const { title, opening } = plan.documents[page.lang]
  const others = published.filter(({ version }) => version !== plan.version)
  const shown = { page, plan, publishedAt: found.publishedAt, query }
  return (
    <Layout page={page} title={title}>
      <Said {...shown} />
      <Publication {...shown} others={others.map(({ version }) => version)} run={run} />
      {opening.map((text) => (
        <p>
          <Inline text={text} />
        </p>
      ))}
      {await answering(shown)}
      <Contents {...shown} />
      <Sections {...shown} run={run} />
    </Layout>
  )
}

function Said({ page, query }: Shown) {
  const { said } = page.words.oversight
  const text =
    query.said && Object.hasOwn(said, query.said) && said[query.said as keyof typeof said]
  if (!text) return null
  const isRefused = query.said === 'commentMissing' || query.said === 'malformed'
  return (
    <p class={isRefused ? 'error' : 'notice-bar'} role={isRefused ? 'alert' : 'status'}>
      {text}
    </p>
  )
}

function Publication({
  page,
  plan,
  publishedAt,
  others,
  run,
}: Shown & { others: number[]; run: Run }) {
  const { oversight } = page.words
  return (
    <p class="as-of">
      {oversight.version(String(plan.version))}{' '}
      {oversight.publishedAt(momentWords(publishedAt.getTime(), page.lang))}{' '}
      {run && oversight.resultsFrom(momentWords(run.ranAt.getTime(), page.lang))}
      {others.length > 0 && (
        <>
          {' '}
          {oversight.planVersions}:{' '}
          {others.map((version) => (
            <>
              <a href={href(page, `/plan?version=${version}`)}>
                {oversight.version(String(version))}
              </a>{' '}
            </>
          ))}
        </>
      )}
    </p>
  )
}

function Contents({ page, plan }: Shown) {
  return (
    <ul>
      {plan.documents[page.lang].sections.map(({ title }, i) => (
        <li>
          <a href={`#s${i}`}>{title}</a>
        </li>
      ))}
    </ul>
  )
}

function Sections({ page, plan, run }: Shown & { run: Run }) {
  const controls = new Map(planControls().map((control) => [control.id, control]))
  return (
    <>
      {plan.documents[page.lang].sections.map(({ title, body, promises }, i) => (
        <Section id={`s${i}`} title={title}>
          {body.map((text) => (
            <p>
              <Inline text={text} />
            </p>
          ))}
          {promises.map((promise) => (
            <Promise_ page={page} promise={promise} control={controls.get(promise.id)} run={run} />
          ))}
        </Section>
      ))}
    </>
  )
}

function Promise_(props: {
  page: Page
  promise: Promised
  control?: Control | undefined
  run: Run
}) {
  const { page, promise, control, run } = props
  return (
    <article class="promise" id={promise.id}>
      <h3>
        <code>{promise.id}</code> {promise.title}
      </h3>
      {promise.body.map((text) => (
        <p>
          <Inline text={text} />
        </p>
      ))}
      <ul>
        {promise.points.map((text) => (
          <li>
            <Inline text={text} />
          </li>
        ))}
      </ul>
      <p>
        <Standing page={page} id={promise.id} run={run} />
      </p>
      {control && <TestNames page={page} control={control} />}
    </article>
  )
}

function Standing({ page, id, run }: { page: Page; id: string; run: Run }) {
  const { oversight } = page.words
  if (!run) return <Tag tone="plain">{oversight.untested}</Tag>
  if (run.unproven.includes(id)) return <Tag tone="late">{oversight.unproven}</Tag>
  return <Tag tone="good">{oversight.proven}</Tag>
}

function TestNames({ page, control }: { page: Page; control: Control }) {
  const { oversight } = page.words
  return (
    <details>
      <summary>{oversight.testNames}</summary>
      <ul lang="en">
        {control.tests.map(({ file, name }) => (
          <li>
            <code>{file}</code>
            {name ? `: ${name}` : ''}
            {!name && <span lang={page.lang}>: {oversight.wholeFile}</span>}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What the reader's own municipality said, and the form to say more. */
async function answering({ page, plan }: Shown) {
  const { who } = page
  if (who.kind !== 'account' || who.office === 'system') return null
  const answers = await planAnswersOf(page.sql, who.office)
  const inForce = await planInForce(page.sql, who.office)
  const { oversight } = page.words
  const accepted = answers.find(
    ({ version, answer }) => version === inForce && answer === 'accepts',
  )
  return (
    <Section id="standing" title={oversight.standing}>
      <p>
        <code>{who.office}</code>{' '}
        {accepted ? (
          <Tag tone="good">
            {oversight.inForce(
              oversight.version(String(accepted.version)),
              momentWords(accepted.answeredAt.getTime(), page.lang),
            )}
          </Tag>
        ) : (
          <Tag tone="attention">{oversight.notInForce}</Tag>
        )}
      </p>
      {answers.length > 0 && <Answers page={page} answers={answers} />}
      {who.role === 'municipalAdministrator' && <AnswerForm page={page} version={plan.version} />}
    </Section>
  )
}

function Answers({ page, answers }: { page: Page; answers: Answered[] }) {
  const { oversight } = page.words
  return (
    <Table
      caption={oversight.ownAnswers}
      columns={[
        { head: oversight.answerAt },
        { head: oversight.versionHead },
        { head: oversight.answer },
        { head: oversight.townComment },
      ]}
      rows={answers.map(({ version, answer, comment, answeredAt }) => [
        momentWords(answeredAt.getTime(), page.lang),
        oversight.version(String(version)),
        <Tag tone={answer === 'accepts' ? 'good' : 'attention'}>{oversight.answerOf[answer]}</Tag>,
        <span class="said">{comment ?? ''}</span>,
      ])}
    />
  )
}

function AnswerForm({ page, version }: { page: Page; version: number }) {
  const { oversight } = page.words
  return (
    <form class="stacked" method="post" action="/plan/answers">
      <h3>{oversight.answerTitle(oversight.version(String(version)))}</h3>
      <p class="note">{oversight.answerLead}</p>
      <input type="hidden" name="version" value={String(version)} />
      <Language page={page} />
      <fieldset>
        <legend>{oversight.answer}</legend>
        {(['accepts', 'objects'] as const).map((answer) => (
          <label class="choice">
            <input type="radio" name="answer" value={answer} required /> {oversight.answers[answer]}
          </label>
        ))}
      </fieldset>
      <div class="wide">
        <label for="comment">{oversight.comment}</label>
        <textarea id="comment" name="comment" rows={4} maxlength={2000} />
      </div>
      <button type="submit">{oversight.send}</button>
    </form>
  )
}

/** Text with `code` in it. */
function Inline({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, i) => (i % 2 === 1 ? <code lang="en">{part}</code> : part))}</>
  )
}
