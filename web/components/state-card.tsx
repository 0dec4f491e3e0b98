import type { StateAnswer } from '../../config/state-answer.ts'
import { numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { refusedTables, rowsOfPeople } from '../state-desk.ts'
import { Tag } from './basics.tsx'

/** The function that asks every table, as whoever calls it. */
const question = 'select table_name, rows from rows_seen()'

/** The card: a question about people, put as the state's database role, and what came back. */
export function AskAsTheState({ page, answer }: { page: Page; answer: StateAnswer | undefined }) {
  const { card, view } = page.words.statistics
  if (!answer) return <p>{view.away}</p>
  const rows = rowsOfPeople(answer)
  const sum = (dose: 'first' | 'second') =>
    numberWords(answer.prefectures.reduce((total, { issued }) => total + issued[dose], 0))
  return (
    <>
      <p>{card.question}</p>
      <ul class="steps">
        <li>
          <Tag tone={rows === 0 ? 'good' : 'attention'}>
            {card.answerPeople(
              numberWords(refusedTables(answer)),
              numberWords(answer.tables.length),
            )}
          </Tag>
        </li>
        <li>
          <Tag tone={rows === 0 ? 'good' : 'attention'}>{card.answerRows(numberWords(rows))}</Tag>
        </li>
        <li>
          <Tag tone={answer.keyTokens === 0 ? 'good' : 'attention'}>
            {card.answerKeys(numberWords(answer.keyTokens))}
          </Tag>
        </li>
      </ul>
      <p>{card.sees(sum('first'), sum('second'))}</p>
      <p class="note">{card.command}</p>
      <pre lang="en">
        <code>{`${answer.role}=> ${question}`}</code>
      </pre>
      <p>
        <a href={href(page, '/state')}>{card.more}</a>
      </p>
    </>
  )
}
