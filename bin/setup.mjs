import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const oldestNode = [20, 20]

/** A sentence for the person at the keyboard, and the exit code that goes with it. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.name = 'SetupError'
    this.exitCode = exitCode
  }
}

export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [needMajor, needMinor] = oldestNode
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return
  throw new SetupError(
    `sesshu needs Node ${needMajor}.${needMinor} or newer; this is Node ${version}. Install a newer Node and try again.`,
  )
}

/** Brings node_modules in step with package-lock.json and puts `sesshu` where npx finds it. */
export async function ensureInstalled({ folder = root, say = sayToStderr } = {}) {
  const wanted = await stampFor(folder)
  if ((await readStamp(folder)) === wanted) return
  await withLock(
    join(folder, '.sesshu-install', 'lock'),
    async () => {
      if ((await readStamp(folder)) === wanted) return
      if (!(await isAlreadyInstalled(folder))) await install(folder, say)
      await linkCommand(folder)
      await writeFile(join(folder, 'node_modules', '.sesshu-stamp'), wanted)
    },
    {
      onWait: (pid) =>
        say(`Waiting for another start${pid ? ` (process ${pid})` : ''} to finish installing …`),
    },
  )
}

async function install(folder, say) {
  say('Installing packages (npm ci, about half a minute, once) …')
  // node_modules goes half-made if npm is killed; without the stamp the next start begins again.
  await rm(join(folder, 'node_modules', '.sesshu-stamp'), { force: true })
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, signal, missing } = await run('npm', args, folder)
  if (missing)
    throw new SetupError(
      'npm was not found. It comes with Node: install Node 20.20 or newer with npm.',
    )
  if (signal)
    throw new SetupError(`The installation was stopped (${signal}). Start again to finish it.`, 130)
  if (code !== 0) {
    throw new SetupError(
      'npm ci failed; its own words are above. Check the network and the free disk space, then start again.',
    )
  }
}

function run(command, args, cwd) {
  return new Promise((resolve) => {
    // npm's chatter belongs on stderr: stdout is for the answer of the command that was asked for.
    const child = spawn(command, args, { cwd, stdio: ['ignore', process.stderr, process.stderr] })
    child.on('error', (error) => resolve({ missing: error.code === 'ENOENT', code: 1 }))
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

async function stampFor(folder) {
  const lockfile = await readFile(join(folder, 'package-lock.json'))
  const place = `${process.platform}-${process.arch}`
  return createHash('sha256').update(place).update(lockfile).digest('hex')
}

async function readStamp(folder) {
  return readFile(join(folder, 'node_modules', '.sesshu-stamp'), 'utf8').catch(() => undefined)
}

/** Somebody ran `npm ci` by hand: npm's own record then names the very same packages. */
async function isAlreadyInstalled(folder) {
  const wanted = await readPackages(join(folder, 'package-lock.json'))
  const found = await readPackages(join(folder, 'node_modules', '.package-lock.json'))
  if (!wanted || !found) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.optional) return true
    return found[path]?.integrity === entry.integrity && found[path]?.version === entry.version
  })
}

async function readPackages(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages
  } catch {
    return undefined
  }
}

// npm links the commands of dependencies but not the project's own.
async function linkCommand(folder) {
  if (process.platform === 'win32') return
  const link = join(folder, 'node_modules', '.bin', 'sesshu')
  await mkdir(dirname(link), { recursive: true })
  await chmod(join(folder, 'bin', 'sesshu.mjs'), 0o755).catch(() => {})
  await rm(link, { force: true })
  await symlink(join('..', '..', 'bin', 'sesshu.mjs'), link)
}

function sayToStderr(line) {
  process.stderr.write(`${line}\n`)
}
