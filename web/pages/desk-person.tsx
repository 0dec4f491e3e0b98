import { randomUUID } from 'node:crypto'
import type { DeskRecord, DeskStatement } from '../../db/desk/record.ts'
import { residentEn } from '../../i18n/resident-en.ts'
import { residentJa } from '../../i18n/resident-ja.ts'
import { Section, StageTag, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { Said } from '../components/said.tsx'
import { dayWords } from '../format.ts'
import { ToldForm } from '../ladder/told-form.tsx'
import { nextSentence } from '../my/next-words.ts'
import { href, type Page } from '../page.ts'
import { DeskFrame } from './desk.tsx'

type Shown = { page: Page; record: DeskRecord }

/** What the caller may be told, in the words of the letters' page; then what they say. */
export function DeskPerson({ page, record, said }: Shown & { said: string | undefined }) {
  const { desk } = page.words
  const { course } = record
  const texts = page.lang === 'en' ? residentEn : residentJa
  return (
    <DeskFrame page={page} title={desk.personTitle}>
      <Said page={page} words={desk.said} said={said} />
      <p class="note">{desk.askFirst}</p>
      <dl class="facts">
        <dt>{desk.who}</dt>
        <dd lang="ja">
          {record.name
            ? `${record.name.family} ${record.name.given}（${record.name.kana}）`
            : page.words.unknown}
        </dd>
        <dt>{desk.next}</dt>
        <dd>
          {course && <StageTag page={page} stage={course.stage} />}{' '}
          {nextSentence(texts, page.lang, course, page.clock.today())}
        </dd>
      </dl>
      <Hold page={page} record={record} />
      <Doses page={page} record={record} />
      <Notices page={page} record={record} />
      <Heard page={page} record={record} />
      <Section id="say" title={desk.say}>
        <Forms page={page} record={record} />
      </Section>
      <ToldForm page={page} residentId={record.residentId} />
      <p class="note">{desk.logged}</p>
      <p>
        {course && <a href={href(page, `/courses/${course.id}`)}>{desk.toCourse}</a>}{' '}
        <a href={href(page, '/desk')}>{desk.another}</a>
      </p>
    </DeskFrame>
  )
}

function Hold({ page, record: { course } }: Shown) {
  const until = course?.remindersWaitUntil
  if (!until || until <= page.clock.today()) return null
  return (
    <p>
      <Tag tone="busy">{page.words.desk.hold(dayWords(until, page.lang))}</Tag>
    </p>
  )
}

function Doses({ page, record: { doses } }: Shown) {
  const { desk } = page.words
  return (
    <Section id="doses" title={desk.doses}>
      {doses.length === 0 ? (
        <p>{desk.noDoses}</p>
      ) : (
        <dl class="facts">
          {doses.map(({ doseNumber, givenOn, productCode }) => (
            <>
              <dt>{desk.dose(doseNumber)}</dt>
              <dd>
                {dayWords(givenOn, page.lang)} {productName(productCode, page.lang)}
              </dd>
            </>
          ))}
        </dl>
      )}
    </Section>
  )
}

function Notices({ page, record: { notices } }: Shown) {
  const { desk, noticeKinds, channels } = page.words
  return (
    <Section id="notices" title={desk.notices}>
      {notices.length === 0 ? (
        <p>{desk.noNotices}</p>
      ) : (
        <ul>
          {notices.map(({ kind, round, channel, leftOn }) => (
            <li>
              {dayWords(leftOn, page.lang)}{' '}
              {desk.notice(noticeKinds[kind], round, channels[channel])}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Heard({ page, record }: Shown) {
  const { desk } = page.words
  const { statements } = record
  return (
    <Section id="heard" title={desk.heard}>
      {statements.length === 0 ? (
        <p>{desk.heardNothing}</p>
      ) : (
        <ul>
          {statements.map((statement) => (
            <li>
              {dayWords(statement.saidOn, page.lang)} {desk.kinds[statement.kind]} /{' '}
              {desk.vias[statement.via]} / {standing(page, statement)}
              {isOpen(statement) && <Settle page={page} record={record} statement={statement} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function isOpen({ kind, outcome }: DeskStatement): boolean {
  return kind !== 'declines' && outcome === null
}

function Settle({ page, record, statement }: Shown & { statement: DeskStatement }) {
  const { settle } = page.words.desk
  const outcomes =
    statement.kind === 'notMine'
      ? (['lookedInto'] as const)
      : (['doseRecorded', 'notFound'] as const)
  return (
    <form method="post" action={`/desk/people/${record.residentId}/settle`}>
      <Language page={page} />
      <input type="hidden" name="statement" value={statement.id} />
      {outcomes.map((outcome) => (
        <>
          <button type="submit" name="outcome" value={outcome}>
            {settle[outcome]}
          </button>{' '}
        </>
      ))}
    </form>
  )
}

function standing({ words: { desk }, lang }: Page, statement: DeskStatement): string {
  if (statement.endedOn) return desk.takenBack(dayWords(statement.endedOn, lang))
  if (statement.kind === 'declines') return desk.kept
  return statement.outcome ? desk.done : desk.open
}

function Forms({ page, record }: Shown) {
  const { desk } = page.words
  const path = `/desk/people/${record.residentId}`
  const isDeclined = record.course?.closedBecause === 'declined'
  const form = (kind: string) => ({
    class: 'stacked',
    method: 'post' as const,
    action: kind === 'reopen' ? `${path}/reopen` : `${path}/statements`,
  })
  return (
    <>
      <details>
        <summary>{desk.saysVaccinated}</summary>
        <p>{desk.saysVaccinatedLead}</p>
        <form {...form('alreadyVaccinated')}>
          <Language page={page} />
          <Kind of="alreadyVaccinated" />
          {(['on', 'place'] as const).map((name) => (
            <div>
              <label for={name}>{name === 'on' ? desk.when : desk.where}</label>
              <input
                id={name}
                name={name}
                maxlength={name === 'on' ? 40 : 200}
                autocomplete="off"
              />
            </div>
          ))}
          <button type="submit">{desk.keepVaccinated}</button>
        </form>
      </details>
      <details open={isDeclined}>
        <summary>{desk.declines}</summary>
        <p>{isDeclined ? desk.reopenLead : desk.declinesLead}</p>
        <form {...form(isDeclined ? 'reopen' : 'declines')}>
          <Language page={page} />
          {!isDeclined && <Kind of="declines" />}
          <button type="submit">{isDeclined ? desk.reopen : desk.keepDeclines}</button>
        </form>
      </details>
      <details>
        <summary>{desk.notMine}</summary>
        <p>{desk.notMineLead}</p>
        <form {...form('notMine')}>
          <Language page={page} />
          <Kind of="notMine" />
          <button type="submit">{desk.keepNotMine}</button>
        </form>
      </details>
    </>
  )
}

/** What is said, with an id of its own each time it is shown: pressed twice, it is kept once. */
function Kind({ of: kind }: { of: DeskStatement['kind'] }) {
  return (
    <>
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="statementId" value={randomUUID()} />
    </>
  )
}
