import type { Child } from 'hono/jsx'
import { readAtDesk } from '../../db/desk/record.ts'
import { Section } from '../components/basics.tsx'
import { BirthDate, Language } from '../components/form-parts.tsx'
import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'
import { DeskPerson } from './desk-person.tsx'

const why = ['nobody', 'tooMany', 'malformed'] as const

/** Two questions, each of which finds one person or nobody. What was typed is not shown again. */
export function deskPage(page: Page, { said }: { said?: string }) {
  const { desk } = page.words
  const refused = why.find((one) => one === said)
  return (
    <DeskFrame page={page} title={desk.title}>
      <p class="lead">{desk.lead}</p>
      {refused && (
        <div class="error" role="alert">
          <p>{desk[refused]}</p>
        </div>
      )}
      <Section id="by-letter" title={desk.byLetter}>
        <form class="stacked" method="post" action="/desk">
          <Language page={page} />
          <div>
            <label for="letter">{desk.letter}</label>
            <p class="hint" id="letter-hint">
              {desk.letterHint}
            </p>
            <input
              id="letter"
              name="letter"
              required
              maxlength={80}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              aria-describedby="letter-hint"
            />
          </div>
          <button type="submit">{desk.find}</button>
        </form>
      </Section>
      <Section id="by-ticket" title={desk.byTicket}>
        <form class="stacked" method="post" action="/desk">
          <Language page={page} />
          <div>
            <label for="ticketNumber">{desk.ticketNumber}</label>
            <input
              id="ticketNumber"
              name="ticketNumber"
              required
              inputmode="numeric"
              maxlength={20}
              autocomplete="off"
            />
          </div>
          <BirthDate page={page} legend={desk.bornOn} />
          <button type="submit">{desk.find}</button>
        </form>
      </Section>
      <p class="note">{desk.logged}</p>
    </DeskFrame>
  )
}

/** Undefined for nobody, and for whoever must look like nobody. The view is a look. */
export async function deskPersonPage(page: Page, residentId: string, { said }: { said?: string }) {
  const { who } = page
  if (who.kind !== 'account') return undefined
  const row = { municipalityCode: who.office, residentId }
  const record = await readAtDesk(page, row, page.clock.today())
  return record && <DeskPerson page={page} record={record} said={said} />
}

/** The frame, with the few lines of style that the desk has of its own. */
export function DeskFrame(props: { page: Page; title: string; children: Child }) {
  return (
    <Layout page={props.page} title={props.title}>
      <link rel="stylesheet" href="/assets/desk.css" />
      <div class="desk">{props.children}</div>
    </Layout>
  )
}
