/** The Temporal UI as `sesshu up` starts it: UI server, codec server, and somebody to sign in with. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseCodecKeys } from '../../codec/keys.ts'
import { createCodecServer } from '../../codec/server.ts'
import { askApi } from '../../codec/who-is.ts'
import { createLog } from '../../config/log.ts'
import { freePort } from '../../config/ports.ts'
import { findUiServer } from '../../supervisor/temporal-binary.ts'
import { writeUiConfig } from '../../supervisor/ui-config.ts'
import { serveApp } from './browser.ts'
import { testCodecKeys } from './course-worker.ts'
import type { TestTemporal } from './temporal-setup.ts'

export type UiSite = {
  url: string
  codecUrl: string
  /** A page that signs the browser in, as the role at its end: `…/sign-in/operator`. */
  signInUrl: string
  /** What the codec server logged. */
  logged: string[]
  /** What the UI server printed. */
  uiSaid(): string
  close(): Promise<void>
}

export async function startUiSite({ address, namespace }: TestTemporal): Promise<UiSite> {
  const accounts = await serveAccounts()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const logged: string[] = []
  const codec = await serveApp(
    createCodecServer({
      keys: parseCodecKeys(testCodecKeys),
      whoIs: askApi(accounts.url),
      uiOrigin: url,
      log: createLog({ name: 'codec', to: { write: (line) => void logged.push(line) } }),
    }),
  )
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-ui-'))
  const { path } = await findUiServer()
  const { args } = await writeUiConfig(folder, {
    temporalAddress: address,
    port,
    defaultNamespace: namespace,
    codec: { endpoint: codec.url, signInUrl: accounts.url },
  })
  const server = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  }
  await untilItAnswers(url, server)
  return {
    url,
    codecUrl: codec.url,
    signInUrl: `${accounts.url}/sign-in`,
    logged,
    uiSaid: () => said,
    close: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      if (server.exitCode === null && server.kill()) await ended
      await Promise.all([codec.close(), accounts.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Stands in for the api's accounts: the cookie is as strict as the real one may be. */
async function serveAccounts() {
  const server = createServer((request, response) => {
    const role = /session=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
    const signedIn = /^\/sign-in\/(\w+)$/.exec(request.url ?? '')?.[1]
    if (signedIn) {
      const cookie = `session=${signedIn}; Path=/; HttpOnly; SameSite=Strict`
      response.writeHead(200, { 'set-cookie': cookie }).end('signed in')
    } else if (role) response.end(JSON.stringify({ id: `account-${role}`, role, office: 'system' }))
    else response.writeHead(401).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the UI server ended with ${server.exitCode}`)
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(50)
  }
}
