import { type PartStatus, readStatus } from '../../config/system-status.ts'
import { readAs } from '../../db/orm.ts'
import { type LiveCounts, liveCounts } from '../../db/queries/pages/overview.ts'
import { Aside, AsOf, Figure, Live, Section } from '../components/basics.tsx'
import { Cards } from '../components/cards.tsx'
import { PartTag } from '../components/parts.tsx'
import { type JudgeReport, judgeReport } from '../demo.ts'
import { wallNow } from '../deps.ts'
import { numberWords } from '../format.ts'
import { Layout, menuOf } from '../layout.tsx'
import { asOfWords, href, type Page } from '../page.ts'
import type { Remember } from '../remember.ts'
import { Become } from './sign-in.tsx'

export async function startPage(page: Page, remember: Remember) {
  const { words } = page
  const today = page.clock.today()
  const scope = { municipalityCode: '', purpose: 'showTown' } as const
  const { value: counts, readAtMs } = await remember(`counts ${today}`, () =>
    readAs(page.orm, scope, (tx) => liveCounts(tx, today)),
  )
  const report = page.isDemo ? await judgeReport(page) : undefined
  const when = asOfWords(page, readAtMs)
  return (
    <Layout page={page} title={words.start.title} isLive>
      <p class="lead">{words.start.lead}</p>
      <Live id="parts">
        <Parts page={page} />
      </Live>
      <Live id="counts">
        <Counts page={page} counts={counts} when={when} />
      </Live>
      {page.isDemo && <Become page={page} next={href(page, '/')} />}
      {page.isDemo && (await Cards({ page }))}
      <Live id="verdict">
        <Verdict page={page} counts={counts} report={report} when={when} />
      </Live>
      <Section id="pages" title={words.start.pagesTitle}>
        <Links page={page} />
      </Section>
    </Layout>
  )
}

function Parts({ page }: { page: Page }) {
  const { words } = page
  const status = readStatus(page.dataDir)
  const temporal = status?.parts.find((part) => part.name === 'temporal')
  const isAllReady = status?.parts.every((part) => part.state === 'ready')
  return (
    <Section id="state" title={words.start.partsTitle}>
      {temporal && temporal.state !== 'ready' && (
        <p class="notice-bar">{temporalWords(page, temporal)}</p>
      )}
      {!status && <p>{words.start.partsUnknown}</p>}
      {isAllReady && <p>{words.start.allReady}</p>}
      <ul class="parts">
        {status?.parts.map((part) => (
          <li>
            {words.partNames[part.name] ?? part.name} <PartTag page={page} state={part.state} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function temporalWords({ words }: Page, { state, since }: PartStatus): string {
  const isComing = state === 'waiting' || state === 'preparing' || state === 'starting'
  if (!isComing) return words.start.temporalAway
  const minutes = Math.floor((wallNow() - Date.parse(since)) / 60_000)
  return words.start.temporalBuilding(Math.max(0, minutes))
}

function Counts({ page, counts, when }: { page: Page; counts: LiveCounts; when: string }) {
  const { words } = page
  return (
    <Section id="counts-now" title={words.start.countsTitle}>
      <AsOf when={when} />
      <dl class="figures">
        <Figure label={words.start.firstDoses} value={numberWords(counts.firstDoses)} />
        <Figure label={words.start.secondDoses} value={numberWords(counts.secondDoses)} />
        <Figure label={words.start.overdue} value={numberWords(counts.overdue)} />
      </dl>
      <Aside page={page} held={counts.held} waiting={counts.waiting} />
      <p class="axis">
        {words.axis.label}: {words.axis.all}
      </p>
    </Section>
  )
}

type VerdictParts = {
  page: Page
  counts: LiveCounts
  report: JudgeReport | undefined
  when: string
}

function Verdict({ page, counts, report, when }: VerdictParts) {
  const { start } = page.words
  return (
    <Section id="how-it-did" title={start.verdictTitle}>
      {report ? (
        <Judged page={page} report={report} />
      ) : (
        <>
          <p>{start.verdictLive}</p>
          <AsOf when={when} />
          <dl class="figures">
            <Figure label={start.sent} value={numberWords(counts.left)} />
            <Figure label={start.stopped} value={numberWords(counts.suppressed)} />
            <Figure label={start.held} value={numberWords(counts.heldNotices)} />
            <Figure label={`${start.wrong} / ${start.missed}`} value="–" notes={start.notJudged} />
          </dl>
        </>
      )}
      <p>
        <strong>{start.stopTemporal}</strong>
      </p>
    </Section>
  )
}

function Judged({ page, report }: { page: Page; report: JudgeReport }) {
  const { start } = page.words
  const wrong = Object.values(report.wrongNotices).reduce((sum, n) => sum + n, 0)
  return (
    <>
      <p>{start.verdictJudged}</p>
      <dl class="figures">
        <Figure label={start.owed} value={numberWords(report.owed)} />
        <Figure label={start.sent} value={numberWords(report.noticesSent)} />
        <Figure label={start.wrong} value={numberWords(wrong)} />
        <Figure label={start.missed} value={numberWords(report.missedNotices)} />
      </dl>
    </>
  )
}

function Links({ page }: { page: Page }) {
  const { start } = page.words
  return (
    <ul>
      {menuOf(page).map(([path, label]) => (
        <li>
          <a href={href(page, path)}>{label}</a>
        </li>
      ))}
      {page.temporalUiUrl && (
        <li>
          <a href={`${page.temporalUiUrl}/namespaces/${page.temporalNamespace}/workflows`}>
            {start.temporalUi}
          </a>
        </li>
      )}
      <li>
        <a href="/api/v1/openapi.json">{start.api}</a>
      </li>
      <li>
        <a href="/health">{start.health}</a>
      </li>
    </ul>
  )
}
