import { spawn } from 'node:child_process'
import { rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isAtLeast, readVersion } from './program-version.ts'

/** The module that pins every Temporal program to one go.sum. */
export const goModuleFolder = fileURLToPath(new URL('../tools/temporal', import.meta.url))

const oldestGo = '1.26.8'
const progressEveryMs = 30_000
const killAfterMs = 5_000
const keptOutputChars = 4_000

/** Builds one Go package of tools/temporal to `target`, which is complete or not there. */
export async function goBuild(options: {
  goPackage: string
  target: string
  env: NodeJS.ProcessEnv
  onProgress: (line: string) => void
  signal?: AbortSignal
}): Promise<void> {
  const { goPackage, target, onProgress, signal } = options
  const env = {
    ...options.env,
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly -trimpath -buildvcs=false',
    GOWORK: 'off',
  }
  await requireGo(env)
  const part = `${target}.part-${process.pid}`
  const startedAt = performance.now()
  const ticker = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    onProgress(`Still building (${seconds} s) …`)
  }, progressEveryMs)
  try {
    await runGo(['build', '-o', part, goPackage], env, signal)
    await rename(part, target)
  } finally {
    clearInterval(ticker)
    await rm(part, { force: true })
  }
}

async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const found = await readVersion('go', ['version'], /go(\d+\.\d+(?:\.\d+)?)/, {
    env,
    cwd: goModuleFolder,
  })
  if (found === undefined) throw new Error('there is no Go on the PATH')
  if (!isAtLeast(found, oldestGo)) throw new Error(`Go ${found} is older than ${oldestGo}`)
}

function runGo(args: string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = spawn('go', args, {
      cwd: goModuleFolder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutputChars)
    })
    // On SIGINT go removes its own temporary folder; on SIGTERM it would not.
    const stop = () => {
      child.kill('SIGINT')
      setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref()
    }
    signal?.addEventListener('abort', stop, { once: true })
    child.on('error', reject)
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop)
      if (signal?.aborted) reject(signal.reason)
      else if (code === 0) resolve()
      else reject(new Error(`go build failed: ${lastLines(output) || `exit code ${code}`}`))
    })
  })
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' / ')
}
