import { townOfficer } from '../../auth/caller.ts'
import { type CameBack, type MailCount, readMailPage } from '../../db/queries/pages/mail.ts'
import { Section, Table } from '../components/basics.tsx'
import { dayWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

/** A town's mail addresses in numbers, and its mails that came back. Nobody is named. */
export async function mailPage(page: Page, said: string | undefined) {
  const { mailOffice: words } = page.words
  const { counts, cameBack } = await readMailPage(page.sql, townOfficer().office)
  const sentence = said && Object.hasOwn(words.said, said) ? words.said[said] : undefined
  return (
    <Layout page={page} title={words.title}>
      <link rel="stylesheet" href="/assets/office.css" />
      {sentence && (
        <p class="notice-bar" role="status">
          {sentence}
        </p>
      )}
      <p class="lead">{words.lead}</p>
      <Section id="addresses" title={words.addresses}>
        {counts.length === 0 ? <p>{words.noAddresses}</p> : <Counts page={page} counts={counts} />}
      </Section>
      <Section id="bounces" title={words.bounces}>
        <p>{words.bouncesLead}</p>
        <form
          class="stacked"
          method="post"
          action={href(page, '/mail/bounces')}
          enctype="multipart/form-data"
        >
          <div>
            <label for="report">{words.file}</label>
            <input id="report" name="report" type="file" accept=".eml,message/rfc822" required />
          </div>
          <button type="submit">{words.take}</button>
        </form>
        {cameBack.length === 0 ? (
          <p>{words.noBounces}</p>
        ) : (
          <CameBackTable page={page} cameBack={cameBack} />
        )}
      </Section>
    </Layout>
  )
}

function Counts({ page, counts }: { page: Page; counts: MailCount[] }) {
  const { mailOffice: words } = page.words
  return (
    <Table
      caption={words.addresses}
      columns={[{ head: words.state }, { head: words.people, isNumber: true }]}
      rows={counts.map(({ state, because, people }) => [
        because ? `${words.states[state]}: ${words.because[because]}` : words.states[state],
        numberWords(people),
      ])}
    />
  )
}

/** By the subject of the code (RFC 3463): its second number. */
function statusWords(page: Page, status: string): string {
  const { subjects, otherSubject } = page.words.mailOffice
  return subjects[status.split('.')[1] ?? ''] ?? otherSubject
}

function CameBackTable({ page, cameBack }: { page: Page; cameBack: CameBack[] }) {
  const { mailOffice: words } = page.words
  return (
    <Table
      caption={words.bounces}
      columns={[{ head: words.day }, { head: words.outcome }, { head: words.status }]}
      rows={cameBack.map(({ receivedOn, status, outcome }) => [
        dayWords(receivedOn, page.lang),
        words.outcomes[outcome ?? 'waiting'],
        <>
          {statusWords(page, status)} <code>{status}</code>
        </>,
      ])}
    />
  )
}
