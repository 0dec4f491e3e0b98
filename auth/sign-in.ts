import type { Logger } from 'pino'
import {
  type AccountRow,
  accountByLogin,
  demoAccount,
  noteRightPassword,
  noteWrongPassword,
} from '../db/auth/accounts.ts'
import { raiseAlert } from '../db/auth/alerts.ts'
import type { Sql } from '../db/client.ts'
import { isPassword } from './password.ts'
import { loginForm, type Role } from './roles.ts'
import { startSession } from './sessions.ts'

/** Five wrong ones in a row close an account for a quarter of an hour. */
export const triesRule = { triesMax: 5, lockMinutes: 15 }

export type SignedIn = { token: string; account: AccountRow }

/**
 * A session for a login and its password. Undefined for every reason alike: unknown, wrong, locked,
 * disabled, a demo's account elsewhere; each takes one scrypt.
 */
export async function signInByPassword(
  sql: Sql,
  sent: { login: string; password: string },
  options: { isDemo: boolean; log: Logger },
): Promise<SignedIn | undefined> {
  const login = sent.login.trim().toLowerCase()
  const found = loginForm.test(login) ? await accountByLogin(sql, login) : undefined
  const isRight = await isPassword(sent.password, found?.passwordHash ?? null)
  if (!found || !maySignIn(found, options.isDemo)) return undefined
  if (isRight) {
    await noteRightPassword(sql, found.id)
    return { token: await startSession(sql, found.id, 'password'), account: found }
  }
  if (await noteWrongPassword(sql, found.id, triesRule)) {
    await raiseAlert(sql, { kind: 'accountLocked', office: found.office, aboutId: found.id })
    options.log.warn({ accountId: found.id, office: found.office }, 'an account was locked')
  }
  return undefined
}

export function maySignIn(account: AccountRow, isDemo: boolean): boolean {
  return !account.isLocked && !account.isDisabled && (!account.isDemo || isDemo)
}

/** One click in a demo: the account of a role. The caller has made sure that this is one, on loopback. */
export async function become(sql: Sql, role: Role): Promise<SignedIn | undefined> {
  const account = await demoAccount(sql, role)
  if (!account) return undefined
  return { token: await startSession(sql, account.id, 'demo'), account }
}
