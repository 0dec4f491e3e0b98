/** All that is owed to one person by the end of a day. */
import { invitation, lotRecalls, mailBeforeDue } from './courtesies.ts'
import {
  type Asked,
  closedAs,
  type Due,
  dosesAt,
  isComplete,
  relocationNotice,
  reminders,
} from './rule.ts'

export function dueBy(asked: Asked): Due[] {
  const { facts, day } = asked
  const given = dosesAt(facts, Number.POSITIVE_INFINITY)
  const closed = closedAs(facts, given)
  const all = lotRecalls(asked, closed)
  if (!closed && given.length === 0) all.push(...invitation(asked))
  if (!closed && given.length > 0 && !isComplete(given)) {
    all.push(...mailBeforeDue(asked, given))
    all.push(...reminders(asked, given), ...relocationNotice(asked, given))
  }
  return all.filter(({ on }) => on <= day)
}
