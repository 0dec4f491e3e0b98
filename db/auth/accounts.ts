import { randomUUID } from 'node:crypto'
import type { Sql } from '../client.ts'

export type AccountRow = {
  id: string
  login: string
  role: string
  office: string
  passwordHash: string | null
  /** By wall time, now. */
  isLocked: boolean
  isDisabled: boolean
  isDemo: boolean
}

const columns = (sql: Sql) => sql`
  id, login, role, office, password_hash as "passwordHash",
  coalesce(locked_until > clock_timestamp(), false) as "isLocked",
  disabled_at is not null as "isDisabled", is_demo as "isDemo"`

export async function accountByLogin(sql: Sql, login: string): Promise<AccountRow | undefined> {
  const [row] = await sql<AccountRow[]>`select ${columns(sql)} from account where login = ${login}`
  return row
}

export async function accountById(sql: Sql, id: string): Promise<AccountRow | undefined> {
  const [row] = await sql<AccountRow[]>`select ${columns(sql)} from account where id = ${id}`
  return row
}

export async function accountBySubject(sql: Sql, issuer: string, subject: string) {
  const [row] = await sql<AccountRow[]>`
    select ${columns(sql)} from account where oidc_issuer = ${issuer} and oidc_subject = ${subject}`
  return row
}

/** The demo's account of a role; undefined outside a demo. */
export async function demoAccount(sql: Sql, role: string): Promise<AccountRow | undefined> {
  const [row] = await sql<AccountRow[]>`
    select ${columns(sql)} from account
     where is_demo and role = ${role} and disabled_at is null order by login limit 1`
  return row
}

export type TriesRule = { triesMax: number; lockMinutes: number }

/** Counts a wrong password. Answers whether this very try locked the account. */
export async function noteWrongPassword(sql: Sql, id: string, rule: TriesRule): Promise<boolean> {
  const [row] = await sql<{ isNewlyLocked: boolean }[]>`
    update account
       set failed_tries = case when failed_tries + 1 >= ${rule.triesMax} then 0 else failed_tries + 1 end,
           locked_until = case when failed_tries + 1 >= ${rule.triesMax}
                               then clock_timestamp() + make_interval(mins => ${rule.lockMinutes})
                               else locked_until end
     where id = ${id} returning failed_tries = 0 as "isNewlyLocked"`
  return row?.isNewlyLocked ?? false
}

export async function noteRightPassword(sql: Sql, id: string): Promise<void> {
  await sql`update account set failed_tries = 0 where id = ${id} and failed_tries > 0`
}

export type NewAccount = {
  login: string
  role: string
  office: string
  passwordHash: string | null
  oidc?: { issuer: string; subject: string }
  isDemo?: boolean
}

/** As the tables' owner: no process of the system may make accounts. A login that is there is taken over. */
export async function putAccount(ownerSql: Sql, account: NewAccount): Promise<string> {
  const { login, role, office, passwordHash, oidc, isDemo = false } = account
  const [row] = await ownerSql<{ id: string }[]>`
    insert into account (id, login, role, office, password_hash, oidc_issuer, oidc_subject, is_demo)
    values (${randomUUID()}, ${login}, ${role}, ${office}, ${passwordHash},
            ${oidc?.issuer ?? null}, ${oidc?.subject ?? null}, ${isDemo})
    on conflict (login) do update
      set role = excluded.role, office = excluded.office, password_hash = excluded.password_hash,
          oidc_issuer = excluded.oidc_issuer, oidc_subject = excluded.oidc_subject,
          is_demo = excluded.is_demo, failed_tries = 0, locked_until = null, disabled_at = null
    returning id`
  return row!.id
}

/** Login names of one office, by account: whoever agrees with somebody knows with whom. */
export async function namesOf(sql: Sql, office: string): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; login: string }[]>`
    select id, login from account where office = ${office}`
  return new Map(rows.map(({ id, login }) => [id, login]))
}

/** Everybody's, by login; no password. */
export async function listAccounts(ownerSql: Sql) {
  return await ownerSql<{ login: string; role: string; office: string; isDisabled: boolean }[]>`
    select login, role, office, disabled_at is not null as "isDisabled" from account order by login`
}

/** As the owner. Its sessions end with it. Answers whether there was such an account. */
export async function disableAccount(ownerSql: Sql, login: string): Promise<boolean> {
  const rows = await ownerSql`
    with gone as (update account set disabled_at = clock_timestamp()
                   where login = ${login} and disabled_at is null returning id),
         ended as (update account_session set revoked_at = clock_timestamp()
                    where account_id in (select id from gone) and revoked_at is null returning 1)
    select (select count(*) from ended), id from gone`
  return rows.length > 0
}
