/** A disclosure as one file that anybody can open and print: no script, nothing from elsewhere. */

import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Disclosure } from '../db/residents/disclosure.ts'
import type { Lang } from '../domain/course-words.ts'
import { disclosureEn } from '../i18n/disclosure-en.ts'
import { type DisclosureTexts, disclosureJa } from '../i18n/disclosure-ja.ts'
import { pagesEn } from '../i18n/pages-en.ts'
import { pagesJa } from '../i18n/pages-ja.ts'
import { residentEn } from '../i18n/resident-en.ts'
import { residentJa } from '../i18n/resident-ja.ts'
import { productName } from './components/product.ts'
import { dayWords, momentWords } from './format.ts'
import { whoWords } from './my/look-lines.ts'

const style = `
  body { font-family: "Noto Sans JP", "Hiragino Sans", sans-serif; line-height: 1.7; max-width: 46rem;
         margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid #999; padding: .3rem .6rem; text-align: left; vertical-align: top; }
  h2 { border-top: 2px solid #333; padding-top: .6rem; margin-top: 2rem; font-size: 1.2rem; }
  .masked { border: 2px solid #333; padding: .6rem 1rem; }
  section { break-inside: avoid-page; }`

export type DisclosureNames = {
  office: string
  towns: ReadonlyMap<string, string>
}

export async function disclosureHtml(
  disclosure: Disclosure,
  lang: Lang,
  names: DisclosureNames,
): Promise<string> {
  const texts = lang === 'en' ? disclosureEn : disclosureJa
  const { madeOn, placesAreMasked, person } = disclosure
  const body = (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <title>{texts.title}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <h1>{texts.title}</h1>
        <p>{texts.lead}</p>
        <p>
          {texts.madeOn} {dayWords(madeOn, lang)} / {texts.office} {names.office}
        </p>
        {placesAreMasked && <p class="masked">{texts.masked}</p>}
        {!person && <p class="masked">{texts.erased}</p>}
        {sectionsOf(disclosure, lang, texts, names).map(([title, rows]) => (
          <section>
            <h2>{title}</h2>
            {rows.length === 0 ? <p>{texts.none}</p> : <Rows rows={rows} />}
          </section>
        ))}
      </body>
    </html>
  )
  return `<!doctype html>${await body}`
}

type Row = (string | number | null | undefined)[]

