/** Somebody to call: who they are, their number, what is missing, and what came of each call. */
import { randomUUID } from 'node:crypto'
import type { FollowUpPerson } from '../../db/queries/returned/read-follow-up.ts'
import { addDays } from '../../domain/calendar.ts'
import {
  callOutcomes,
  groupedPhone,
  nextTryWithinDays,
  phoneSources,
} from '../../domain/follow-up-call.ts'
import { residentEn } from '../../i18n/resident-en.ts'
import { residentJa } from '../../i18n/resident-ja.ts'
import { Section, StageTag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { Said } from '../components/said.tsx'
import { birthDayWords, dayWords } from '../format.ts'
import { nextSentence } from '../my/next-words.ts'
import { href, type Page } from '../page.ts'
import { Frame } from './frame.tsx'

type Colleague = { id: string; login: string }
type Shown = { page: Page; one: FollowUpPerson; colleagues: Colleague[] }

export function callPage(
  page: Page,
  { one, colleagues, said }: Omit<Shown, 'page'> & { said: string | undefined },
) {
  const { phone } = page.words.returned
  const shown = { page, one, colleagues }
  return (
    <Frame page={page} title={phone.oneTitle}>
      <Said page={page} words={phone.said} said={said} />
      <p class="notice-bar">{phone.askFirst}</p>
      <Facts {...shown} />
      <Section id="outcome" title={phone.outcomeTitle}>
        <OutcomeForm {...shown} />
      </Section>
      <Section id="number" title={phone.phoneTitle}>
        <PhoneForm {...shown} />
      </Section>
      <Section id="hand" title={phone.handTitle}>
        <HolderForm {...shown} />
      </Section>
      <Section id="calls" title={phone.calls}>
        <Calls {...shown} />
      </Section>
      <p class="note">{phone.logged}</p>
      <p>
        <a href={href(page, '/follow-ups')}>{page.words.returned.toList}</a>{' '}
        {one.returnId && <a href={href(page, `/returned/${one.returnId}`)}>{phone.toReturn}</a>}{' '}
        {one.course && (
          <a href={href(page, `/courses/${one.course.id}`)}>{page.words.returned.toCourse}</a>
        )}
      </p>
    </Frame>
  )
}

function Facts({ page, one }: Shown) {
  const { returned, desk } = page.words
  const { phone } = returned
  const texts = page.lang === 'en' ? residentEn : residentJa
  return (
    <dl class="facts">
      <dt>{phone.why}</dt>
      <dd>{phone.whyOn(phone.whys[one.kind], dayWords(one.openedOn, page.lang))}</dd>
      <dt>{phone.name}</dt>
      <dd lang="ja">
        {one.person
          ? `${one.person.family} ${one.person.given}（${one.person.kana}）`
          : phone.erased}
      </dd>
      {one.person && (
        <>
          <dt>{phone.bornOn}</dt>
          <dd>{birthDayWords(one.person.bornOn, page.lang)}</dd>
        </>
      )}
      <dt>{phone.phone}</dt>
      <dd>
        {one.phone ? (
          <>
            <a class="phone" href={`tel:${one.phone.number}`}>
              {groupedPhone(one.phone.number)}
            </a>
            <br />
            <span class="note">
              {phone.from(
                phone.sources[one.phone.source],
                dayWords(one.phone.enteredOn, page.lang),
              )}
            </span>
          </>
        ) : (
          phone.noPhone
        )}
      </dd>
      <dt>{phone.missing}</dt>
      <dd>
        {one.course && <StageTag page={page} stage={one.course.stage} />}{' '}
        {nextSentence(texts, page.lang, one.course, page.clock.today())}
      </dd>
      {one.doses.map(({ doseNumber, givenOn, productCode }) => (
        <>
          <dt>{desk.dose(doseNumber)}</dt>
          <dd>
            {dayWords(givenOn, page.lang)} {productName(productCode, page.lang)}
          </dd>
        </>
      ))}
      {one.notices.map(({ kind, round, channel, leftOn }) => (
        <>
          <dt>{desk.notices}</dt>
          <dd>
            {dayWords(leftOn, page.lang)}{' '}
            {desk.notice(page.words.noticeKinds[kind], round, page.words.channels[channel])}
          </dd>
        </>
      ))}
    </dl>
  )
}

function OutcomeForm({ page, one }: Shown) {
  const { phone } = page.words.returned
  const today = page.clock.today()
  return (
    <form class="stacked" method="post" action={`/follow-ups/${one.taskId}/calls`}>
      <Language page={page} />
      <input type="hidden" name="callId" value={randomUUID()} />
      <fieldset class="outcomes" aria-labelledby="outcome">
        {callOutcomes.map((outcome) => (
          <label class="choice" for={`outcome-${outcome}`}>
            <input type="radio" id={`outcome-${outcome}`} name="outcome" value={outcome} required />
            <span>
              {phone.outcomes[outcome]}
              <span class="note"> {phone.follows[outcome]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {one.kind === 'addressReturned' && <p class="note">{phone.followsReturned}</p>}
      <div>
        <label for="nextTryOn">{phone.otherDay}</label>
        <input
          id="nextTryOn"
          name="nextTryOn"
          type="date"
          min={today}
          max={addDays(today, nextTryWithinDays)}
        />
      </div>
      <button type="submit">{phone.keep}</button>
    </form>
  )
}

function PhoneForm({ page, one }: Shown) {
  const { phone, choose } = page.words.returned
  return (
    <form class="stacked" method="post" action={`/follow-ups/${one.taskId}/phone`}>
      <Language page={page} />
      <div>
        <label for="phone">{phone.phone}</label>
        <input id="phone" name="number" type="tel" required maxlength={20} autocomplete="off" />
      </div>
      <div>
        <label for="source">{phone.source}</label>
        <select id="source" name="source" required>
          <option value="">{choose}</option>
          {phoneSources.map((source) => (
            <option value={source}>{phone.sources[source]}</option>
          ))}
        </select>
      </div>
      <button type="submit">{phone.givePhone}</button>
    </form>
  )
}

function HolderForm({ page, one, colleagues }: Shown) {
  const { phone } = page.words.returned
  const holder = colleagues.find(({ id }) => id === one.holder)
  return (
    <form class="stacked" method="post" action={`/follow-ups/${one.taskId}/holder`}>
      <Language page={page} />
      <p>
        {phone.holder}: {holder?.login ?? phone.free}
      </p>
      <div>
        <label for="to">{phone.to}</label>
        <select id="to" name="to">
          <option value="">{phone.toNobody}</option>
          {colleagues.map(({ id, login }) => (
            <option value={id} selected={id === one.holder}>
              {login}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{phone.hand}</button>
    </form>
  )
}

function Calls({ page, one, colleagues }: Shown) {
  const { phone } = page.words.returned
  const nameOf = (id: string) => colleagues.find((one) => one.id === id)?.login ?? id.slice(0, 8)
  if (one.calls.length === 0) return <p>{phone.noCalls}</p>
  return (
    <ul>
      {one.calls.map(({ outcome, calledOn, calledBy, nextTryOn }) => (
        <li>
          {dayWords(calledOn, page.lang)} {phone.outcomes[outcome]} / {phone.by(nameOf(calledBy))}
          {nextTryOn && ` / ${phone.nextWas(dayWords(nextTryOn, page.lang))}`}
        </li>
      ))}
    </ul>
  )
}
