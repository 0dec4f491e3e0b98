// Proves the order in which Temporal is looked for, and that nothing half-made is ever used:
// real processes throughout, with small shell scripts in the place of the programs.
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAtLeast } from '../../supervisor/program-version.ts'
import {
  type FindOptions,
  findTemporal,
  findUiServer,
  ProgramNotFound,
  programFolder,
} from '../../supervisor/temporal-binary.ts'

let folder: string
let servers: Server[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-binary-'))
  servers = []
})

afterEach(async () => {
  for (const server of servers) server.close()
  await rm(folder, { recursive: true, force: true })
})

const temporalOf = (server: string) =>
  `#!/bin/sh\necho 'temporal version 1.9.0 (Server ${server}, UI 2.50.1)'\n`

async function program(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, script)
  await chmod(path, 0o755)
  return path
}

/** A Go that counts its builds and makes a program of the given script. */
async function fakeGo({
  go = '1.26.8',
  script = temporalOf('1.32.0'),
  seconds = 0,
} = {}): Promise<void> {
  await program(
    join(folder, 'path', 'go'),
    `#!/bin/sh
if [ "$1" = version ]; then echo "go version go${go} linux/amd64"; exit 0; fi
trap 'exit 1' INT
echo "$5$4" >> ${folder}/builds
printf 'half' > "$3"
sleep ${seconds}
cat > "$3" <<'END'
${script}END
chmod +x "$3"
`,
  )
}

function options(more: FindOptions = {}): FindOptions {
  return {
    cacheDir: join(folder, 'cache'),
    env: { PATH: `${join(folder, 'path')}:/usr/bin:/bin` },
    downloadUrl: null,
    ...more,
  }
}

async function builds(): Promise<number> {
  const log = await readFile(join(folder, 'builds'), 'utf8').catch(() => '')
  return log.split('\n').filter(Boolean).length
}

async function cached(): Promise<string[]> {
  return readdir(await programFolder(join(folder, 'cache'))).catch(() => [])
}

