/** The one place where a person's name and address are opened. Never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import { type FieldKeys, open } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { isStillBetter } from './forwarding.ts'
import { placeOf } from './places.ts'

export type PersonToNotify = {
  familyName: string
  givenName: string
  kana: string
  /** Where letters reach the person on the day; left out when there is none, and when not unlocked. */
  residence?: { postcode: string; address: string }
}

type Row = CourseHome & {
  name: Uint8Array
  kana: Uint8Array
  address: Uint8Array | null
  addressFrom: PlainDate | null
  forwarding: Uint8Array | null
  forwardingId: string | null
}

/**
 * Names and addresses under register rows, as of a day, by resident id; a row that is not visible is
 * missing, and so is one without its keys. The newest residence that has begun and not ended counts,
 * and else the one still to begin; where a clerk entered an address to write to instead, that one.
 * `keys` must hold `name` and `kana`.
 */
export async function readPeopleToNotify(
  tx: Tx,
  keys: Map<string, FieldKeys>,
  homes: CourseHome[],
  today: PlainDate,
): Promise<Map<string, PersonToNotify>> {
  const rows = await tx<Row[]>`
    select p.municipality_code as "municipalityCode", p.resident_id as "residentId",
           p.name, p.kana, r.address, r.from_on as "addressFrom", f.address as forwarding,
           f.id as "forwardingId"
      from unnest(${homes.map((home) => home.municipalityCode)}::text[],
                  ${homes.map((home) => home.residentId)}::uuid[]) as h(town, id)
      join person p on (p.municipality_code, p.resident_id) = (h.town, h.id)
      left join lateral (
        select address, from_on, recorded_at from residence
         where municipality_code = p.municipality_code and resident_id = p.resident_id
           and (to_on is null or (from_on <= ${today} and to_on >= ${today}))
         order by from_on <= ${today} desc, from_on desc limit 1) r on true
      left join lateral (
        select id, address from forwarding_address
         where municipality_code = p.municipality_code and resident_id = p.resident_id
           and ended_on is null and from_on <= ${today} and (until_on is null or until_on >= ${today})
           and ${isStillBetter(tx)}
         order by entered_at desc limit 1) f on true`
  return new Map(
    rows.flatMap((row) => {
      const unlocked = keys.get(row.residentId)
      return unlocked ? [[row.residentId, opened(row, unlocked)] as const] : []
    }),
  )
}

function opened(row: Row, keys: FieldKeys): PersonToNotify {
  const { family, given } = JSON.parse(open(keys, placeOf('name', row), row.name))
  return {
    familyName: family,
    givenName: given,
    kana: open(keys, placeOf('kana', row), row.kana),
    ...residenceOf(row, keys),
  }
}

function residenceOf(row: Row, keys: FieldKeys): Pick<PersonToNotify, 'residence'> {
  if (!keys.address) return {}
  if (row.forwarding && row.forwardingId) {
    const place = placeOf('forwarding', row, row.forwardingId)
    return { residence: JSON.parse(open(keys, place, row.forwarding)) }
  }
  if (!row.address || !row.addressFrom) return {}
  return {
    residence: JSON.parse(open(keys, placeOf('address', row, row.addressFrom), row.address)),
  }
}

/**
 * Whether mail is a way to reach the person: there is an address, its owner has confirmed it, and has not
 * stopped it since. The address itself stays sealed. Undefined of somebody who is not to be seen.
 */
export async function hasMail(tx: Tx, home: CourseHome): Promise<boolean | undefined> {
  const [row] = await tx<{ hasMail: boolean }[]>`
    select m.state is not distinct from 'verified' and coalesce(m.own_address, p.mail) is not null
             as "hasMail"
      from person p
      left join mail_address m on (m.municipality_code, m.resident_id)
                                = (p.municipality_code, p.resident_id)
     where p.municipality_code = ${home.municipalityCode} and p.resident_id = ${home.residentId}`
  return row?.hasMail
}
