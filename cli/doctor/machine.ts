import { access, constants, mkdtemp, rm, statfs } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import PDFDocument from 'pdfkit'
import { checkNode } from '../../bin/setup.mjs'
import { postgresBinaries } from '../../db/server.ts'
import { useFonts } from '../../letters/fonts.ts'
import { isAtLeast, readVersion } from '../../supervisor/program-version.ts'
import { oldestServer, temporalAtHand } from '../../supervisor/temporal-binary.ts'
import { type Check, type Finding, fail, ok, warn } from './check.ts'

const leastFreeBytes = 2 * 1024 ** 3
const oldestGo = '1.26.8'
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

// Made-up names in the characters that fonts lack most often.
const printedSample = '𠮷野 髙橋 﨑山 渡邉 山邊 ヴェ゛ ー 〒012-3456 第2回'

export function machineChecks(dataDir: string): Check[] {
  return [
    { name: 'Node', look: async () => lookAtNode() },
    { name: 'Data folder', look: () => lookAtDataDir(dataDir) },
    { name: 'Free disk', look: () => lookAtDisk(dataDir) },
    { name: 'PostgreSQL programs', look: lookAtPostgres },
    { name: 'Temporal program', look: lookAtTemporal },
    { name: 'Letter font', look: async () => lookAtFont() },
    { name: 'Browser for tests', look: lookForBrowser },
  ]
}

function lookAtNode(): Finding {
  checkNode()
  const { node } = process.versions
  if (isAtLeast(node, '22')) return ok(node)
  return warn(`${node} works, but gets no security fixes any more`, 'Install Node 24 when you can.')
}

async function lookAtDataDir(dataDir: string): Promise<Finding> {
  const folder = await nearestExisting(resolve(dataDir))
  try {
    const probe = await mkdtemp(join(folder, '.doctor-'))
    await rm(probe, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return fail(`${folder} cannot be written (${code})`, 'Name another folder with --data-dir.')
  }
  return ok(folder === resolve(dataDir) ? folder : `${resolve(dataDir)} (will be made)`)
}

async function lookAtDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestExisting(resolve(dataDir)))
  const freeBytes = bavail * bsize
  const message = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB`
  if (freeBytes >= leastFreeBytes) return ok(message)
  return fail(`${message}: a campaign and a Temporal build need 2 GiB`, 'Free some disk space.')
}

async function lookAtPostgres(): Promise<Finding> {
  const { version, folder } = await postgresBinaries()
  return ok(`${version} in ${folder}`)
}

async function lookAtTemporal(): Promise<Finding> {
  const found = await temporalAtHand()
  if (found) return ok(`server ${found.version} (${found.path})`)
  const go = await readVersion('go', ['version'], /go(\d+\.\d+(?:\.\d+)?)/)
  if (go && isAtLeast(go, oldestGo)) {
    return warn(
      `none yet; it will be downloaded, or built with Go ${go} in about three minutes`,
      'Nothing: the first start does it.',
    )
  }
  return warn(
    `none yet, and ${go ? `Go ${go} is too old` : 'no Go'} to build it`,
    `Install Go ${oldestGo} or newer, or the Temporal CLI with server ${oldestServer} or newer.`,
  )
}

function lookAtFont(): Finding {
  const { regular } = useFonts(new PDFDocument({ autoFirstPage: false }))
  const missing = [...printedSample].filter((one) => !regular.hasGlyph(one.codePointAt(0)!))
  if (missing.length === 0) return ok('Noto Sans JP prints the sample names')
  return fail(`the font lacks ${missing.join(' ')}`, 'Delete node_modules and start again.')
}

async function lookForBrowser(): Promise<Finding> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const name of browsers) {
      if (await exists(join(folder, name), constants.X_OK)) return ok(join(folder, name))
    }
  }
  return warn(
    'no Chromium: the browser tests are skipped',
    'apt-get install chromium, to run them.',
  )
}

async function nearestExisting(path: string): Promise<string> {
  if (await exists(path, constants.F_OK)) return path
  return path === dirname(path) ? path : nearestExisting(dirname(path))
}

async function exists(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}