async function serve(
  answer: Parameters<typeof createServer>[1] & ((...args: never[]) => void),
): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`
}

async function archive(script: string): Promise<Buffer> {
  await program(join(folder, 'packed', 'temporal'), script)
  const path = join(folder, 'temporal.tar.gz')
  execFileSync('tar', ['-czf', path, '-C', join(folder, 'packed'), 'temporal'])
  return readFile(path)
}

describe('the order', () => {
  it('takes a new enough program from the PATH', async () => {
    const path = await program(join(folder, 'path', 'temporal'), temporalOf('1.32.1'))
    expect(await findTemporal(options())).toEqual({ path, version: '1.32.1', source: 'path' })
  })

  it('passes over an older one on the PATH and builds, then finds it in the cache', async () => {
    await program(join(folder, 'path', 'temporal'), temporalOf('1.31.2'))
    await fakeGo()
    const lines: string[] = []
    const built = await findTemporal(options({ onProgress: (line) => lines.push(line) }))
    expect(built).toMatchObject({ source: 'built', version: '1.32.0' })
    expect(lines).toContain('Building temporal from source with Go (about three minutes, once) …')
    expect(await findTemporal(options())).toEqual({ ...built, source: 'cache' })
    expect(await builds()).toBe(1)
    expect(await cached()).toEqual(['temporal'])
  })

  it('downloads before it builds', async () => {
    const body = await archive(temporalOf('1.33.0'))
    const downloadUrl = await serve((_request, response) => response.end(body))
    await fakeGo()
    const found = await findTemporal(options({ downloadUrl }))
    expect(found).toMatchObject({ source: 'download', version: '1.33.0' })
    expect(await builds()).toBe(0)
    expect(await cached()).toEqual(['temporal'])
  })

  it('replaces a cached program that does not run', async () => {
    await fakeGo()
    const { path } = await findTemporal(options())
    await writeFile(path, 'not a program')
    expect(await findTemporal(options())).toMatchObject({ source: 'built' })
  })
})

describe('a bad download leaves nothing and is passed over', () => {
  const cases: [string, (body: Buffer) => Parameters<typeof serve>[0], RegExp][] = [
    ['refused', () => (_request, response) => response.writeHead(404).end(), /answered 404/],
    [
      'broken off',
      (body) => (_request, response) => {
        response.writeHead(200, { 'content-length': body.length })
        response.write(body.subarray(0, 60), () => response.destroy())
      },
      /terminated|closed|broke off/,
    ],
    [
      'damaged',
      (body) => (_request, response) => response.end(Buffer.from(body).fill(0, 30, 90)),
      /damaged/,
    ],
    [
      'sent elsewhere without TLS',
      () => (_request, response) =>
        response.writeHead(302, { location: 'http://archive.example/' }).end(),
      /away from https/,
    ],
  ]

  it.each(cases)('%s', async (_name, answer, why) => {
    const downloadUrl = await serve(answer(await archive(temporalOf('1.32.0'))))
    await fakeGo({ go: '1.20.1' })
    const error = await findTemporal(options({ downloadUrl })).catch((caught) => caught)
    expect(error).toBeInstanceOf(ProgramNotFound)
    expect(
      error.attempts.find(({ where }: { where: string }) => where === downloadUrl)?.why,
    ).toMatch(why)
    expect(await cached()).toEqual([])
  })

  it('too old', async () => {
    const body = await archive(temporalOf('1.30.0'))
    const downloadUrl = await serve((_request, response) => response.end(body))
    await fakeGo()
    expect(await findTemporal(options({ downloadUrl }))).toMatchObject({ source: 'built' })
  })
})

describe('building', () => {
  it('happens once when two starts need it at once', async () => {
    await fakeGo({ seconds: 1 })
    const both = await Promise.all([findTemporal(options()), findTemporal(options())])
    expect(both.map(({ source }) => source).sort()).toEqual(['built', 'cache'])
    expect(await builds()).toBe(1)
  })

  it('stopped in the middle, leaves nothing broken', async () => {
    await fakeGo({ seconds: 1 })
    const stop = new AbortController()
    const finding = findTemporal(options({ signal: stop.signal })).catch((error) => error)
    while ((await builds()) === 0) await sleep(20)
    stop.abort(new Error('Ctrl-C'))
    expect((await finding).message).toBe('Ctrl-C')
    expect(await cached()).toEqual([])
    await fakeGo()
    expect(await findTemporal(options())).toMatchObject({ source: 'built' })
  })

  it('takes over from a start that was killed', async () => {
    await fakeGo()
    const place = await programFolder(join(folder, 'cache'))
    const deadPid = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }))
    await mkdir(join(place, 'temporal.lock'), { recursive: true })
    const owner = { token: 'gone', pid: deadPid, host: hostname() }
    await writeFile(join(place, 'temporal.lock', 'owner.json'), JSON.stringify(owner))
    await writeFile(join(place, 'temporal.part-1'), 'half')
    expect(await findTemporal(options())).toMatchObject({ source: 'built' })
    expect(await cached()).toEqual(['temporal'])
  })
})

it('says of every attempt why it failed, and what to install', async () => {
  await program(join(folder, 'path', 'temporal'), temporalOf('1.29.1'))
  await program(join(folder, 'path', 'go'), '#!/bin/sh\necho go version go1.22.0 linux/amd64\n')
  const error = await findTemporal(options()).catch((caught) => caught)
  expect(error.message).toMatch(/Install Go 1\.26\.8 or newer/)
  expect(error.message).toMatch(/version 1\.29\.1 is older than 1\.32\.0/)
  expect(error.message).toMatch(/Go 1\.22\.0 is older than 1\.26\.8/)
})

it('builds the UI server from its own package', async () => {
  await fakeGo({ script: '#!/bin/sh\necho Temporal UI version 2.50.1\n' })
  expect(await findUiServer(options())).toMatchObject({ source: 'built' })
  expect(await readFile(join(folder, 'builds'), 'utf8')).toContain('ui-server/v2/cmd/server')
})

it('compares versions as numbers, not as text', () => {
  const part = fc.nat({ max: 40 })
  const version = fc.tuple(part, part, part)
  fc.assert(
    fc.property(version, version, (one, other) => {
      const weight = ([a, b, c]: [number, number, number]) => a * 10_000 + b * 100 + c
      expect(isAtLeast(one.join('.'), other.join('.'))).toBe(weight(one) >= weight(other))
    }),
  )
})
