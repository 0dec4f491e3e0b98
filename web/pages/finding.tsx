import {
  type Colleague,
  colleaguesOf,
  type FindingInFull,
  listFindings,
  readFinding,
} from '../../db/queries/findings/list.ts'
import { decisionReasons, reportFormOf } from '../../domain/finding-severity.ts'
import { type FindingCode, findingCodes } from '../../domain/findings.ts'
import { findingText } from '../../i18n/findings.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { FindingStateTag, findingName, Said, SeverityTag } from '../components/findings.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

/** One finding: what is known, the decision, whose it is, what has happened. Undefined: not there. */
export async function findingPage(
  page: Page,
  key: { doseId: string; code: string },
  said: string | undefined,
) {
  const { who } = page
  if (who.kind !== 'account' || !/^\d{6}$/.test(who.office)) return undefined
  const finding = await readFinding(page.sql, who.office, key, page.clock.today())
  if (!finding) return undefined
  const words = page.words.findings
  const next = said === undefined ? undefined : await nextAfter(page, who.office, key)
  return (
    <Layout page={page} title={findingName(finding.code, page)}>
      <Said page={page} said={said} />
      {next && (
        <p>
          <a href={href(page, `/findings/${next.doseId}/${next.code}`)} autofocus>
            {words.nextFinding}: {findingName(next.code, page)}
          </a>
        </p>
      )}
      <Facts page={page} finding={finding} />
      {isDecidable(finding) && <DecideForm page={page} finding={finding} isFirst={!next} />}
      <AssignForm
        page={page}
        finding={finding}
        colleagues={await colleaguesOf(page.sql, who.office)}
      />
      <History page={page} finding={finding} />
      <p>
        <a href={href(page, '/findings')}>{words.toList}</a>
      </p>
    </Layout>
  )
}

/** The next one that is due, of those that nobody else has taken. */
async function nextAfter(page: Page, office: string, key: { doseId: string; code: string }) {
  const filter = { states: ['ruleHit'], atMost: 2 } as const
  const found = await listFindings(page.sql, office, filter, page.clock.today())
  return found.find(({ doseId, code }) => doseId !== key.doseId || code !== key.code)
}

function isDecidable({ state }: FindingInFull): boolean {
  return state === 'ruleHit' || state === 'wrong' || state === 'checkedRight'
}

type Part = { page: Page; finding: FindingInFull }

function Facts({ page, finding }: Part) {
  const words = page.words.findings
  const { lang } = page
  const whatToDo = findingCodes.includes(finding.code as FindingCode)
    ? findingText(finding.code, lang).whatToDo
    : ''
  const rows: [string, unknown][] = [
    [words.state, <FindingStateTag page={page} state={finding.state} />],
    [words.severity, <SeverityTag page={page} code={finding.code} />],
    [words.due, dayWords(finding.dueOn, lang)],
    [words.owner, finding.owner ? <code>{finding.owner}</code> : words.nobody],
    [
      words.givenOn,
      `${dayWords(finding.givenOn, lang)} ${words.doseOf(String(finding.doseNumber))}`,
    ],
    [words.recordedOn, dayWords(finding.recordedOn, lang)],
    [
      words.venue,
      finding.venueCode === null ? (
        page.words.course.placesHidden
      ) : (
        <>
          <span lang="ja">{finding.venueName ?? ''}</span> <code>{finding.venueCode}</code>
        </>
      ),
    ],
    [words.product, productName(finding.productCode, lang)],
    [words.lot, <code>{finding.lotNumber}</code>],
  ]
  return (
    <>
      <p class="lead">{whatToDo}</p>
      {finding.isError && (
        <p>
          <Tag tone="late">{words.decisions.error}</Tag>
        </p>
      )}
      {!finding.hits && (
        <p>
          <Tag tone="stopped">{words.hitsNoMore}</Tag>
        </p>
      )}
      <table>
        <tbody>
          {rows.map(([head, cell]) => (
            <tr>
              <th scope="row">{head}</th>
              <td>{cell as string}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <a href={href(page, `/courses/${finding.courseId}`)}>{words.toCourse}</a>
      </p>
    </>
  )
}

function DecideForm({ page, finding, isFirst }: Part & { isFirst: boolean }) {
  const words = page.words.findings
  const form = reportFormOf(finding.code)
  const answers = form ? (['right', 'error', 'wrong'] as const) : (['right', 'wrong'] as const)
  const chosen = answerOf(finding)
  return (
    <Section id="decide" title={words.decideTitle}>
      <p>{words.decideLead}</p>
      {form && <p class="note">{words.errorNote[form]}</p>}
      <form
        class="stacked"
        method="post"
        action={`/findings/${finding.doseId}/${finding.code}/decide`}
      >
        <Language page={page} />
        <input type="hidden" name="revision" value={finding.revision} />
        <fieldset>
          <legend>{words.decideTitle}</legend>
          {answers.map((answer, i) => (
            <label class="choice">
              <input
                type="radio"
                name="answer"
                value={answer}
                required
                checked={chosen === answer}
                autofocus={isFirst && i === 0}
              />{' '}
              {words.decisions[answer]}
            </label>
          ))}
        </fieldset>
        <div>
          <label for="reason">{words.reason}</label>
          <select id="reason" name="reason" required>
            {decisionReasons.map((reason) => (
              <option value={reason} selected={finding.reason === reason}>
                {words.reasons[reason]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit">{words.decide}</button>
      </form>
    </Section>
  )
}

function answerOf({ state, isError }: FindingInFull): string | undefined {
  if (state === 'wrong') return 'wrong'
  if (state === 'checkedRight') return isError ? 'error' : 'right'
  return undefined
}

function AssignForm({ page, finding, colleagues }: Part & { colleagues: Colleague[] }) {
  const words = page.words.findings
  return (
    <Section id="assign" title={words.assignTitle}>
      <form method="post" action={`/findings/${finding.doseId}/${finding.code}/assign`}>
        <Language page={page} />
        <div>
          <label for="ownerId">{words.owner}</label>
          <select id="ownerId" name="ownerId">
            <option value="">{words.nobody}</option>
            {colleagues.map(({ id, login }) => (
              <option value={id} selected={id === finding.ownerId} lang="en">
                {login}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="dueOn">{words.due}</label>
          <input id="dueOn" type="date" name="dueOn" value={finding.dueOn} />
        </div>
        <button type="submit">{words.assign}</button>
      </form>
    </Section>
  )
}

function History({ page, finding }: Part) {
  const words = page.words.findings
  const found = { onDay: finding.foundOn, by: <></>, text: words.fromScan }
  const events = finding.events.map((event) => ({
    onDay: event.onDay,
    by: words.processes[event.by] ?? <code>{event.by}</code>,
    text: [
      words.what[event.what],
      event.what === 'decided' && words.states[event.stateTo],
      event.because && words.reasons[event.because],
    ]
      .filter(Boolean)
      .join(' / '),
  }))
  const all = finding.events.some(({ what }) => what === 'found') ? events : [found, ...events]
  return (
    <Section id="history" title={words.historyTitle}>
      <Table
        caption={words.historyTitle}
        columns={[{ head: words.when }, { head: words.who }, { head: words.whatHappened }]}
        rows={all.map(({ onDay, by, text }) => [dayWords(onDay, page.lang), by, text])}
      />
    </Section>
  )
}
