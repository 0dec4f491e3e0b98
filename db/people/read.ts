/** The one place where a person's name, address and mail address are read. Never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'

export type PersonToNotify = {
  familyName: string
  givenName: string
  kana: string
  mail?: string
  /** Where mail reaches the person on the day; left out when the register has no address. */
  residence?: { postcode: string; address: string }
}

type Row = Omit<PersonToNotify, 'mail' | 'residence'> & {
  mail: string | null
  postcode: string | null
  address: string | null
}

/**
 * Name and addresses under one register row, as of a day; undefined when the row is not visible. The
 * newest residence that has begun and not ended counts, and else the one still to begin.
 */
export async function readPersonToNotify(
  tx: Tx,
  home: CourseHome,
  today: PlainDate,
): Promise<PersonToNotify | undefined> {
  const [row] = await tx<Row[]>`
    select p.family_name as "familyName", p.given_name as "givenName", p.kana, p.mail,
           r.postcode, r.address
      from person p
      left join lateral (
        select postcode, address from residence
         where municipality_code = p.municipality_code and resident_id = p.resident_id
           and (to_on is null or (from_on <= ${today} and to_on >= ${today}))
         order by from_on <= ${today} desc, from_on desc limit 1) r on true
     where p.municipality_code = ${home.municipalityCode} and p.resident_id = ${home.residentId}`
  if (!row) return undefined
  const { mail, postcode, address, ...name } = row
  return {
    ...name,
    ...(mail === null ? {} : { mail }),
    ...(postcode === null || address === null ? {} : { residence: { postcode, address } }),
  }
}

/** Whether mail is a way to reach the person; the address itself stays where it is. */
export async function hasMail(tx: Tx, home: CourseHome): Promise<boolean | undefined> {
  const [row] = await tx<{ hasMail: boolean }[]>`
    select mail is not null as "hasMail" from person
     where municipality_code = ${home.municipalityCode} and resident_id = ${home.residentId}`
  return row?.hasMail
}
