/** Letters that came back: the place where envelopes are scanned, and those that are to be settled. */
import type { ReturnedLetter, ReturnList, ShownReturns } from '../../db/queries/returned/read.ts'
import { returnReasons } from '../../domain/returned-post.ts'
import { shortIdOf } from '../../domain/short-id.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { dayWords, numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { Frame, Tabs, Tally } from './frame.tsx'

type Shown = {
  list: ReturnList
  show: ShownReturns
  at: number
  said: string | undefined
  /** Of the pile in hand: chosen once for all envelopes that came back for it. */
  reason: string | undefined
}

export function returnsPage(page: Page, { list, show, at, said, reason }: Shown) {
  const { returned } = page.words
  const { counts } = list
  return (
    <Frame page={page} title={returned.title}>
      <p class="lead">{returned.lead}</p>
      <Said page={page} words={returned.said} said={said} />
      <Section id="scan" title={returned.scanTitle}>
        <ScanForm page={page} reason={reason} />
      </Section>
      <p>{returned.counts(numberWords(counts.open), numberWords(counts.stopped))}</p>
      <Tabs
        page={page}
        label={returned.title}
        tabs={[
          { path: '/returned', words: returned.listOpen, isCurrent: show === 'open' },
          { path: '/returned?show=ended', words: returned.listEnded, isCurrent: show === 'ended' },
        ]}
      />
      {list.items.length === 0 ? (
        <p class="empty">{show === 'open' ? returned.empty : returned.emptyEnded}</p>
      ) : (
        <Letters page={page} items={list.items} show={show} />
      )}
      {list.hasMore && (
        <p>
          <a href={href(page, `/returned?show=${show}&page=${at + 1}`)}>{returned.nextPage}</a>
        </p>
      )}
      <Section id="month" title={returned.month}>
        <Tally
          counts={counts.month}
          words={returned.reasons}
          none={returned.none}
          times={returned.letters}
        />
      </Section>
      <Section id="ended" title={returned.monthEnded}>
        <Tally
          counts={counts.ended}
          words={returned.endings}
          none={returned.none}
          times={returned.letters}
        />
      </Section>
    </Frame>
  )
}

/** A hand scanner types the mark and presses Enter; the reason stays for the next envelope. */
function ScanForm({ page, reason }: { page: Page; reason: string | undefined }) {
  const { returned } = page.words
  return (
    <form class="stacked" method="post" action="/returned">
      <Language page={page} />
      <div>
        <label for="reason">{returned.reason}</label>
        <select id="reason" name="reason" required>
          <option value="">{returned.choose}</option>
          {returnReasons.map((one) => (
            <option value={one} selected={one === reason}>
              {returned.reasons[one]}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label for="mark">{returned.mark}</label>
        <p class="hint" id="mark-hint">
          {returned.markHint}
        </p>
        <input
          id="mark"
          name="mark"
          required
          maxlength={160}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-describedby="mark-hint"
          autofocus={reason !== undefined}
        />
      </div>
      <button type="submit">{returned.take}</button>
    </form>
  )
}

export function letterWords(page: Page, { kind, round }: ReturnedLetter): string {
  const { returned, noticeKinds } = page.words
  if (!kind) return returned.sheet
  return returned.kind(noticeKinds[kind], String(round))
}

export function StateTag({ page, letter }: { page: Page; letter: ReturnedLetter }) {
  const { returned } = page.words
  if (letter.endedBecause) return <Tag tone="good">{returned.endings[letter.endedBecause]}</Tag>
  if (letter.stops) return <Tag tone="stopped">{returned.stopped}</Tag>
  return <Tag tone="attention">{returned.notStopped}</Tag>
}

function Letters(props: { page: Page; items: ReturnedLetter[]; show: ShownReturns }) {
  const { page, items, show } = props
  const { returned } = page.words
  return (
    <Table
      caption={show === 'open' ? returned.listOpen : returned.listEnded}
      columns={[
        { head: returned.shortId },
        { head: returned.state },
        { head: returned.reason },
        { head: returned.letter },
        { head: returned.sentOn },
        { head: returned.returnedOn },
      ]}
      rows={items.map((letter) => [
        <a href={href(page, `/returned/${letter.id}`)}>
          <code>{shortIdOf(letter.shortId)}</code>
        </a>,
        <StateTag page={page} letter={letter} />,
        returned.reasons[letter.reason],
        letterWords(page, letter),
        dayWords(letter.sentOn, page.lang),
        dayWords(letter.returnedOn, page.lang),
      ])}
    />
  )
}
