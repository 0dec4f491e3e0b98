/** One letter that came back: who it was to, what the register says, and what becomes of it. */
import type { OpenReturn } from '../../db/queries/returned/read.ts'
import { dashedPostcode } from '../../domain/postcode.ts'
import { addressAtMost, addressGrounds } from '../../domain/returned-post.ts'
import { shortIdOf } from '../../domain/short-id.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { dayWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { Frame } from './frame.tsx'
import { letterWords, StateTag } from './list-page.tsx'

type Shown = { page: Page; letter: OpenReturn }

export function returnPage(page: Page, letter: OpenReturn, said: string | undefined) {
  const { returned } = page.words
  return (
    <Frame page={page} title={returned.oneTitle}>
      <Said page={page} words={returned.said} said={said} />
      <dl class="facts">
        <dt>{returned.shortId}</dt>
        <dd>
          <code>{shortIdOf(letter.shortId)}</code>
        </dd>
        <dt>{returned.letter}</dt>
        <dd>{letterWords(page, letter)}</dd>
        <dt>{returned.reason}</dt>
        <dd>{returned.reasons[letter.reason]}</dd>
        <dt>{returned.sentOn}</dt>
        <dd>{dayWords(letter.sentOn, page.lang)}</dd>
        <dt>{returned.returnedOn}</dt>
        <dd>{dayWords(letter.returnedOn, page.lang)}</dd>
        <dt>{returned.state}</dt>
        <dd>
          <StateTag page={page} letter={letter} />
        </dd>
        <Person page={page} letter={letter} />
      </dl>
      <Body page={page} letter={letter} />
      <p class="note">{returned.logged}</p>
      <p>
        <a href={href(page, '/returned')}>{returned.toList}</a>{' '}
        {letter.courseId && (
          <a href={href(page, `/courses/${letter.courseId}`)}>{returned.toCourse}</a>
        )}
      </p>
    </Frame>
  )
}

function Person({ page, letter: { person, addresses } }: Shown) {
  const { returned } = page.words
  if (!person) return null
  const { registered, forwarding } = addresses ?? {}
  return (
    <>
      <dt>{returned.who}</dt>
      <dd lang="ja">
        {person.familyName} {person.givenName}（{person.kana}）
      </dd>
      <dt>{returned.registered}</dt>
      <dd>
        {registered ? (
          <>
            <span lang="ja">
              〒{dashedPostcode(registered.postcode)} {registered.address}
            </span>
            <br />
            <span class="note">
              {returned.registeredSince(dayWords(registered.fromOn, page.lang))}
            </span>
          </>
        ) : (
          returned.noAddress
        )}
      </dd>
      {forwarding && (
        <>
          <dt>{returned.forwarding}</dt>
          <dd>
            <span lang="ja">
              〒{dashedPostcode(forwarding.postcode)} {forwarding.address}
            </span>
            <br />
            <span class="note">
              {returned.forwardingBy(
                returned.grounds[forwarding.ground],
                dayWords(forwarding.enteredOn, page.lang),
              )}
            </span>
          </dd>
        </>
      )}
    </>
  )
}

function Body({ page, letter }: Shown) {
  const { returned } = page.words
  if (letter.endedOn) return <p>{returned.over}</p>
  if (letter.isProtected) {
    return (
      <>
        <p class="notice-bar">{returned.protected}</p>
        <Otherwise page={page} letter={letter} />
      </>
    )
  }
  if (!letter.person) return <p>{returned.erased}</p>
  return (
    <>
      <p>{returned.compare}</p>
      <Section id="elsewhere" title={returned.enterTitle}>
        <ElsewhereForm page={page} letter={letter} />
      </Section>
      <Section id="otherwise" title={returned.otherTitle}>
        <Otherwise page={page} letter={letter} />
      </Section>
    </>
  )
}

function ElsewhereForm({ page, letter: { id } }: Shown) {
  const { returned } = page.words
  return (
    <form class="stacked" method="post" action={`/returned/${id}/address`}>
      <Language page={page} />
      <p>{returned.enterLead}</p>
      <div>
        <label for="ground">{returned.ground}</label>
        <select id="ground" name="ground" required>
          <option value="">{returned.choose}</option>
          {addressGrounds.map((ground) => (
            <option value={ground}>{returned.grounds[ground]}</option>
          ))}
        </select>
      </div>
      <div>
        <label for="postcode">{returned.postcode}</label>
        <input
          id="postcode"
          name="postcode"
          class="postcode"
          required
          inputmode="numeric"
          maxlength={10}
          autocomplete="off"
        />
      </div>
      <div>
        <label for="address">{returned.address}</label>
        <input
          id="address"
          name="address"
          size={60}
          required
          maxlength={addressAtMost}
          autocomplete="off"
        />
      </div>
      <div>
        <label for="untilOn">{returned.untilOn}</label>
        <input id="untilOn" name="untilOn" type="date" min={page.clock.today()} />
      </div>
      <button type="submit">{returned.enter}</button>
    </form>
  )
}

function Otherwise({ page, letter }: Shown) {
  const { returned } = page.words
  const presses = [
    !letter.isProtected && ['sameAddressAgain', returned.sameLead, returned.sameAgain],
    !letter.stops && ['noFurther', returned.noFurtherLead, returned.noFurther],
    ['enteredByMistake', returned.mistakeLead, returned.mistake],
  ].filter((press) => press !== false) as [string, string, string][]
  return (
    <div class="presses">
      {presses.map(([as, lead, press]) => (
        <form method="post" action={`/returned/${letter.id}/settle`}>
          <Language page={page} />
          <input type="hidden" name="as" value={as} />
          <p>{lead}</p>
          <button type="submit">{press}</button>
        </form>
      ))}
      {letter.addresses?.forwarding && (
        <form method="post" action={`/returned/${letter.id}/back`}>
          <Language page={page} />
          <button type="submit">{returned.back}</button>
        </form>
      )}
    </div>
  )
}
