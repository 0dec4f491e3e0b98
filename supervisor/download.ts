import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

// A closed network must be found out quickly: building from source is waiting.
const answerTimeoutMs = 4_000
const stallTimeoutMs = 30_000
const maxArchiveBytes = 500 * 1024 * 1024
const maxRedirects = 5

/**
 * Fetches a .tar.gz and moves the one program of that name in it to `target`, which then either
 * is complete or not there. Errors name what went wrong; nothing half-made is left behind.
 */
export async function downloadProgram(options: {
  url: string
  target: string
  signal?: AbortSignal
}): Promise<void> {
  const { url, target, signal } = options
  const folder = await mkdtemp(`${target}.part-`)
  try {
    const archive = join(folder, 'archive.tar.gz')
    await fetchToFile(url, archive, signal)
    await unpack(archive, basename(target), folder, signal)
    await rename(join(folder, basename(target)), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fetchToFile(url: string, path: string, signal?: AbortSignal): Promise<void> {
  const stalled = new AbortController()
  const signals = signal ? [signal, stalled.signal] : [stalled.signal]
  let timer = setTimeout(giveUp, answerTimeoutMs, `no answer within ${answerTimeoutMs / 1000} s`)
  function giveUp(why: string): void {
    stalled.abort(new Error(why))
  }
  try {
    const response = await followRedirects(url, AbortSignal.any(signals))
    if (!response.ok || !response.body) throw new Error(`it answered ${response.status}`)
    const announced = Number(response.headers.get('content-length') ?? Number.NaN)
    let receivedBytes = 0
    const watch = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        clearTimeout(timer)
        timer = setTimeout(giveUp, stallTimeoutMs, `nothing came for ${stallTimeoutMs / 1000} s`)
        receivedBytes += chunk.length
        done(receivedBytes > maxArchiveBytes ? new Error('it is too large') : null, chunk)
      },
    })
    // biome-ignore lint/suspicious/noExplicitAny: the DOM's and Node's stream types differ in name.
    const body = Readable.fromWeb(response.body as any)
    await pipeline(body, watch, createWriteStream(path), { signal: AbortSignal.any(signals) })
    if (Number.isFinite(announced) && announced !== receivedBytes) {
      throw new Error(`it broke off after ${receivedBytes} of ${announced} bytes`)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw stalled.signal.aborted ? stalled.signal.reason : explain(error)
  } finally {
    clearTimeout(timer)
  }
}

async function followRedirects(url: string, signal: AbortSignal): Promise<Response> {
  let current = url
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    requireSafe(current)
    const response = await fetch(current, { signal, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || !location) return response
    await response.body?.cancel()
    current = new URL(location, current).href
  }
  throw new Error(`it redirects more than ${maxRedirects} times`)
}

/** TLS is what vouches for the archive; plain HTTP is only for this machine itself. */
function requireSafe(url: string): void {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) return
  throw new Error('it redirects away from https')
}

async function unpack(archive: string, name: string, folder: string, signal?: AbortSignal) {
  await new Promise<void>((resolve, reject) => {
    const child = spawn('tar', ['-xzf', archive, '-C', folder, '--no-same-owner', name], {
      stdio: 'ignore',
      ...(signal ? { signal } : {}),
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the archive is damaged or holds no '${name}'`))
    })
  })
}

/** fetch says only "fetch failed"; the reason a person needs is in its cause. */
function explain(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const cause = error.cause as NodeJS.ErrnoException | undefined
  return cause?.code ? new Error(`${cause.code} (${cause.message})`) : error
}