function Rows({ rows }: { rows: Row[] }): Child {
  return (
    <table>
      <tbody>
        {rows.map(([head, ...cells]) => (
          <tr>
            <th scope="row">{head}</th>
            {cells.map((cell) => (
              <td>{cell ?? ''}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function sectionsOf(
  disclosure: Disclosure,
  lang: Lang,
  { sections, labels }: DisclosureTexts,
  names: DisclosureNames,
): [string, Row[]][] {
  const words = lang === 'en' ? pagesEn : pagesJa
  const day = (on: Disclosure['madeOn'] | null) => (on ? dayWords(on, lang) : '')
  const { person, register, course } = disclosure
  const residences = disclosure.placesAreMasked ? [] : (person?.residences ?? [])
  return [
    [sections.person, personRows(disclosure, lang)],
    [
      sections.residences,
      residences.map((one) => [day(one.fromOn), day(one.toOn), one.postcode, one.address]),
    ],
    [
      sections.tickets,
      (person?.tickets ?? []).map((one) => [one.number, day(one.issuedOn), day(one.revokedOn)]),
    ],
    [sections.register, [[register.registerNumber, register.status, day(register.statusOn)]]],
    [
      sections.events,
      disclosure.events.map((one) => [
        words.eventKinds[one.kind] ?? one.kind,
        day(one.effectiveOn),
        day(one.recordedOn),
      ]),
    ],
    [
      sections.forwardings,
      (person?.forwardings ?? []).map((one) => [
        day(one.fromOn),
        day(one.untilOn),
        words.returned.grounds[one.ground],
        one.postcode,
        one.address,
      ]),
    ],
    [
      sections.phone,
      person?.phone
        ? [[person.phone.number, words.returned.phone.sources[person.phone.source]]]
        : [],
    ],
    [
      sections.returnedLetters,
      disclosure.returnedLetters.map((one) => [
        day(one.returnedOn),
        words.returned.reasons[one.reason],
        one.endedBecause ? words.returned.endings[one.endedBecause] : '',
      ]),
    ],
    [
      sections.calls,
      disclosure.calls.map((one) => [
        day(one.calledOn),
        words.returned.phone.outcomes[one.outcome],
      ]),
    ],
    [
      sections.toldByHand,
      disclosure.toldByHand.map((one) => [
        day(one.toldOn),
        words.noticeKinds[one.kind],
        words.ladder.toldBy[one.by],
        one.isTakenBack ? labels.linkUndone : '',
      ]),
    ],
    [
      sections.links,
      disclosure.links.map((one) => [
        labels.linkSides[one.side],
        day(one.sinceOn),
        day(one.linkedOn),
        one.isStanding ? '' : labels.linkUndone,
      ]),
    ],
    [sections.protections, disclosure.protections.map((one) => [day(one.fromOn), day(one.toOn)])],
    [sections.households, disclosure.households.map((one) => [day(one.fromOn)])],
    [
      sections.groups,
      disclosure.groups.map((one) => [one.facilityCode ?? '', one.priorityGroup ?? '']),
    ],
    [sections.delivery, disclosure.hasDeliveryArrangement ? [[labels.kept]] : []],
    [
      sections.stayConsents,
      disclosure.stayConsents.map((one) => [day(one.givenOn), day(one.withdrawnOn)]),
    ],
    [
      sections.course,
      course ? [[words.stages[course.stage], day(course.earliestOn), day(course.dueOn)]] : [],
    ],
    [
      sections.doses,
      disclosure.doses.map((one) => [
        one.doseNumber,
        day(one.givenOn),
        productName(one.productCode, lang),
        one.lotNumber,
        one.venue,
        one.findings.join(', '),
      ]),
    ],
    [
      sections.doseChanges,
      disclosure.doseChanges.map((one) => [
        day(one.changedOn),
        words.doseChanges.kinds[one.kind],
        words.doseChanges.reasons[one.reason] ?? one.reason,
        day(one.givenOnBefore),
        day(one.givenOnAfter),
      ]),
    ],
    [sections.screenings, disclosure.screenings.map((one) => [day(one.screenedOn), one.venue])],
    [
      sections.notices,
      disclosure.notices.map((one) => [
        one.kind,
        one.round,
        one.state,
        one.reason ? (words.reasons[one.reason] ?? one.reason) : '',
        day(one.leftOn ?? one.dueOn),
      ]),
    ],
    [
      sections.tasks,
      disclosure.tasks.map((one) => [
        words.taskKinds[one.kind] ?? one.kind,
        day(one.openedOn),
        one.outcome,
      ]),
    ],
    [
      sections.ticketSheets,
      disclosure.ticketSheets.map((one) => [
        words.tickets.reasons[one.reason],
        day(one.issuedOn),
        one.state,
      ]),
    ],
    [
      sections.paperForms,
      disclosure.paperForms.map((one) => [
        day(one.printedOn),
        words.paper.doses[one.doseNumber - 1] ?? String(one.doseNumber),
      ]),
    ],
    [
      sections.messages,
      (person?.messages ?? []).map((one) => [one.kind, day(one.saidOn), one.on, one.place]),
    ],
    [sections.mail, disclosure.mail ? [mailRow(disclosure.mail, lang)] : []],
    [sections.bounces, disclosure.bounces.map((one) => [day(one.receivedOn), one.status])],
    [sections.refusals, disclosure.refusals.map((one) => [day(one.refusedOn)])],
    [
      sections.letterCodes,
      disclosure.letterCodes.map((one) => [day(one.madeOn), one.endedBecause]),
    ],
    [sections.letters, (person?.letters ?? []).map((one, at) => [at + 1, JSON.stringify(one)])],
    [sections.looks, lookRows(disclosure, lang, names)],
  ]
}

function personRows({ person, register }: Disclosure, lang: Lang): Row[] {
  if (!person) return []
  const { labels } = lang === 'en' ? disclosureEn : disclosureJa
  return [
    [labels.name, `${person.familyName} ${person.givenName}`],
    [labels.kana, person.kana],
    [labels.bornOn, dayWords(person.bornOn, lang)],
    [labels.mail, person.mail],
    [labels.ownMail, person.ownMail],
    [labels.myNumber, person.myNumber],
    [labels.registerNumber, register.registerNumber],
    [labels.ageClass, register.ageClass],
  ]
}

function mailRow({ state, because, verifiedOn }: NonNullable<Disclosure['mail']>, lang: Lang): Row {
  const { mailOffice: words } = lang === 'en' ? pagesEn : pagesJa
  return [
    words.states[state],
    because && words.because[because],
    verifiedOn && dayWords(verifiedOn, lang),
  ]
}

/** Each look by itself: this is the whole list, not the page's. */
function lookRows(disclosure: Disclosure, lang: Lang, names: DisclosureNames): Row[] {
  const { looks: texts } = lang === 'en' ? residentEn : residentJa
  return disclosure.looks.map((look) => [
    momentWords(look.lookedAt.getTime(), lang),
    whoWords(look, texts, names.towns),
    texts.why[look.purpose] ?? look.purpose,
    look.fields.map((field) => texts.what[field] ?? field).join(', '),
    look.isBreakGlass ? texts.emergency : '',
  ])
}
