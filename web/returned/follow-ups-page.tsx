/** Whom to call: the list names nobody; the next person is opened by one press. */
import {
  type FollowUp,
  type FollowUpCounts,
  type FollowUpList,
  type ShownList,
  shownList,
} from '../../db/queries/returned/follow-ups.ts'
import { Section, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { dayWords, numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { Frame, Tabs, Tally } from './frame.tsx'

type Shown = {
  list: FollowUpList
  show: ShownList
  at: number
  said: string | undefined
  names: Map<string, string>
}

export function followUpsPage(page: Page, { list, show, at, said, names }: Shown) {
  const { phone, none } = page.words.returned
  const { counts } = list
  return (
    <Frame page={page} title={phone.title}>
      <p class="lead">{phone.lead}</p>
      <Said page={page} words={phone.said} said={said} />
      <form method="post" action="/follow-ups/next">
        <Language page={page} />
        <button type="submit">{phone.next}</button>
      </form>
      <Tabs
        page={page}
        label={phone.title}
        tabs={shownList.map((one) => ({
          path: `/follow-ups?show=${one}`,
          words: phone.tab(phone.lists[one], numberWords(countOf(counts, one))),
          isCurrent: one === show,
        }))}
      />
      <p class="note">
        {phone.counts(numberWords(counts.withoutPhone), numberWords(counts.protected))}
      </p>
      {list.items.length === 0 ? (
        <p class="empty">{phone.empty}</p>
      ) : (
        <People page={page} items={list.items} names={names} />
      )}
      {list.hasMore && (
        <p>
          <a href={href(page, `/follow-ups?show=${show}&page=${at + 1}`)}>{phone.nextPage}</a>
        </p>
      )}
      {(['today', 'month'] as const).map((span) => (
        <Section id={span} title={phone[span]}>
          <Tally
            counts={counts.calls[span]}
            words={phone.outcomes}
            none={none}
            times={phone.times}
          />
        </Section>
      ))}
    </Frame>
  )
}

function countOf({ due, mine, open }: FollowUpCounts, show: ShownList): number {
  return { due, mine, all: open }[show]
}

type PeopleProps = { page: Page; items: FollowUp[]; names: Map<string, string> }

function People({ page, items, names }: PeopleProps) {
  const { phone } = page.words.returned
  return (
    <Table
      caption={phone.title}
      columns={[
        { head: phone.open },
        { head: phone.why },
        { head: phone.age },
        { head: phone.since },
        { head: phone.nextTry },
        { head: phone.tries, isNumber: true },
        { head: phone.last },
        { head: phone.number },
        { head: phone.holder },
      ]}
      rows={items.map((one) => [
        <a href={href(page, `/follow-ups/${one.taskId}`)}>
          {phone.open} <code>{one.taskId.slice(0, 8)}</code>
        </a>,
        phone.whys[one.kind],
        phone.ages(one.ageClass),
        dayWords(one.openedOn, page.lang),
        one.nextTryOn ? dayWords(one.nextTryOn, page.lang) : '–',
        numberWords(one.tries),
        one.lastOutcome ? phone.outcomes[one.lastOutcome] : '–',
        one.hasPhone ? phone.hasNumber : phone.noNumber,
        one.holder ? (names.get(one.holder) ?? '–') : phone.free,
      ])}
    />
  )
}
