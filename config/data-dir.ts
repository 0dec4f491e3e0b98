import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { isSameProcess, processIdentity } from './process-identity.ts'

/** Where everything of one system lies. All paths are absolute. */
export type DataDir = {
  root: string
  /** Pid files, the lock and `status.json`. */
  run: string
  log: string
  mail: string
  letters: string
  /** Ticket sheets for printing. */
  sheets: string
  /** What clerks asked for, sealed until it is fetched. */
  exports: string
  /** The sealer's key and what it remembers of the heads it signed. */
  ledger: string
  /** Certificates and their keys, when the pages are heard beyond this machine. */
  tls: string
  /** The database cluster, or a link to it. */
  pg: string
  temporalDb: string
  state: string
  credentials: string
  /** Of a demo: made-up accounts and tablets. */
  demoCredentials: string
  status: string
}

export const DEFAULT_DATA_DIR = '.sesshu'

/** The paths of a data dir; makes nothing. */
export function dataDirAt(path: string = DEFAULT_DATA_DIR): DataDir {
  const root = resolve(path)
  return {
    root,
    run: join(root, 'run'),
    log: join(root, 'log'),
    mail: join(root, 'mail'),
    letters: join(root, 'letters'),
    sheets: join(root, 'sheets'),
    exports: join(root, 'exports'),
    ledger: join(root, 'ledger'),
    tls: join(root, 'tls'),
    pg: join(root, 'pg'),
    temporalDb: join(root, 'temporal.db'),
    state: join(root, 'state.json'),
    credentials: join(root, 'credentials.json'),
    demoCredentials: join(root, 'demo-credentials.json'),
    status: join(root, 'run', 'status.json'),
  }
}

/** Makes the folders. Root's data dir lets the database's own account pass, but not look. */
export function makeDataDir(dir: DataDir): void {
  const isRoot = process.getuid?.() === 0
  mkdirSync(dir.root, { recursive: true, mode: isRoot ? 0o711 : 0o700 })
  // An empty folder that was made for us, by mktemp for instance, is ours to open that far.
  if (isRoot && readdirSync(dir.root).length === 0) chmodSync(dir.root, 0o711)
  for (const folder of [dir.run, dir.log, dir.mail, dir.letters, dir.sheets, dir.exports]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
}

/** Somebody else runs on this data dir. The message names the process and says what to do. */
export class DataDirInUse extends Error {
  readonly pid: number

  constructor(root: string, pid: number) {
    super(
      `${root} is in use by another sesshu (process ${pid}). ` +
        'Stop that one (Ctrl-C), or give this one a --data-dir of its own.',
    )
    this.name = 'DataDirInUse'
    this.pid = pid
  }
}

export type Lock = { release(): void }

type Holder = { pid: number; identity: string }

const LOCK_ATTEMPTS = 20

/** Takes the data dir for this process; the lock of a process that is gone is taken over. */
export function lockDataDir(dir: DataDir): Lock {
  const path = join(dir.run, 'up.lock')
  const holder: Holder = { pid: process.pid, identity: processIdentity(process.pid) ?? '' }
  const mine = JSON.stringify(holder)
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt += 1) {
    if (createWhole(path, mine)) return { release: () => releaseLock(path, mine) }
    const found = readText(path)
    if (found === undefined) continue
    const other = parseHolder(found)
    if (other && isSameProcess(other.pid, other.identity)) {
      throw new DataDirInUse(dir.root, other.pid)
    }
    removeStale(path, found)
  }
  throw new Error(`${path} could not be taken. Delete it if no sesshu runs on this data dir.`)
}

/** A link appears with its whole content or not at all; a plain write could be read half. */
function createWhole(path: string, content: string): boolean {
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, content, { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Two may find the same stale lock: what was moved aside is put back if it is not the stale one. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomBytes(4).toString('hex')}`
  try {
    renameSync(path, aside)
    if (readText(aside) !== stale) linkSync(aside, path)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function releaseLock(path: string, mine: string): void {
  if (readText(path) === mine) rmSync(path, { force: true })
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, identity } = JSON.parse(text)
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Replaces a file as a whole: a reader sees the old text or the new one. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, text, { mode })
  renameSync(draft, path)
}
