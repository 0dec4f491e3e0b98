import { spawnSync } from 'node:child_process'
import { chown, lstat, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The operating-system account that PostgreSQL runs as; it refuses to run as root. */
export type Account = { name: string; uid: number; gid: number }

const CANDIDATES = ['postgres', '_postgres', 'nobody']

/** `undefined` means: as whoever we are. Throws, saying what to create, when root finds no account. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of CANDIDATES) {
    const account = systemAccount(name)
    if (account) return account
  }
  throw new Error(
    'PostgreSQL refuses to run as root and there is no account "postgres" or "nobody". ' +
      'Create one (useradd --system postgres), or start sesshu as an ordinary user.',
  )
}

/** The account of that name, unless there is none or it is root's. */
export function systemAccount(name: string): Account | undefined {
  const uid = numericId('-u', name)
  const gid = numericId('-g', name)
  return uid !== undefined && gid !== undefined && uid !== 0 ? { name, uid, gid } : undefined
}

function numericId(flag: '-u' | '-g', name: string): number | undefined {
  const answer = spawnSync('id', [flag, name], { encoding: 'utf8' })
  const id = Number.parseInt(answer.stdout ?? '', 10)
  return answer.status === 0 && Number.isInteger(id) ? id : undefined
}

/** Whether `account` may pass through every folder from the root down to `folder` itself. */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    if (!(await canEnter(path, account))) return false
    if (path === dirname(path)) return true
  }
}

async function canEnter(folder: string, { uid, gid }: Account): Promise<boolean> {
  const { mode, uid: owner, gid: group } = await stat(folder)
  if (owner === uid) return (mode & 0o100) !== 0
  if (group === gid) return (mode & 0o010) !== 0
  return (mode & 0o001) !== 0
}

/** Gives the whole tree to `account`; a tree that it owns already is left alone. */
export async function giveTo(path: string, { uid, gid }: Account): Promise<void> {
  const found = await lstat(path)
  if (found.isSymbolicLink()) return
  if (found.uid !== uid || found.gid !== gid) await chown(path, uid, gid)
  if (!found.isDirectory()) return
  for (const name of await readdir(path)) await giveTo(join(path, name), { name: '', uid, gid })
}
