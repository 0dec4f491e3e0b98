import type {
  AskedLink,
  Links,
  LookAlikes,
  ShownLink,
  ShownRow,
} from '../../db/queries/links/list.ts'
import { linkReasons, unlinkReasons } from '../../domain/links.ts'
import { hasProblemText } from '../../i18n/problems.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language, ProblemBox } from '../components/form-parts.tsx'
import { dayWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

export type LinksShown = Links & {
  office: string
  readerId: string
  mayAgree: boolean
  /** Login names of the office, by account. */
  names: Map<string, string>
  said: string | undefined
  /** From a task: two rows that look alike, or that it is settled. */
  alike: LookAlikes | 'gone' | undefined
}

/** What was asked for, what is linked, and the form that asks. */
export function linksPage(page: Page, shown: LinksShown) {
  const { links: words } = page.words
  return (
    <Layout page={page} title={words.title}>
      <link rel="stylesheet" href="/assets/links.css" />
      <Said page={page} said={shown.said} />
      <p class="lead">{words.lead}</p>
      {shown.alike && <Alike page={page} shown={shown} />}
      <Section id="asked" title={words.asked}>
        {shown.asked.length === 0 ? (
          <p>{words.noneAsked}</p>
        ) : (
          <AskedTable page={page} shown={shown} />
        )}
      </Section>
      <Section id="linked" title={words.links}>
        {shown.links.length === 0 ? (
          <p>{words.noLinks}</p>
        ) : (
          <LinkTable page={page} shown={shown} />
        )}
      </Section>
      {(!shown.alike || shown.alike === 'gone') && (
        <Section id="ask" title={words.askTitle}>
          <p>{words.askLead}</p>
          <AskForm page={page} shown={shown} />
        </Section>
      )}
    </Layout>
  )
}

type Part = { page: Page; shown: LinksShown }

function Said({ page, said }: { page: Page; said: string | undefined }) {
  if (said === undefined) return null
  const words = page.words.links.said
  if (Object.hasOwn(words, said)) {
    return (
      <p class="notice-bar" role="status">
        {words[said]}
      </p>
    )
  }
  return hasProblemText(said) ? <ProblemBox page={page} code={said} /> : null
}

function Alike({ page, shown }: Part) {
  const { links: words } = page.words
  const { alike, office } = shown
  if (alike === undefined) return null
  return (
    <Section id="alike" title={words.alikeTitle}>
      {alike === 'gone' ? (
        <p>{words.alikeGone}</p>
      ) : (
        <>
          <p>{words.alikeLead}</p>
          <div class="pair">
            <RowCard page={page} title={words.former} row={alikeRow(alike.former, office)} />
            <RowCard page={page} title={words.now} row={alikeRow(alike.now, office)} />
          </div>
          <AskForm page={page} shown={shown} given={alike} />
        </>
      )}
      <p>
        <a href={href(page, '/worklist?todo=tasks')}>{words.toWorklist}</a>
      </p>
    </Section>
  )
}

function alikeRow(row: LookAlikes['now'], office: string): ShownRow {
  const { registerNumber, family, given, kana, bornOn } = row
  const isOpen = family !== undefined && given !== undefined && kana !== undefined && bornOn
  return {
    ...{ municipalityCode: office, townName: '', registerNumber },
    ...(isOpen && { person: { family, given, kana, bornOn } }),
  }
}

function RowCard({ page, title, row }: { page: Page; title: string; row: ShownRow }) {
  return (
    <div class="card">
      <h3>{title}</h3>
      <Row page={page} row={row} />
    </div>
  )
}

/** Of another town's row nothing but the town is known here. */
function Row({ page, row }: { page: Page; row: ShownRow }) {
  const { links: words } = page.words
  const { person, registerNumber, townName } = row
  if (!registerNumber) {
    return (
      <>
        {townName}
        <p class="note">{words.anotherTown}</p>
      </>
    )
  }
  return (
    <>
      {person && (
        <p>
          {person.family} {person.given}
          <span class="note"> {person.kana}</span>
        </p>
      )}
      {person && (
        <p>
          {words.born} {dayWords(person.bornOn, page.lang)}
        </p>
      )}
      <p class="note">
        {words.number} <code>{registerNumber}</code>
      </p>
    </>
  )
}

function AskedTable({ page, shown }: Part) {
  const { links: words } = page.words
  return (
    <Table
      caption={words.asked}
      columns={[
        { head: words.what },
        { head: words.former },
        { head: words.now },
        { head: words.since },
        { head: words.reason },
        { head: words.state },
      ]}
      rows={shown.asked.map((asked) => [
        words.askedTo[asked.approval.kind as 'linkPeople' | 'unlinkPeople'],
        <Row page={page} row={asked.former} />,
        <Row page={page} row={asked.now} />,
        <Since page={page} {...asked} />,
        reasonWords(page, asked.approval.reasonCode),
        <Answer page={page} shown={shown} asked={asked} />,
      ])}
    />
  )
}

function Since(props: { page: Page } & Pick<ShownLink, 'sinceOn' | 'namesAgree'>) {
  const { page, sinceOn, namesAgree } = props
  const { links: words } = page.words
  return (
    <>
      {dayWords(sinceOn, page.lang)}
      <p class="note">{namesAgree ? words.agree : words.differ}</p>
    </>
  )
}

function reasonWords({ words: { links } }: Page, code: string): string {
  return { ...links.reasons, ...links.unlinkReasons }[code as 'certificate'] ?? code
}

function Answer({ page, shown, asked }: Part & { asked: AskedLink }) {
  const { links: words } = page.words
  const { id, askedBy, approvedBy } = asked.approval
  const press = (what: 'agree' | 'carry-out', label: string) => (
    <form method="post" action={href(page, `/links/${id}/${what}`)}>
      <Language page={page} />
      <button type="submit">{label}</button>
    </form>
  )
  if (approvedBy) {
    return (
      <>
        <p>{words.agreedBy(nameOf(shown, approvedBy))}</p>
        {press('carry-out', words.carryOut)}
      </>
    )
  }
  if (askedBy === shown.readerId) return <Tag tone="busy">{words.waitsForOther}</Tag>
  if (!shown.mayAgree) return <Tag tone="busy">{words.waitsForAdministrator}</Tag>
  return press('agree', words.approve)
}

function nameOf({ names }: LinksShown, accountId: string): string {
  return names.get(accountId) ?? accountId.slice(0, 8)
}

function LinkTable({ page, shown }: Part) {
  const { links: words } = page.words
  return (
    <Table
      caption={words.links}
      columns={[
        { head: words.former },
        { head: words.now },
        { head: words.since },
        { head: words.reason },
        { head: words.who },
        { head: words.state },
      ]}
      rows={shown.links.map((link) => [
        <Row page={page} row={link.former} />,
        <Row page={page} row={link.now} />,
        <Since page={page} {...link} />,
        reasonWords(page, link.reason),
        <>
          {nameOf(shown, link.askedBy)} / {nameOf(shown, link.approvedBy)}
          <p class="note">{dayWords(link.linkedOn, page.lang)}</p>
        </>,
        <Undo page={page} link={link} />,
      ])}
    />
  )
}

function Undo({ page, link }: { page: Page; link: ShownLink }) {
  const { links: words } = page.words
  const { id, undone } = link
  if (undone) {
    return (
      <>
        <Tag tone="stopped">{words.undoneOn(dayWords(undone.on, page.lang))}</Tag>
        <p class="note">{reasonWords(page, undone.reason)}</p>
      </>
    )
  }
  return (
    <form method="post" action={href(page, `/links/${id}/unlink`)}>
      <Language page={page} />
      <Tag tone="good">{words.standing}</Tag>
      <Reasons page={page} id={`reason-${id}`} codes={unlinkReasons} words={words.unlinkReasons} />
      <button type="submit">{words.undo}</button>
    </form>
  )
}

function Reasons<Code extends string>(props: {
  page: Page
  id: string
  codes: readonly Code[]
  words: Record<Code, string>
}) {
  const { page, id, codes, words } = props
  return (
    <div>
      <label for={id}>{page.words.links.reason}</label>
      <select id={id} name="reason" required>
        <option value="">{page.words.links.choose}</option>
        {codes.map((code) => (
          <option value={code}>{words[code]}</option>
        ))}
      </select>
    </div>
  )
}

function AskForm({ page, shown, given }: Part & { given?: LookAlikes }) {
  const { links: words } = page.words
  const field = (name: 'nowNumber' | 'formerNumber', value?: string) => (
    <div>
      <label for={name}>{words[name]}</label>
      <input id={name} name={name} value={value ?? ''} required maxlength={40} autocomplete="off" />
    </div>
  )
  const town = (name: 'nowTown' | 'formerTown') => (
    <div>
      <label for={name}>{words[name]}</label>
      <input
        id={name}
        name={name}
        value={shown.office}
        required
        inputmode="numeric"
        pattern="[0-9]{6}"
        maxlength={6}
      />
    </div>
  )
  return (
    <form class="stacked" method="post" action={href(page, '/links')}>
      <Language page={page} />
      {town('formerTown')}
      {field('formerNumber', given?.former.registerNumber)}
      {town('nowTown')}
      {field('nowNumber', given?.now.registerNumber)}
      <div>
        <label for="since">{words.sinceField}</label>
        <input id="since" type="date" name="since" value={given?.since ?? ''} required />
      </div>
      <Reasons page={page} id="reason" codes={linkReasons} words={words.reasons} />
      <button type="submit">{words.ask}</button>
    </form>
  )
}
