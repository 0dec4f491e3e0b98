import type { Child } from 'hono/jsx'
import { townClerk } from '../../auth/staff.ts'
import type { Candidate } from '../../db/queries/resolve/candidates.ts'
import type { ItemKind } from '../../db/queries/resolve/open-item.ts'
import { type ItemRead, readItem } from '../../db/queries/resolve/read-item.ts'
import { partsOf } from '../../domain/calendar.ts'
import { attachReasons, rejectReasons } from '../../domain/unattached.ts'
import { Section, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords, momentWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { ageWords } from './ages.ts'
import { Desk, Said, Select } from './frame.tsx'

/** Undefined for what is not the reader's municipality's to settle. */
export async function itemPage(
  page: Page,
  { kind, id, said }: { kind: ItemKind; id: string; said: string | undefined },
) {
  const { unattached } = page.words
  const { office } = townClerk()
  const read = await readItem(page, { kind, id, office }, page.clock.today())
  if (!read) return undefined
  return (
    <Desk page={page} title={kind === 'scan' ? unattached.scanTitle : unattached.doseTitle}>
      <p>
        <a href={href(page, '/worklist')}>{unattached.back}</a>
      </p>
      <Said page={page} said={said} />
      {read.item.resolvedAt ? (
        <p class="notice-bar">{unattached.settledBefore}</p>
      ) : (
        <Open page={page} read={read} office={office} action={`/worklist/${kind}s/${id}`} />
      )}
    </Desk>
  )
}

type Part = { page: Page; read: ItemRead }

function Open(props: Part & { office: string; action: string }) {
  const { page, read, action } = props
  const { unattached } = page.words
  return (
    <>
      <Section id="facts" title={unattached.readFacts}>
        <Facts page={page} read={read} />
      </Section>
      <Section id="attach" title={unattached.attachTitle}>
        <p>{unattached.attachLead}</p>
        <form class="stacked" method="post" action={action}>
          <Language page={page} />
          <input type="hidden" name="as" value="attach" />
          <Candidates page={page} read={read} />
          <Select
            id="attach-reason"
            name="reason"
            label={unattached.reason}
            choose={unattached.choose}
            options={attachReasons.map((reason) => [reason, unattached.attachReasons[reason]])}
          />
          <button type="submit">{unattached.attach}</button>
        </form>
      </Section>
      <Section id="reject" title={unattached.rejectTitle}>
        <p>{unattached.rejectLead}</p>
        <form method="post" action={action}>
          <Language page={page} />
          <input type="hidden" name="as" value="reject" />
          <Select
            id="reject-reason"
            name="reason"
            label={unattached.reason}
            choose={unattached.choose}
            options={rejectReasons.map((reason) => [reason, unattached.rejectReasons[reason]])}
          />
          <button type="submit">{unattached.reject}</button>
        </form>
      </Section>
    </>
  )
}

function Facts({ page, read }: Part) {
  const { unattached } = page.words
  const { scan, receivedAt } = read.item
  const how =
    read.item.kind === 'scan' ? unattached.reads[scan.readBy] : unattached.sources[read.item.source]
  const receivedOn = page.clock.campaignAt(receivedAt.getTime())
  return (
    <dl class="facts">
      {stated(page, read).map(([label, value]) => (
        <>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </>
      ))}
      <dt>{unattached.day}</dt>
      <dd>
        {dayWords(scan.givenOn, page.lang)} ({ageWords(page, scan.givenOn)})
      </dd>
      <dt>{unattached.dose}</dt>
      <dd>{scan.claimedDoseNumber}</dd>
      <dt>{unattached.product}</dt>
      <dd>{productName(scan.productCode, page.lang)}</dd>
      <dt>{unattached.lot}</dt>
      <dd>
        <code>{scan.lotNumber}</code>
      </dd>
      <dt>{unattached.venue}</dt>
      <dd>
        <code>{scan.venueCode}</code>
      </dd>
      <dt>{unattached.how}</dt>
      <dd>{how}</dd>
      <dt>{unattached.received}</dt>
      <dd>{momentWords(receivedOn, page.lang)}</dd>
    </dl>
  )
}

function stated(page: Page, { item, scanned, stated: told }: ItemRead): [string, Child][] {
  const { unattached } = page.words
  if (item.kind === 'scan') {
    if (!scanned) return [[unattached.ticketRead, unattached.gone]]
    return [
      [unattached.ticketRead, <Digits number={scanned.ticketNumber} />],
      [unattached.issuer, <code>{item.scan.issuingMunicipalityCode}</code>],
      [unattached.statedYear, scanned.birthYear ?? unattached.notStated],
    ]
  }
  if (!told) return [[unattached.statedName, unattached.gone]]
  const { person, ticketNumber } = told
  return [
    [unattached.statedName, person ? <span lang="ja">{person.name}</span> : unattached.notStated],
    [unattached.statedKana, person ? <span lang="ja">{person.kana}</span> : unattached.notStated],
    [unattached.statedBorn, person ? dayWords(person.bornOn, page.lang) : unattached.notStated],
    [
      unattached.statedTicket,
      ticketNumber ? <Digits number={ticketNumber} /> : unattached.notStated,
    ],
  ]
}

/** As people read ten digits aloud. */
export function Digits({ number }: { number: string }) {
  return (
    <code class="digits">
      {number.slice(0, 4)} {number.slice(4, 7)} {number.slice(7)}
    </code>
  )
}

function Candidates({ page, read }: Part) {
  const { unattached } = page.words
  // Of a held scan the sheet's holder is in doubt: nobody is ticked beforehand.
  const [only] = read.item.kind === 'dose' && read.candidates.length === 1 ? read.candidates : []
  return (
    <fieldset class="candidates">
      <legend>{unattached.candidates}</legend>
      {read.candidates.length === 0 && <p>{unattached.noCandidate}</p>}
      {read.candidates.map((candidate) => (
        <label class="choice">
          <input
            type="radio"
            name="residentId"
            value={candidate.residentId}
            checked={candidate === only && !candidate.isProtected && !candidate.isHolder}
          />{' '}
          <Person page={page} candidate={candidate} statedYear={read.scanned?.birthYear} />
        </label>
      ))}
      {read.candidates.length > 0 && (
        <label class="choice">
          <input type="radio" name="residentId" value="" /> {unattached.other}
        </label>
      )}
      <div>
        <label for="ticket">{unattached.byTicket}</label>
        <input id="ticket" name="ticket" inputmode="numeric" autocomplete="off" maxlength={20} />
      </div>
      <div>
        <label for="registerNumber">{unattached.byRegister}</label>
        <input id="registerNumber" name="registerNumber" autocomplete="off" maxlength={40} />
      </div>
      <div>
        <label for="born">{unattached.bornOfTyped}</label>
        <input
          id="born"
          name="born"
          autocomplete="off"
          maxlength={32}
          aria-describedby="born-hint"
        />
        <span class="hint" id="born-hint">
          {unattached.bornHint}
        </span>
      </div>
    </fieldset>
  )
}

function whyThem({ words: { unattached } }: Page, { isHolder, isNear }: Candidate): string {
  if (isHolder) return unattached.holder
  return isNear ? unattached.near : unattached.sameKana
}

function Person(props: { page: Page; candidate: Candidate; statedYear: number | undefined }) {
  const { page, candidate, statedYear } = props
  const { unattached } = page.words
  const { person, doses, hasSameDose, status, isProtected } = candidate
  return (
    <span>
      {isProtected || !person ? (
        unattached.protectedPerson
      ) : (
        <>
          <ruby lang="ja">
            {person.name}
            <rp>（</rp>
            <rt>{person.kana}</rt>
            <rp>）</rp>
          </ruby>{' '}
          {dayWords(person.bornOn, page.lang)}
        </>
      )}{' '}
      <Tag tone="plain">{whyThem(page, candidate)}</Tag>{' '}
      {unattached.statusWords[status] && (
        <Tag tone="attention">{unattached.statusWords[status]}</Tag>
      )}{' '}
      {person && statedYear !== undefined && statedYear !== partsOf(person.bornOn).year && (
        <Tag tone="attention">{unattached.yearDiffers}</Tag>
      )}{' '}
      {hasSameDose && <Tag tone="attention">{unattached.hasSameDose}</Tag>}
      <span class="doses">
        {doses.length === 0
          ? unattached.noDoses
          : doses
              .map((dose) =>
                unattached.givenWords(
                  dayWords(dose.givenOn, page.lang),
                  String(dose.claimedDoseNumber),
                  productName(dose.productCode, page.lang),
                  '',
                ),
              )
              .join(' / ')}
      </span>
    </span>
  )
}
