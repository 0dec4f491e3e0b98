// Proves the frame of the command line as a shell sees it: real processes, their output and codes.
import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkNode, ensureInstalled } from '../../bin/setup.mjs'
import { readReport } from '../../bin/test-report.mjs'
import { commandNames } from '../../cli/main.ts'

const root = resolve(import.meta.dirname, '../..')
const tsx = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-cli-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

type Outcome = { code: number; stdout: string; stderr: string }

/** Runs cli/main.ts as bin/sesshu.mjs does, without installing anything. */
async function sesshu(...args: string[]): Promise<Outcome> {
  const script = `const { main } = await import(${JSON.stringify(join(root, 'cli/main.ts'))})
process.exitCode = await main(process.argv.slice(1))`
  const env = { PATH: process.env.PATH ?? '', HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') }
  const child = ['--import', tsx, '--input-type=module', '--eval', script, '--', ...args]
  return run(process.execPath, child, { cwd: folder, env })
}

async function run(
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, options)
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

describe('the command line', () => {
  it('lists every command on --help', async () => {
    const { code, stdout } = await sesshu('--help')
    expect(code).toBe(0)
    for (const name of commandNames) expect(stdout).toMatch(new RegExp(`^  ${name}\\s`, 'm'))
  })

  it.each([
    [[], /^$/],
    [['nonsense'], /There is no command 'nonsense'\. Run npx sesshu --help/],
    [['toString'], /There is no command 'toString'/],
    [['doctor', '--jsn'], /'doctor' has no flag --jsn\. It takes --json, --data-dir, --help\./],
  ])('answers wrong usage %j with exit code 2', async (args, message) => {
    const { code, stderr } = await sesshu(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it.each(commandNames)('%s has --help, --json and --data-dir', async (name) => {
    const { code, stdout } = await sesshu(name, '--help')
    expect(code).toBe(0)
    expect(stdout).toContain('--json')
    expect(stdout).toContain('--data-dir')
    expect(stdout).not.toContain('\u001b')
  })

  it('doctor tells each check on its own and as JSON, and fails where one fails', async () => {
    const good = await sesshu('doctor', '--json', '--data-dir', join(folder, 'data'))
    const answer = JSON.parse(good.stdout)
    expect(answer.checks.length).toBe(answer.ok + answer.warn + answer.fail)
    expect(
      answer.checks.find((check: { name: string }) => check.name === 'Letter font'),
    ).toMatchObject({ status: 'ok' })
    expect(good.code).toBe(answer.fail > 0 ? 1 : 0)
    const bad = await sesshu('doctor', '--data-dir', '/proc/nowhere')
    expect(bad.code).toBe(1)
    expect(bad.stdout).toMatch(/^fail {2}Data folder: .*\n {6}→ Name another folder/m)
  })
})

describe('installing', () => {
  const lockOf = (integrity: string) =>
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity } } })
  let path: string | undefined

  // An npm that counts its runs and leaves what npm ci leaves.
  beforeEach(async () => {
    await writeFile(join(folder, 'package-lock.json'), lockOf('one'))
    await mkdir(join(folder, 'tools'))
    await writeFile(
      join(folder, 'tools', 'npm'),
      `#!/bin/sh
echo "$@" >> ${folder}/runs
[ -e ${folder}/broken ] && exit 1
rm -rf node_modules && mkdir -p node_modules && sleep 0.3
cp package-lock.json node_modules/.package-lock.json
`,
      { mode: 0o755 },
    )
    path = process.env.PATH
    process.env.PATH = `${join(folder, 'tools')}:${path}`
  })

  afterEach(() => {
    process.env.PATH = path
  })

  const install = () => ensureInstalled({ folder, say: () => {} })
  const runs = async () =>
    (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

  it('happens once, without install scripts, and links the command', async () => {
    await install()
    await install()
    expect(await runs()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)])
    const link = await readlink(join(folder, 'node_modules', '.bin', 'sesshu'))
    expect(resolve(folder, 'node_modules', '.bin', link)).toBe(join(folder, 'bin', 'sesshu.mjs'))
  })

  it('happens once when two start at once', async () => {
    await Promise.all([install(), install(), install()])
    expect(await runs()).toHaveLength(1)
  })

  it('happens again when the lockfile changes', async () => {
    await install()
    await writeFile(join(folder, 'package-lock.json'), lockOf('two'))
    await install()
    expect(await runs()).toHaveLength(2)
  })

  it('is left out when somebody ran npm ci by hand', async () => {
    await mkdir(join(folder, 'node_modules'))
    await cp(join(folder, 'package-lock.json'), join(folder, 'node_modules', '.package-lock.json'))
    await install()
    expect(await runs()).toEqual([])
  })

  it('that failed is said and tried again by the next start', async () => {
    await writeFile(join(folder, 'broken'), '')
    await expect(install()).rejects.toThrow(/npm ci failed.*start again/)
    await rm(join(folder, 'broken'))
    await install()
    expect(await runs()).toHaveLength(2)
  })

  it('is taken over from a process that was killed', async () => {
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { withLock } from ${JSON.stringify(join(root, 'bin/lock.mjs'))}
await withLock(${JSON.stringify(join(folder, '.sesshu-install', 'lock'))}, () => {
  console.log('held')
  return new Promise((resolve) => setTimeout(resolve, 60000))
})`,
    ])
    await new Promise((held) => holder.stdout.once('data', held))
    const ended = new Promise((gone) => holder.once('exit', gone))
    holder.kill('SIGKILL')
    await ended
    await install()
    expect(await runs()).toHaveLength(1)
  })
})

it.each([
  ['20.20.0', true],
  ['20.19.9', false],
  ['18.99.0', false],
  ['24.0.0', true],
])('Node %s is new enough: %s', (version, isEnough) => {
  const look = () => checkNode(version)
  if (isEnough) expect(look).not.toThrow()
  else expect(look).toThrow(/needs Node 20\.20 or newer/)
})

describe('counting a test report', () => {
  const report = (more: object) =>
    JSON.stringify({
      numPassedTests: 3,
      numFailedTests: 0,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [],
      ...more,
    })
  const file = (...statuses: string[]) => ({
    status: 'failed',
    assertionResults: statuses.map((status) => ({ status })),
  })

  it.each([
    ['all green', report({}), 0, { passed: 3, failed: 0, skipped: 1 }],
    ['a failed test', report({ numFailedTests: 1, testResults: [file('failed')] }), 1, 1],
    ['a file that does not load', report({ testResults: [file()] }), 1, 1],
    ['both', report({ numFailedTests: 1, testResults: [file('failed'), file('passed')] }), 1, 2],
    ['an unhandled rejection', report({}), 1, 1],
    ['no test at all', report({ numPassedTests: 0, numPendingTests: 0 }), 0, 1],
    ['no report', '', 1, 1],
  ])('%s', (_name, json, exitCode, expected) => {
    const counts = readReport(json, exitCode)
    if (typeof expected === 'number') expect(counts.failed).toBe(expected)
    else expect(counts).toEqual(expected)
  })
})
