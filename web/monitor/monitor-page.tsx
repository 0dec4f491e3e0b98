/** What is owed and what left, as the watch saw it: for a town its own, for an operator all in counts. */
import type {
  DayLine,
  EffectLine,
  LastRun,
  OpenAlarm,
  TownAlarms,
} from '../../db/queries/monitor/pages.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type AlarmKindWord, monitorEn, monitorJa } from '../../i18n/monitor-words.ts'
import { AsOf, Figure, Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { dayWords, momentWords, numberWords, shareWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { type DayBar, DayChart, ShareChart } from './charts.tsx'

export type MonitorShown = {
  /** Undefined for whoever runs the system. */
  town?: { code: string; alarms: OpenAlarm[]; alarmMail: string | undefined; mayChange: boolean }
  towns: TownAlarms[]
  from: PlainDate
  lines: DayLine[]
  effects: EffectLine[]
  run: LastRun | undefined
  said: string | undefined
}

export function monitorPage(page: Page, shown: MonitorShown) {
  const { monitor } = page.words
  return (
    <Layout page={page} title={monitor.title}>
      <link rel="stylesheet" href="/assets/monitor.css" />
      <p class="lead">{monitor.lead}</p>
      <Said page={page} words={monitor.said} said={shown.said} />
      <Standing page={page} shown={shown} />
      {shown.town ? (
        <Alarms page={page} alarms={shown.town.alarms} />
      ) : (
        <Towns page={page} towns={shown.towns} />
      )}
      {shown.run && <Days page={page} shown={shown} run={shown.run} />}
      {shown.run && <Reasons page={page} shown={shown} run={shown.run} />}
      <Effect page={page} lines={shown.effects} run={shown.run} />
      {shown.town && <Mailbox page={page} {...shown.town} />}
    </Layout>
  )
}

/** First of all whether it looks at all: a watch that sleeps raises no alarm. */
function Standing({ page, shown: { run, town, towns } }: { page: Page; shown: MonitorShown }) {
  const { monitor } = page.words
  const open = town ? town.alarms.length : towns.reduce((sum, { count }) => sum + count, 0)
  const isLate = !run || run.day < addDays(page.clock.today(), -2)
  return (
    <Section id="standing" title={monitor.standing}>
      <p class="sum">
        <Tag tone={isLate ? 'late' : open > 0 ? 'late' : 'good'}>
          {!run
            ? monitor.neverRan
            : open > 0
              ? monitor.someAlarms(numberWords(open))
              : monitor.noAlarms}
        </Tag>
      </p>
      {run && (
        <AsOf
          when={monitor.ranFor(
            dayWords(run.day, page.lang),
            momentWords(page.clock.campaignAt(run.endedAt.getTime()), page.lang),
            numberWords(run.courses),
          )}
        />
      )}
      {run && isLate && (
        <p>
          <Tag tone="late">{monitor.isLate}</Tag>
        </p>
      )}
      {run?.mailsKnownBy === 'sender' && (
        <p class="note">
          {monitor.bySender} {!town && <JournalCure page={page} />}
        </p>
      )}
    </Section>
  )
}

/** For whoever can set it. */
function JournalCure({ page }: { page: Page }) {
  const { bySenderCure } = page.words.monitor
  return (
    <>
      <code>SESSHU_MAIL_JOURNAL</code> {bySenderCure}
    </>
  )
}

const wordsIn = ({ lang }: Page) => (lang === 'en' ? monitorEn : monitorJa)

function kindWords(page: Page, kind: string) {
  return wordsIn(page).kinds[kind as AlarmKindWord] ?? { name: kind, whatToDo: '' }
}

function Alarms({ page, alarms }: { page: Page; alarms: OpenAlarm[] }) {
  const { monitor } = page.words
  if (alarms.length === 0) {
    return (
      <Section id="alarms" title={monitor.alarmsTitle}>
        <p>{monitor.alarmsNone}</p>
      </Section>
    )
  }
  return (
    <Section id="alarms" title={monitor.alarmsTitle}>
      <Table
        caption={monitor.alarmsTitle}
        columns={[
          { head: monitor.what },
          { head: monitor.raisedOn },
          { head: monitor.who },
          { head: monitor.whatToDo },
          { head: monitor.settle },
        ]}
        rows={alarms.map((alarm) => {
          const { name, whatToDo } = kindWords(page, alarm.kind)
          const detail = alarm.detail && wordsIn(page).details[alarm.detail]
          return [
            <>
              <Tag tone="late">{name}</Tag>
              {detail && <p class="note">{detail}</p>}
            </>,
            dayWords(alarm.raisedOn, page.lang),
            alarm.courseId ? (
              <a href={href(page, `/courses/${alarm.courseId}`)}>{monitor.open}</a>
            ) : (
              monitor.nobody
            ),
            whatToDo,
            <form
              class="inline"
              method="post"
              action={href(page, `/monitor/alarms/${alarm.id}/settle`)}
            >
              <Language page={page} />
              <button type="submit" aria-label={monitor.settleLabel(name)}>
                {monitor.settle}
              </button>
            </form>,
          ]
        })}
      />
    </Section>
  )
}

function Towns({ page, towns }: { page: Page; towns: TownAlarms[] }) {
  const { monitor } = page.words
  return (
    <Section id="alarms" title={monitor.townsTitle}>
      {towns.length === 0 ? (
        <p>{monitor.alarmsNone}</p>
      ) : (
        <Table
          caption={monitor.townsTitle}
          columns={[
            { head: monitor.town },
            { head: monitor.what },
            { head: monitor.count, isNumber: true },
            { head: monitor.whatToDo },
          ]}
          rows={towns.map(({ town, name, kind, count }) => [
            name ? (
              <span lang="ja">
                {name} <code>{town}</code>
              </span>
            ) : (
              monitor.system
            ),
            <Tag tone="late">{kindWords(page, kind).name}</Tag>,
            numberWords(count),
            kindWords(page, kind).whatToDo,
          ])}
        />
      )}
    </Section>
  )
}

type DaysProps = { page: Page; shown: MonitorShown; run: LastRun }

function barsOf(lines: DayLine[]): DayBar[] {
  const bars = new Map<PlainDate, DayBar>()
  for (const { day, what, count } of lines) {
    const bar = bars.get(day) ?? { day, mail: 0, letter: 0, missed: 0, waiting: 0 }
    if (what === 'left.mail') bar.mail += count
    if (what === 'left.letter') bar.letter += count
    if (what === 'missed') bar.missed += count
    if (what === 'waiting') bar.waiting += count
    bars.set(day, bar)
  }
  return [...bars.values()].filter((bar) => bar.mail + bar.letter + bar.missed + bar.waiting > 0)
}

function Days({ page, shown: { from, lines }, run }: DaysProps) {
  const { monitor } = page.words
  const bars = barsOf(lines)
  const words = {
    mail: monitor.byMail,
    letter: monitor.byLetter,
    missed: monitor.missed,
    waiting: monitor.waiting,
  }
  return (
    <Section id="days" title={monitor.dayTitle}>
      <p>{monitor.dayLead}</p>
      <DayChart label={monitor.dayTitle} from={from} to={run.day} bars={bars} words={words} />
      <details>
        <summary>{monitor.table}</summary>
        <Table
          caption={monitor.dayTitle}
          columns={[
            { head: monitor.day },
            ...[
              monitor.owed,
              monitor.byMail,
              monitor.byLetter,
              monitor.waiting,
              monitor.missed,
            ].map((head) => ({ head, isNumber: true })),
          ]}
          rows={bars.map(({ day, mail, letter, waiting, missed }) => [
            dayWords(day, page.lang),
            ...[mail + letter + waiting + missed, mail, letter, waiting, missed].map(numberWords),
          ])}
        />
      </details>
    </Section>
  )
}

function Reasons({ page, shown: { lines }, run }: DaysProps) {
  const { monitor } = page.words
  const today = lines.filter(({ day }) => day === run.day)
  const figure = (name: string) => today.find(({ what }) => what === name)?.count ?? 0
  const rows = today.flatMap(({ what, count }) => {
    const [state, reason] = what.split('.')
    if (state !== 'held' && state !== 'suppressed') return []
    return [[monitor.reasons[reason!] ?? reason!, monitor[state], numberWords(count)]]
  })
  return (
    <Section id="reasons" title={monitor.reasonsTitle}>
      <p>{monitor.reasonsLead}</p>
      <dl class="figures">
        <Figure label={monitor.byHandOpen} value={numberWords(figure('byHandOpen'))} />
        <Figure label={monitor.cameBack} value={numberWords(figure('cameBack'))} />
        <Figure
          label={monitor.waitsForAddress}
          value={numberWords(figure('held.addressReturned'))}
        />
      </dl>
      {rows.length > 0 && (
        <Table
          caption={monitor.reasonsTitle}
          columns={[
            { head: monitor.reason },
            { head: monitor.state },
            { head: monitor.count, isNumber: true },
          ]}
          rows={rows}
        />
      )}
    </Section>
  )
}

function Effect({
  page,
  lines,
  run,
}: {
  page: Page
  lines: EffectLine[]
  run: LastRun | undefined
}) {
  const { monitor } = page.words
  const first = lines.filter(({ round }) => round === 1)
  const [sent, hadIt] = [
    first.reduce((sum, line) => sum + line.sent, 0),
    first.reduce((sum, line) => sum + line.hadIt, 0),
  ]
  const nameOf = ({ round, channel }: EffectLine) =>
    `${monitor.round(round)} / ${monitor.channel[channel]}`
  const shareOf = ({ came, watched }: EffectLine) =>
    watched === 0 ? monitor.notYet : shareWords(came, watched)
  return (
    <Section id="effect" title={monitor.effectTitle}>
      <p>{monitor.effectLead}</p>
      {run && <AsOf when={page.words.asOf(dayWords(run.day, page.lang))} />}
      {lines.length === 0 ? (
        <p>{monitor.notYet}</p>
      ) : (
        <>
          <ShareChart
            label={monitor.effectLabel}
            bars={lines.map((line) => ({
              label: nameOf(line),
              part: line.came,
              of: line.watched,
              words: shareOf(line),
            }))}
          />
          <Table
            caption={monitor.effectTitle}
            columns={[
              { head: monitor.what },
              ...[monitor.sent, monitor.watched, monitor.came, monitor.share, monitor.hadIt].map(
                (head) => ({ head, isNumber: true }),
              ),
            ]}
            rows={lines.map((line) => [
              nameOf(line),
              ...[line.sent, line.watched, line.came].map(numberWords),
              shareOf(line),
              numberWords(line.hadIt),
            ])}
          />
          {sent > 0 && (
            <p>
              {monitor.hadItLead(numberWords(hadIt), numberWords(sent), shareWords(hadIt, sent))}
            </p>
          )}
        </>
      )}
    </Section>
  )
}

function Mailbox(props: { page: Page; alarmMail: string | undefined; mayChange: boolean }) {
  const { page, alarmMail, mayChange } = props
  const { monitor } = page.words
  return (
    <Section id="mailbox" title={monitor.mailTitle}>
      <p>{monitor.mailLead}</p>
      {alarmMail ? (
        <p>
          <code>{alarmMail}</code>
        </p>
      ) : (
        <p>
          <Tag tone="attention">{monitor.mailNone}</Tag>
        </p>
      )}
      {mayChange && (
        <form class="stacked" method="post" action={href(page, '/monitor/mail')}>
          <Language page={page} />
          <div>
            <label for="mail">{monitor.mailLabel}</label>
            <input
              id="mail"
              name="mail"
              type="email"
              size={40}
              autocomplete="off"
              value={alarmMail ?? ''}
            />
          </div>
          <button type="submit">{monitor.save}</button>
        </form>
      )}
    </Section>
  )
}
