/** A town's notice settings: what it decides, days on which nothing is sent, paper, and who changed what. */
import type { Ladder } from '../../db/queries/ladder.ts'
import type { UnkeyedPaper } from '../../db/queries/unkeyed-paper.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { ReleaseAsks } from './release-asks.tsx'
import { SettingsForm, timeOf, timesOfDay } from './settings-form.tsx'

export type Shown = {
  ladder: Ladder
  names: Map<string, string>
  mayDecide: boolean
  /** The reader's own account, which agrees to nothing that it asked for. */
  readerId: string
  said: string | undefined
}

export function ladderPage(page: Page, shown: Shown) {
  const { ladder, names, mayDecide, said } = shown
  const { ladder: words } = page.words
  return (
    <Layout page={page} title={words.title}>
      <link rel="stylesheet" href="/assets/ladder.css" />
      <p class="lead">{words.lead}</p>
      <Said page={page} words={words.said} said={said} />
      {!mayDecide && <p class="note">{words.onlyAdministrator}</p>}
      {ladder.settings && (
        <Section id="settings" title={words.settingsTitle}>
          <SettingsForm page={page} settings={ladder.settings} mayDecide={mayDecide} />
        </Section>
      )}
      <ReleaseAsks page={page} {...shown} />
      <QuietDays page={page} ladder={ladder} mayDecide={mayDecide} />
      <Paper page={page} papers={ladder.unkeyedPaper} />
      <Changes page={page} ladder={ladder} names={names} />
    </Layout>
  )
}

function QuietDays(props: { page: Page } & Pick<Shown, 'ladder' | 'mayDecide'>) {
  const { page, ladder, mayDecide } = props
  const { ladder: words } = page.words
  return (
    <Section id="quiet" title={words.quietTitle}>
      <p>{words.quietLead}</p>
      {ladder.quietDays.length === 0 && <p>{words.noQuiet}</p>}
      <ul class="ladder-days">
        {ladder.quietDays.map(({ day, why }) => (
          <li>
            {dayWords(day, page.lang)} <span lang="ja">{why}</span>
            {mayDecide && (
              <form method="post" action={href(page, '/notice-settings/quiet-days/remove')}>
                <Language page={page} />
                <input type="hidden" name="day" value={day} />
                <button type="submit">{words.takeBack}</button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {mayDecide && (
        <form class="stacked" method="post" action={href(page, '/notice-settings/quiet-days')}>
          <Language page={page} />
          <Day name="day" label={words.day} />
          <div>
            <label for="why">{words.why}</label>
            <input id="why" name="why" required maxlength={60} autocomplete="off" />
          </div>
          <button type="submit">{words.declareQuiet}</button>
        </form>
      )}
    </Section>
  )
}

export function Day({ name, label, value }: { name: string; label: string; value?: string }) {
  return (
    <div>
      <label for={name}>{label}</label>
      <input id={name} name={name} type="date" required {...(value && { value })} />
    </div>
  )
}

function Paper({ page, papers }: { page: Page; papers: UnkeyedPaper[] }) {
  const { ladder: words } = page.words
  return (
    <Section id="paper" title={words.paperTitle}>
      <p>{words.paperLead}</p>
      {papers.length === 0 ? (
        <p>{words.noPaper}</p>
      ) : (
        <Table
          caption={words.paperTitle}
          columns={[
            { head: words.venue },
            { head: words.givenFrom },
            { head: words.givenTo },
            { head: words.slips, isNumber: true },
            { head: words.declaredOn },
            { head: words.open },
          ]}
          rows={papers.map((paper) => [
            paper.venueCode ?? words.wholeTown,
            dayWords(paper.givenFrom, page.lang),
            dayWords(paper.givenTo, page.lang),
            paper.slipsAbout === null ? '–' : numberWords(paper.slipsAbout),
            dayWords(paper.declaredOn, page.lang),
            <Standing page={page} paper={paper} />,
          ])}
        />
      )}
      <form class="stacked" method="post" action={href(page, '/notice-settings/paper')}>
        <Language page={page} />
        <div>
          <label for="venueCode">{words.venue}</label>
          <input
            id="venueCode"
            name="venueCode"
            inputmode="numeric"
            pattern="\d{10}"
            autocomplete="off"
          />
        </div>
        <Day name="givenFrom" label={words.givenFrom} />
        <Day name="givenTo" label={words.givenTo} />
        <div>
          <label for="slipsAbout">{words.slips}</label>
          <input id="slipsAbout" name="slipsAbout" inputmode="numeric" autocomplete="off" />
        </div>
        <button type="submit">{words.declare}</button>
      </form>
    </Section>
  )
}

function Standing({ page, paper }: { page: Page; paper: UnkeyedPaper }) {
  const { ladder: words } = page.words
  if (paper.keyedOn !== null) {
    return <Tag tone="good">{words.keyedOn(dayWords(paper.keyedOn, page.lang))}</Tag>
  }
  return (
    <form method="post" action={href(page, `/notice-settings/paper/${paper.id}/keyed`)}>
      <Language page={page} />
      <Tag tone="attention">{words.open}</Tag> <button type="submit">{words.keyed}</button>
    </form>
  )
}

function Changes({ page, ladder, names }: { page: Page } & Pick<Shown, 'ladder' | 'names'>) {
  const { ladder: words } = page.words
  return (
    <Section id="changes" title={words.changesTitle}>
      {ladder.changes.length === 0 ? (
        <p>{words.noChanges}</p>
      ) : (
        <Table
          caption={words.changesTitle}
          columns={[
            { head: words.when },
            { head: words.name },
            { head: words.change },
            { head: words.who },
          ]}
          rows={ladder.changes.map(({ name, before, after, changedBy, changedAt }) => [
            momentWords(page.clock.campaignAt(changedAt.getTime()), page.lang),
            words.names[camel(name)] ?? words.names[name] ?? page.words.ladder.settingsTitle,
            words.fromTo(valueWords(page, name, before), valueWords(page, name, after)),
            names.get(changedBy) ?? words.bySystem,
          ])}
        />
      )}
    </Section>
  )
}

/** A time as a time, a switch as a word. */
function valueWords(page: Page, name: string, value: string | null): string {
  const { on, off } = page.words.ladder
  if (value === null) return '–'
  if (value === 'true' || value === 'false') return value === 'true' ? on : off
  const isTime = timesOfDay.some((time) => time === camel(name))
  return isTime ? timeOf(Number(value)) : value
}

/** A column's name as settings are called elsewhere. */
function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
