import { createHash } from 'node:crypto'
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Account, canReach, giveTo, systemAccount } from '../db/server/account.ts'
import type { Credentials, ServerLog } from '../db/server.ts'
import { type KeydClient, keydClients } from '../domain/purpose-fields.ts'
import { type Place, plainEnvironment, repositoryRoot } from './place.ts'
import { probeSocket } from './probes.ts'
import type { ProcessSpec } from './process.ts'

/** An account of this name is made for keyd and nothing else; see `settle`. */
const ACCOUNT = 'sesshu-keyd'
/** What a socket's address holds on every system that we know. */
const SOCKET_PATH_BYTES = 103

type Where = Pick<Place, 'dir'>
type Settled = { folder: string; socketPath: string; account?: Account }

export function keydProcess(place: Place, credentials: Credentials, log: ServerLog): ProcessSpec {
  return {
    name: 'keyd',
    launch: async () => {
      const { folder, socketPath, account } = await settle(place, (line) => log.warn(line))
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      chmodSync(folder, 0o700)
      if (account) await giveTo(folder, account)
      return {
        command: process.execPath,
        args: ['--import', 'tsx', 'keyd/main.ts'],
        cwd: repositoryRoot,
        env: {
          ...plainEnvironment(),
          ...tokenOfUsers(),
          SESSHU_DATA_DIR: place.dir.root,
          DATABASE_URL: place.database.roles.sesshu_keyd,
          SESSHU_KEYD_SOCKET: socketPath,
          SESSHU_KEYD_CLIENTS: JSON.stringify(await hashesOfTokens(credentials)),
          SESSHU_DEMO: place.isDemo ? '1' : '0',
          LOG_LEVEL: process.env.LOG_LEVEL || 'info',
        },
        ...(account && { account: { uid: account.uid, gid: account.gid } }),
      }
    },
    probe: async () => probeSocket((await settle(place)).socketPath),
  }
}

/** What a process needs to speak to keyd as `client`. */
export async function keydAccess(
  place: Where,
  credentials: Credentials,
  client: KeydClient,
): Promise<{ SESSHU_KEYD_SOCKET: string; SESSHU_KEYD_TOKEN: string }> {
  return {
    SESSHU_KEYD_SOCKET: (await settle(place)).socketPath,
    SESSHU_KEYD_TOKEN: await credentials.passwordOf(tokenName(client)),
  }
}

export async function keydSocketOf(dir: Place['dir']): Promise<string> {
  return (await settle({ dir })).socketPath
}

/** The name under which `credentials.json` keeps a client's token. */
export function tokenName(client: KeydClient): string {
  return `SESSHU_KEYD_TOKEN_${client.toUpperCase()}`
}

async function hashesOfTokens(credentials: Credentials): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const client of keydClients) {
    const token = await credentials.passwordOf(tokenName(client))
    hashes[client] = createHash('sha256').update(token, 'utf8').digest('hex')
  }
  return hashes
}

const settled = new Map<string, Promise<Settled>>()

/** keyd's folder, its socket, and whose process it is; the same answer for everybody who asks. */
function settle(place: Where, warn?: (line: string) => void): Promise<Settled> {
  const known = settled.get(place.dir.root) ?? settleOnce(place, warn ?? (() => {}))
  settled.set(place.dir.root, known)
  return known
}

async function settleOnce(place: Where, warn: (line: string) => void): Promise<Settled> {
  const folder = join(place.dir.root, 'keyd')
  const account = await ownAccount(place, warn)
  // An account that may not enter `run` has its socket among its own files; root reaches it there.
  if (account)
    return { folder, socketPath: shortEnough(join(folder, 'keyd.sock'), folder, account), account }
  return { folder, socketPath: shortEnough(join(place.dir.run, 'keyd.sock'), folder) }
}

/**
 * As root, keyd runs as `sesshu-keyd` where an administrator has made that account
 * (`useradd --system sesshu-keyd`) and it can read this program. `nobody` will not do: other services
 * share it, PostgreSQL itself may, and whoever shares keyd's account reads its memory. Without the
 * account keyd stays root's, whose files PostgreSQL's account cannot read either. As an ordinary user
 * everything runs as that user: what separates keyd then is its process, its folder and its tokens.
 */
async function ownAccount(
  place: Where,
  warn: (line: string) => void,
): Promise<Account | undefined> {
  const account = process.getuid?.() === 0 ? systemAccount(ACCOUNT) : undefined
  if (!account) return undefined
  const reached = await Promise.all(
    [repositoryRoot, place.dir.root].map((path) => canReach(path, account)),
  )
  if (reached.every(Boolean)) return account
  warn(
    `The account ${ACCOUNT} cannot reach ${repositoryRoot} and ${place.dir.root}: keyd runs as root.`,
  )
  return undefined
}

/** A deep data dir gets a short address elsewhere, in a folder that others cannot enter. */
function shortEnough(path: string, folder: string, account?: Account): string {
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES) return path
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const short = join(tmpdir(), `sesshu-${process.getuid?.() ?? 0}-${name}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(short)
  const isOurs = [account?.uid, process.getuid?.() ?? uid].includes(uid)
  if (!isOurs || (mode & 0o077) !== 0) {
    throw new Error(`${short} is not ours alone. Remove it, or use a data dir with a shorter path.`)
  }
  if (account) chownSync(short, account.uid, account.gid)
  return join(short, 'keyd.sock')
}

/** Where the operator keeps the root key in a token, keyd alone is told how to open it. */
function tokenOfUsers(): Record<string, string> {
  const users = Object.entries(process.env).filter(
    ([name]) => name.startsWith('SESSHU_KEYD_PKCS11_') || name === 'SOFTHSM2_CONF',
  )
  return Object.fromEntries(users) as Record<string, string>
}
