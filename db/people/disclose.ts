/** Everything sealed that is held about one person, opened for that person. Never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import { purposeFields } from '../../domain/purpose-fields.ts'
import type { AddressGround } from '../../domain/returned-post.ts'
import { type FieldKeys, open, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { hexOf } from './blind.ts'
import type { Address } from './forwarding.ts'
import { unlockPeople } from './keys.ts'
import { openPhone, type Phone } from './phones.ts'
import { placeOf } from './places.ts'
import type { ResidentWords } from './resident-words.ts'

export type DisclosedPerson = {
  familyName: string
  givenName: string
  kana: string
  bornOn: PlainDate
  mail: string | null
  /** Given on the own page; it comes before the register's. */
  ownMail: string | null
  residences: { fromOn: PlainDate; toOn: PlainDate | null; postcode: string; address: string }[]
  /** Where a clerk entered to write instead. */
  forwardings: (Address & {
    fromOn: PlainDate
    untilOn: PlainDate | null
    ground: AddressGround
  })[]
  phone: Phone | undefined
  tickets: DisclosedTicket[]
  /** Letters that are sealed and not printed yet; printed ones are kept nowhere. */
  letters: unknown[]
  messages: (ResidentWords & { kind: string; saidOn: PlainDate })[]
  myNumber: string | null
}

export type DisclosedTicket = {
  number: string
  issuedOn: PlainDate
  revokedOn: PlainDate | null
  revokedBecause: string | null
}

/** Article 76 of the Act on the Protection of Personal Information: everybody may ask for their own. */
const legalBasis = 'protectionAct76'

/** Undefined of somebody who was erased. One look, at every field. */
export async function openForDisclosure(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
): Promise<DisclosedPerson | undefined> {
  const { fields } = purposeFields.disclose
  const keys = await unlockPeople(tx, vault, {
    ...{ purpose: 'disclose', rows: [row], fields, legalBasis },
  })
  const key = keys.get(row.residentId)
  type Sealed = Record<'name' | 'kana' | 'bornOn', Uint8Array> &
    Record<'mail' | 'ownMail', Uint8Array | null>
  const [person] = await tx<Sealed[]>`
    select p.name, p.kana, p.born_on as "bornOn", p.mail, m.own_address as "ownMail"
      from person p
      left join mail_address m on (m.municipality_code, m.resident_id)
                                = (p.municipality_code, p.resident_id)
     where p.municipality_code = ${row.municipalityCode} and p.resident_id = ${row.residentId}`
  if (!key || !person) return undefined
  const { family, given } = JSON.parse(open(key, placeOf('name', row), person.name))
  return {
    familyName: family,
    givenName: given,
    kana: open(key, placeOf('kana', row), person.kana),
    bornOn: open(key, placeOf('bornOn', row), person.bornOn) as PlainDate,
    mail: person.mail ? open(key, placeOf('mail', row), person.mail) : null,
    ownMail: person.ownMail ? open(key, placeOf('ownMail', row), person.ownMail) : null,
    residences: await openResidences(tx, key, row),
    forwardings: await openForwardings(tx, key, row),
    phone: await openPhone(tx, key, row),
    tickets: await openTickets(tx, key, row),
    letters: await openLetters(tx, key, row),
    messages: await openMessages(tx, key, row),
    myNumber: await openMyNumber(tx, key, row),
  }
}

async function openResidences(tx: Tx, key: FieldKeys, row: CourseHome) {
  const found = await tx<{ fromOn: PlainDate; toOn: PlainDate | null; address: Uint8Array }[]>`
    select from_on as "fromOn", to_on as "toOn", address from residence
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by from_on`
  return found.map(({ fromOn, toOn, address }) => {
    const opened = JSON.parse(open(key, placeOf('address', row, fromOn), address))
    return { fromOn, toOn, ...(opened as { postcode: string; address: string }) }
  })
}

type ForwardingRow = {
  id: string
  fromOn: PlainDate
  untilOn: PlainDate | null
  ground: AddressGround
  address: Uint8Array
}

async function openForwardings(tx: Tx, key: FieldKeys, row: CourseHome) {
  const found = await tx<ForwardingRow[]>`
    select id, from_on as "fromOn", least(until_on, ended_on) as "untilOn", ground, address
      from forwarding_address
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by entered_at`
  return found.map(({ id, address, ...days }) => {
    const opened: Address = JSON.parse(open(key, placeOf('forwarding', row, id), address))
    return { ...days, ...opened }
  })
}

type TicketRow = Omit<DisclosedTicket, 'number'> & { index: Uint8Array; number: Uint8Array }

async function openTickets(tx: Tx, key: FieldKeys, row: CourseHome): Promise<DisclosedTicket[]> {
  const found = await tx<TicketRow[]>`
    select number_index as index, number, issued_on as "issuedOn", revoked_on as "revokedOn",
           revoked_because as "revokedBecause"
      from ticket
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
       and number is not null
     order by issued_on`
  return found.map(({ index, number, ...sheet }) => {
    return { number: open(key, placeOf('ticketNumber', row, hexOf(index)), number), ...sheet }
  })
}

async function openLetters(tx: Tx, key: FieldKeys, row: CourseHome): Promise<unknown[]> {
  const found = await tx<{ attemptId: string; content: Uint8Array }[]>`
    select c.attempt_id as "attemptId", c.content
      from notice n
      join notice_attempt a on (a.municipality_code, a.notice_id) = (n.municipality_code, n.id)
      join letter_content c on (c.municipality_code, c.attempt_id) = (a.municipality_code, a.id)
     where n.municipality_code = ${row.municipalityCode} and n.resident_id = ${row.residentId}`
  return found.map(({ attemptId, content }) =>
    JSON.parse(open(key, placeOf('letter', row, attemptId), content)),
  )
}

type MessageRow = { id: string; kind: string; saidOn: PlainDate; words: Uint8Array | null }

async function openMessages(tx: Tx, key: FieldKeys, row: CourseHome) {
  const found = await tx<MessageRow[]>`
    select id, kind, said_on as "saidOn", words from resident_message
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by said_at`
  return found.map(({ id, kind, saidOn, words }) => {
    const said = words ? JSON.parse(open(key, placeOf('residentWords', row, id), words)) : {}
    return { kind, saidOn, ...(said as ResidentWords) }
  })
}

async function openMyNumber(tx: Tx, key: FieldKeys, row: CourseHome): Promise<string | null> {
  const [found] = await tx<{ sealed: Uint8Array }[]>`
    select sealed from my_number
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  return found ? open(key, placeOf('myNumber', row), found.sealed) : null
}
