import type { OwnRecord } from '../../db/residents/own-record.ts'
import type { PlainDate } from '../../domain/course.ts'
import { Section, Tag } from '../components/basics.tsx'
import { productName } from '../components/product.ts'
import { dayWords } from '../format.ts'
import { MyFrame, type MyPage, myHref, type Office, OfficeBlock } from './frame.tsx'
import { type LookLine, lookLines } from './look-lines.ts'
import { OwnMail } from './mail.tsx'
import { nextSentence } from './next-words.ts'
import { Tell } from './tell.tsx'

export type ShownRecord = {
  record: OwnRecord
  today: PlainDate
  office: Office | undefined
  towns: ReadonlyMap<string, string>
  /** Stands in every form; another site does not know it. */
  formToken: string
  said?: string | undefined
}

/** The whole of what a letter's reader sees, the next step first. */
export function recordPage(page: MyPage, shown: ShownRecord) {
  const { texts, lang } = page
  const { record, today, office, said } = shown
  return (
    <MyFrame page={page} title={texts.recordTitle}>
      {said && (
        <p class="said" role="status">
          {said}
        </p>
      )}
      <p class="state next">{nextSentence(texts, lang, record.course, today)}</p>
      <Doses page={page} record={record} />
      <Notices page={page} record={record} />
      <Looks page={page} shown={shown} />
      <OwnMail page={page} shown={shown} />
      <Tell page={page} shown={shown} />
      <Section id="office" title={texts.office.title}>
        <OfficeBlock page={page} office={office} />
      </Section>
      <form method="post" action={myHref(page, '/leave')} class="leave">
        <input type="hidden" name="form" value={shown.formToken} />
        <button type="submit" class="quiet">
          {texts.leave}
        </button>
      </form>
      <p class="note">{texts.form.privacy}</p>
      <p class="note">{texts.print}</p>
    </MyFrame>
  )
}

function Doses({ page, record }: { page: MyPage; record: OwnRecord }) {
  const { texts, lang } = page
  return (
    <Section id="doses" title={texts.doses.title}>
      {record.doses.length === 0 ? (
        <p>{texts.doses.none}</p>
      ) : (
        <dl class="facts">
          {record.doses.map(({ doseNumber, givenOn, productCode }) => (
            <div>
              <dt>{texts.doses.dose(doseNumber)}</dt>
              <dd>
                {dayWords(givenOn, lang)} {productName(productCode, lang)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p class="note">{texts.doses.lag}</p>
    </Section>
  )
}

function Notices({ page, record }: { page: MyPage; record: OwnRecord }) {
  const { texts, lang } = page
  return (
    <Section id="notices" title={texts.notices.title}>
      {record.notices.length === 0 ? (
        <p>{texts.notices.none}</p>
      ) : (
        <ul class="facts">
          {record.notices.map(({ kind, round, channel, leftOn }) => (
            <li>
              <span>{dayWords(leftOn, lang)}</span>{' '}
              <span>
                {texts.notices.kinds[kind]} {kind === 'reminder' && texts.notices.round(round)}{' '}
                {texts.notices.channels[channel]}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Looks({ page, shown }: { page: MyPage; shown: ShownRecord }) {
  const { texts } = page
  const { record, towns } = shown
  const lines = lookLines(record.looks, texts.looks, towns)
  return (
    <Section id="looks" title={texts.looks.title}>
      <p>{texts.looks.lead}</p>
      {record.wrongTries > 0 && (
        <p class="wrong-tries">
          <Tag tone="attention">{texts.looks.wrongTries(record.wrongTries)}</Tag>
        </p>
      )}
      {lines.length === 0 ? (
        <p>{texts.looks.none}</p>
      ) : (
        <ol class="looks">
          {lines.map((line) => (
            <Look page={page} line={line} />
          ))}
        </ol>
      )}
    </Section>
  )
}

function Look({ page, line }: { page: MyPage; line: LookLine }) {
  const { looks } = page.texts
  return (
    <li>
      <p>
        <strong>{line.who}</strong>{' '}
        {line.isEmergency && <Tag tone="attention">{looks.emergency}</Tag>}
      </p>
      <p>
        {dayWords(line.on, page.lang)} {line.times > 1 && looks.times(line.times)}
      </p>
      <p>{line.why}</p>
      <p class="note">
        {looks.fields}
        {line.what.join(page.lang === 'ja' ? '、' : ', ')}
      </p>
    </li>
  )
}
