import type { Child } from 'hono/jsx'
import type { TownStanding } from '../../db/oversight/figures.ts'
import { planControls } from '../../db/oversight/plan-text.ts'
import { type AuthorityData, readAuthority } from '../authority-data.ts'
import { AsOf, Figure, Live, Section, Table, Tag } from '../components/basics.tsx'
import { Incidents } from '../components/incidents.tsx'
import { LedgerSection } from '../components/ledger-standing.tsx'
import { wallNow } from '../deps.ts'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'
import type { Remember } from '../remember.ts'
import { Uses } from './reviews.tsx'

type Part = { page: Page; data: AuthorityData }

/** Whether the promises are kept, without trusting whoever runs the system. Nobody's row is here. */
export async function authorityPage(page: Page, remember: Remember) {
  const { oversight } = page.words
  const { value: data, readAtMs } = await remember('authority', () =>
    readAuthority(page.sql, page.oversight ?? {}, wallNow()),
  )
  const part = { page, data }
  return (
    <Layout page={page} title={oversight.authorityTitle} isLive>
      <p class="lead">{oversight.authorityLead}</p>
      <Live id="authority">
        <AsOf when={page.words.asOf(momentWords(readAtMs, page.lang))} />
        <Alerts {...part} />
        <Section id="emergency" title={oversight.emergencyTitle}>
          {data.uses.length === 0 ? (
            <p>{page.words.none}</p>
          ) : (
            <Uses page={page} uses={data.uses} />
          )}
        </Section>
        <Section id="incidents" title={oversight.incidentsTitle}>
          <Incidents page={page} incidents={data.incidents} today={data.today} />
        </Section>
        <Towns {...part} />
        <LedgerSection {...part} />
        <Controls {...part} />
        <Keys {...part} />
        <Roles {...part} />
      </Live>
    </Layout>
  )
}

function Alerts({ page, data }: Part) {
  const { oversight } = page.words
  return (
    <Section id="alerts" title={oversight.alertsTitle}>
      {data.alerts.length === 0 ? (
        <p>
          <Tag tone="good">{page.words.none}</Tag>
        </p>
      ) : (
        <Table
          caption={oversight.alertsTitle}
          columns={[
            { head: oversight.alertKind },
            { head: oversight.office },
            { head: oversight.alertDay },
            { head: oversight.alertAbout },
            { head: oversight.raisedAt },
          ]}
          rows={data.alerts.map((alert) => [
            <Tag tone="late">{oversight.alertKinds[alert.kind]}</Tag>,
            <Office page={page} office={alert.office} />,
            dayWords(alert.onDay, page.lang),
            <code>{alert.aboutId.slice(0, 8)}</code>,
            momentWords(alert.raisedAt.getTime(), page.lang),
          ])}
        />
      )}
      {data.readers.length > 0 && <Readers page={page} data={data} />}
    </Section>
  )
}

function Readers({ page, data }: Part) {
  const { oversight, staff } = page.words
  const number = (head: string) => ({ head, isNumber: true })
  return (
    <Table
      caption={oversight.readersTitle}
      columns={[
        { head: oversight.alertAbout },
        { head: oversight.role },
        { head: oversight.office },
        number(oversight.reads),
        number(oversight.peopleRead),
      ]}
      rows={data.readers.map(({ actor, role, office, reads, people }) => [
        <code>{actor.slice(0, 8)}</code>,
        staff.roles[role as keyof typeof staff.roles] ?? role,
        <Office page={page} office={office} />,
        numberWords(reads),
        numberWords(people),
      ])}
    />
  )
}

function Office({ page, office }: { page: Page; office: string }) {
  return office === 'system' ? <span>{page.words.oversight.system}</span> : <code>{office}</code>
}

function Towns({ page, data }: Part) {
  const { oversight } = page.words
  return (
    <Section id="towns" title={oversight.townsTitle}>
      <Table
        caption={oversight.townsTitle}
        columns={[
          { head: oversight.town },
          { head: oversight.townInForce },
          { head: oversight.townAnswer },
          { head: oversight.townComment },
          { head: oversight.residents, isNumber: true },
        ]}
        rows={data.towns.map((town) => townRow(page, town))}
      />
      <p class="note">{oversight.townsRest(numberWords(data.townsInAll - data.towns.length))}</p>
    </Section>
  )
}

