/** Who of an office may be given something to do. */
import { DomainError } from '../../domain/errors.ts'
import type { Sql } from '../client.ts'

/** Clerks and administrators who may sign in, by their login. */
export async function colleaguesOf(
  sql: Sql,
  office: string,
): Promise<{ id: string; login: string }[]> {
  return sql<{ id: string; login: string }[]>`
    select id, login from account
     where office = ${office} and role in ('clerk', 'municipalAdministrator')
       and disabled_at is null
     order by login`
}

/** Throws `unknownColleague`. */
export async function assertColleague(sql: Sql, office: string, id: string): Promise<void> {
  const known = (await colleaguesOf(sql, office)).some((one) => one.id === id)
  if (!known) throw new DomainError('unknownColleague', 'Nobody of this office', 'to')
}
