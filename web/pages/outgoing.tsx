import { isPlainDate } from '../../domain/calendar.ts'
import { AsOf, Live, Section, Table } from '../components/basics.tsx'
import { wallNow } from '../deps.ts'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { type Batch, type Listed, listBatches, listMails, type Mail } from '../outgoing.ts'
import { asOfWords, href, type Page } from '../page.ts'

export async function outgoingPage(page: Page) {
  const readAtMs = wallNow()
  const [mails, batches] = await Promise.all([listMails(page.dataDir), listBatches(page.dataDir)])
  const { outgoing } = page.words
  return (
    <Layout page={page} title={outgoing.title} isLive>
      <p class="lead">{outgoing.lead}</p>
      <Live id="outgoing">
        <AsOf when={asOfWords(page, readAtMs)} />
        <Mails page={page} mails={mails} />
        <Batches page={page} batches={batches} />
      </Live>
    </Layout>
  )
}

function Mails({ page, mails }: { page: Page; mails: Listed<Mail> }) {
  const { words, lang } = page
  return (
    <Section id="mails" title={words.outgoing.mails}>
      <p>{words.outgoing.shown(numberWords(mails.shown.length), numberWords(mails.total))}</p>
      {mails.shown.length > 0 && (
        <Table
          caption={words.outgoing.mails}
          columns={[
            { head: words.outgoing.campaignDate },
            { head: words.outgoing.notice },
            { head: words.outgoing.noticeId },
            { head: words.outgoing.accepted },
            { head: words.outgoing.file },
          ]}
          rows={mails.shown.map((mail) => [
            dayOrDash(mail.campaignOn, page),
            nameOf(mail, page),
            <code>{mail.noticeId.slice(0, 8)}</code>,
            Number.isNaN(Date.parse(mail.acceptedAt))
              ? '–'
              : momentWords(Date.parse(mail.acceptedAt), lang),
            <a href={href(page, `/outgoing/mail/${encodeURIComponent(mail.file)}`)}>
              {words.outgoing.open} (.eml)
            </a>,
          ])}
        />
      )}
    </Section>
  )
}

function Batches({ page, batches }: { page: Page; batches: Listed<Batch> }) {
  const { words } = page
  const { outgoing } = words
  return (
    <Section id="letters" title={outgoing.letters}>
      <p>{outgoing.shown(numberWords(batches.shown.length), numberWords(batches.total))}</p>
      {batches.shown.length > 0 && (
        <Table
          caption={outgoing.letters}
          columns={[
            { head: outgoing.batch },
            { head: outgoing.lettersIn, isNumber: true },
            { head: outgoing.notice },
            { head: outgoing.file },
          ]}
          rows={batches.shown.map((batch) => [
            <>
              {dayOrDash(batch.date, page)} <code>{batch.municipalityCode}</code>
            </>,
            numberWords(batch.letters.length),
            <Letters page={page} batch={batch} />,
            <a href={fileHref(page, batch)}>{outgoing.open} (PDF)</a>,
          ])}
        />
      )}
    </Section>
  )
}

const lettersShown = 20

function Letters({ page, batch }: { page: Page; batch: Batch }) {
  return (
    <ul class="steps">
      {batch.letters.slice(0, lettersShown).map((letter) => (
        <li>
          <a href={`${fileHref(page, batch)}#page=${letter.page}`}>
            {nameOf(letter, page)} {page.words.outgoing.page(letter.page)}
          </a>{' '}
          <code>{letter.noticeId.slice(0, 8)}</code>
        </li>
      ))}
    </ul>
  )
}

function fileHref(page: Page, { file }: Batch): string {
  return href(page, `/outgoing/letters/${encodeURIComponent(file)}`)
}

function nameOf({ kind, round }: { kind: string; round: number }, { words }: Page): string {
  const kinds: Record<string, string> = words.noticeKinds
  return words.noticeName(kinds[kind] ?? words.unknown, round)
}

function dayOrDash(text: string, { lang }: Page): string {
  return isPlainDate(text) ? dayWords(text, lang) : '–'
}