function townRow(page: Page, town: TownStanding): Child[] {
  const { oversight } = page.words
  const { inForce, lastAnswer } = town
  return [
    <>
      <code>{town.code}</code> <span lang="ja">{town.name}</span>
    </>,
    inForce === null ? (
      <Tag tone={town.residents > 0 ? 'late' : 'attention'}>{oversight.noneInForce}</Tag>
    ) : (
      <Tag tone="good">{oversight.version(String(inForce))}</Tag>
    ),
    lastAnswer === null ? (
      <Tag tone="plain">{oversight.noAnswer}</Tag>
    ) : (
      <>
        <Tag tone={lastAnswer === 'accepts' ? 'good' : 'attention'}>
          {oversight.answerOf[lastAnswer]}
        </Tag>{' '}
        {momentWords(town.answeredAt!.getTime(), page.lang)}
      </>
    ),
    <span class="said">{town.comment ?? ''}</span>,
    numberWords(town.residents),
  ]
}

function Controls({ page, data }: Part) {
  const { oversight } = page.words
  const { run } = data
  const words = new Map(planControls().map(({ id, words }) => [id, words[page.lang].promise]))
  const all = planControls().length
  return (
    <>
      <Section id="controls" title={oversight.controlsTitle}>
        {run ? (
          <>
            <p>{oversight.controlsProven(numberWords(run.proven), numberWords(all))}</p>
            <p class="as-of">
              {oversight.resultsFrom(momentWords(run.ranAt.getTime(), page.lang))}{' '}
              {run.commit && <code>{run.commit.slice(0, 12)}</code>}
            </p>
            {run.unproven.length > 0 && (
              <ul>
                {run.unproven.map((id) => (
                  <li>
                    <Tag tone="late">{oversight.unproven}</Tag> <code>{id}</code> {words.get(id)}
                  </li>
                ))}
              </ul>
            )}
          </>
        ) : (
          <p>{oversight.controlsNone}</p>
        )}
      </Section>
      <Drills page={page} data={data} />
    </>
  )
}

function Drills({ page, data }: Part) {
  const { oversight } = page.words
  const done = new Map(data.drills.map((drill) => [drill.controlId, drill]))
  return (
    <Section id="drills" title={oversight.drillsTitle}>
      <Table
        caption={oversight.drillsTitle}
        columns={[
          { head: oversight.drill },
          { head: oversight.drillLast },
          { head: oversight.drillWell },
        ]}
        rows={planControls()
          .filter(({ isDrill }) => isDrill)
          .map(({ id, words }) => {
            const { lastRanAt = null, lastWellAt = null } = done.get(id) ?? {}
            const isWell = lastRanAt !== null && lastRanAt.getTime() === lastWellAt?.getTime()
            return [
              <>
                <code>{id}</code> {words[page.lang].promise}
              </>,
              lastRanAt ? momentWords(lastRanAt.getTime(), page.lang) : oversight.drillNever,
              lastRanAt ? (
                <>
                  <Tag tone={isWell ? 'good' : 'late'}>
                    {isWell ? oversight.drillOk : oversight.drillFailed}
                  </Tag>{' '}
                  {lastWellAt && momentWords(lastWellAt.getTime(), page.lang)}
                </>
              ) : (
                <Tag tone="attention">{oversight.drillNever}</Tag>
              ),
            ]
          })}
      />
    </Section>
  )
}

function Keys({ page, data }: Part) {
  const { oversight } = page.words
  const versions = data.keys?.versions ?? {}
  const codes = [
    ...new Set([
      ...Object.keys(versions),
      ...data.keyCounts.map((count) => count.municipalityCode),
    ]),
  ].sort()
  return (
    <Section id="keys" title={oversight.keysTitle}>
      <p>
        {data.keys
          ? oversight.keyStore(oversight.keyStores[data.keys.store] ?? data.keys.store)
          : oversight.keydAway}
      </p>
      {codes.length > 0 && (
        <Table
          caption={oversight.keysTitle}
          columns={[
            { head: oversight.town },
            { head: oversight.keyVersions },
            { head: oversight.keyResidents },
          ]}
          rows={codes.map((code) => [
            <code>{code}</code>,
            (versions[code] ?? []).map(String).join(', ') || '–',
            data.keyCounts
              .filter(({ municipalityCode }) => municipalityCode === code)
              .map((count) =>
                oversight.keyCount(String(count.keyVersion), numberWords(count.residents)),
              )
              .join(' / ') || '–',
          ])}
        />
      )}
    </Section>
  )
}

function Roles({ page, data }: Part) {
  const { oversight, staff } = page.words
  const roles = Object.keys(staff.roles) as (keyof typeof staff.roles)[]
  return (
    <Section id="roles" title={oversight.rolesTitle}>
      <dl class="figures">
        {roles.map((role) => {
          const held = data.roles.filter((one) => one.role === role)
          const accounts = held.reduce((sum, one) => sum + one.accounts, 0)
          return (
            <Figure
              label={staff.roles[role]}
              value={numberWords(accounts)}
              notes={`${oversight.offices}: ${numberWords(held.length)}`}
            />
          )
        })}
      </dl>
    </Section>
  )
}
