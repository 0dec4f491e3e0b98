/**
 * What is granted as the tables' owner, outside any process of the system: accounts and programs. No
 * process can make one for itself.
 */
import { type NewAccount, putAccount } from '../db/auth/accounts.ts'
import { type NewMachine, putMachine } from '../db/auth/machines.ts'
import { connect, type Sql } from '../db/client.ts'
import { sha256 } from './secrets.ts'

export async function asOwner<T>(ownerUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(ownerUrl, { name: 'sesshu-grants', max: 1 })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

export type Program = Omit<NewMachine, 'tokenSha256'> & { token: string }

/** Safe to repeat. */
export function grantProgram(sql: Sql, { token, ...machine }: Program): Promise<void> {
  return putMachine(sql, { ...machine, tokenSha256: sha256(token) })
}

/** Lets the command line of a data dir record scans and, by another token, bring files. */
export function grantCommandLine(
  ownerUrl: string,
  { scans, imports }: { scans: string; imports: string },
): Promise<void> {
  return asOwner(ownerUrl, async (sql) => {
    await grantProgram(sql, { name: 'command line', token: scans, mayRecordScans: true })
    await grantProgram(sql, { name: 'import', token: imports, mayManageRegister: true })
  })
}

export type { NewAccount }
export { putAccount }
