import { groupOf, isAllowed } from '../../auth/capabilities.ts'
import type { Unresolved } from '../../db/queries/pages/town.ts'
import { Aside } from '../components/basics.tsx'
import { numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { ageWords } from './ages.ts'

const kinds = ['held', 'waiting', 'ticketless'] as const

/** Beside a total: what is in none of its figures, how old that is, and the way to it. */
export function Unattached({ page, unresolved }: { page: Page; unresolved: Unresolved }) {
  const { unattached } = page.words
  const { held, waiting, ticketless, oldest } = unresolved
  const group = groupOf('GET', '/worklist')
  const maySettle = group !== undefined && isAllowed(group, page.who, page.isDemo)
  return (
    <>
      <Aside page={page} held={held} waiting={waiting} />
      {ticketless > 0 && <p class="aside">{unattached.asideMore(numberWords(ticketless))}</p>}
      {kinds.some((kind) => oldest[kind]) && (
        <ul class="note">
          {kinds.map((kind) => {
            const on = oldest[kind]
            return (
              on && (
                <li>
                  {unattached.todos[kind]}: {unattached.oldest(ageWords(page, on))}
                </li>
              )
            )
          })}
        </ul>
      )}
      {maySettle && (
        <p>
          <a href={href(page, '/worklist')}>{unattached.toWorklist}</a>
        </p>
      )}
    </>
  )
}
