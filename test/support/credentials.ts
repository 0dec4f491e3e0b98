/** Who a test is: a program that may scan and keep registers, or staff of each role, signed in. */
import { createHash, randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { type Role, roles } from '../../auth/roles.ts'
import { otherTown, town } from './town.ts'

/** In the template of every test's database; a database of one's own lets it in with `letTestTokenIn`. */
export const testToken = 'a-token-for-tests-only'
export const asProgram = {
  authorization: `Bearer ${testToken}`,
  'content-type': 'application/json',
}

const hashOf = (text: string) => createHash('sha256').update(text).digest()

export async function letTestTokenIn(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into machine_credential (token_sha256, id, name, office, may_record_scans, may_manage_register)
    values (${hashOf(testToken)}, ${randomUUID()}, 'tests', 'system', true, true)
    on conflict do nothing`
  // As in a demo: what tests tell is made up, and a program opens its waves at once.
  await sql`update wave_setting set one_opens = true`
}

/** One of every role, and a clerk of the other town. */
export const staff = [...roles, 'clerkElsewhere', 'secondAdministrator'] as const
export type Staff = (typeof staff)[number]

const inMunicipality: Staff[] = [
  'venueStaff',
  'clerk',
  'municipalAdministrator',
  'secondAdministrator',
]

export function officeOf(who: Staff): string {
  if (who === 'clerkElsewhere') return otherTown
  return inMunicipality.includes(who) ? town : 'system'
}

export function roleOf(who: Staff): Role {
  if (who === 'clerkElsewhere') return 'clerk'
  return who === 'secondAdministrator' ? 'municipalAdministrator' : who
}

/** Accounts without a password, each with a session that is under way. Answers their ids. */
export async function seedStaff(sql: postgres.Sql): Promise<Record<Staff, string>> {
  const ids = {} as Record<Staff, string>
  for (const who of staff) {
    ids[who] = randomUUID()
    await sql`insert into account (id, login, role, office)
              values (${ids[who]}, ${`${who.toLowerCase()}`}, ${roleOf(who)}, ${officeOf(who)})`
    await sql`insert into account_session (token_sha256, account_id, signed_in_by, expires_at)
              values (${hashOf(sessionOf(who))}, ${ids[who]}, 'password', now() + interval '1 hour')`
  }
  return ids
}

export function sessionOf(who: Staff): string {
  return `session-of-${who}`
}

/** What a browser of theirs would send from a page of ours. */
export function as(who: Staff): Record<string, string> {
  return { cookie: `sesshu=${sessionOf(who)}`, origin: 'http://localhost' }
}
