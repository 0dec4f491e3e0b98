/**
 * The workflow code as one bundle, kept by the hash of its sources: bundling takes seconds, and a
 * worker that was killed should be back in less.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'
import { failureConverterPath } from '../codec/data-converter.ts'

const root = join(import.meta.dirname, '..')
const sourceFolders = ['workflows', 'domain']
const cacheFolder = join(root, 'node_modules', '.cache', 'sesshu')

/** The source text of the bundle. Works without a writable cache folder, only slower. */
export async function workflowBundle(): Promise<{ code: string }> {
  const kept = join(cacheFolder, `workflows-${sourcesHash()}.js`)
  if (existsSync(kept)) return { code: readFileSync(kept, 'utf8') }
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    failureConverterPath,
    logger: quietLogger,
  })
  keep(kept, code)
  return { code }
}

function sourcesHash(): string {
  const hash = createHash('sha256').update(sdkVersion())
  hash.update(readFileSync(failureConverterPath))
  for (const folder of sourceFolders) {
    const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))
    for (const name of names.sort()) {
      hash.update(`\0${folder}/${name}\0`).update(readFileSync(join(root, folder, name)))
    }
  }
  return hash.digest('hex').slice(0, 24)
}

function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json')
  return String(version)
}

/** Whole or not at all: another process may look at the same moment. */
function keep(path: string, code: string): void {
  try {
    mkdirSync(cacheFolder, { recursive: true })
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, code)
    renameSync(draft, path)
  } catch {
    // A read-only installation bundles at every start.
  }
}

const silent = () => {}
const quietLogger = {
  log: silent,
  trace: silent,
  debug: silent,
  info: silent,
  warn: console.warn,
  error: console.error,
}
