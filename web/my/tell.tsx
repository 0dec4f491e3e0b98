import { randomUUID } from 'node:crypto'
import { Section } from '../components/basics.tsx'
import { dayWords } from '../format.ts'
import { type MyPage, myHref } from './frame.tsx'
import type { ShownRecord } from './record.tsx'

/** Longest words that are taken, in characters. */
export const longestWords = { on: 40, place: 200 } as const

/** What the reader can say. A press of a button each; nothing here changes the record. */
export function Tell({ page, shown }: { page: MyPage; shown: ShownRecord }) {
  const { tell } = page.texts
  const { record, formToken } = shown
  const token = <input type="hidden" name="form" value={formToken} />
  // One for each form as it is shown: pressed twice, it is heard once.
  const statementId = () => <input type="hidden" name="statementId" value={randomUUID()} />
  const what = { alreadyVaccinated: tell.already, notMine: tell.notMine }
  return (
    <Section id="tell" title={tell.title}>
      {record.said.length > 0 && (
        <ul class="said-before">
          {record.said.map(({ kind, saidOn }) => (
            <li>{tell.before(dayWords(saidOn, page.lang), what[kind])}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>{tell.already}</summary>
        <p>{tell.alreadyLead}</p>
        <form class="stacked" method="post" action={myHref(page, '/already')}>
          {token}
          {statementId()}
          <div>
            <label for="on">{tell.on}</label>
            <input id="on" name="on" maxlength={longestWords.on} autocomplete="off" />
          </div>
          <div>
            <label for="place">{tell.place}</label>
            <input id="place" name="place" maxlength={longestWords.place} autocomplete="off" />
          </div>
          <button type="submit">{tell.send}</button>
        </form>
      </details>
      <details>
        <summary>{tell.notMine}</summary>
        <p>{tell.notMineLead}</p>
        <form class="stacked" method="post" action={myHref(page, '/not-mine')}>
          {token}
          {statementId()}
          <button type="submit">{tell.notMineSend}</button>
        </form>
      </details>
      <details open={record.refusesLetters}>
        <summary>{tell.letters}</summary>
        {record.refusesLetters ? (
          <p>
            <strong>{tell.stopped}</strong>
          </p>
        ) : (
          <p>{tell.lettersLead}</p>
        )}
        <form class="stacked" method="post" action={myHref(page, '/letters')}>
          {token}
          <button type="submit" name="wish" value={record.refusesLetters ? 'again' : 'stop'}>
            {record.refusesLetters ? tell.again : tell.stop}
          </button>
        </form>
      </details>
    </Section>
  )
}
