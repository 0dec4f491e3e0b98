// The Temporal UI as operators get it: the real UI server on the real Temporal, over HTTP.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { freePort } from '../../config/ports.ts'
import { findUiServer } from '../../supervisor/temporal-binary.ts'
import { writeUiConfig } from '../../supervisor/ui-config.ts'

let folder: string
let server: ChildProcess
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-ui-'))
  const { path } = await findUiServer()
  const port = await freePort()
  const { args } = await writeUiConfig(folder, {
    temporalAddress: inject('temporal').address,
    port,
    defaultNamespace: inject('temporal').namespace,
  })
  server = spawn(path, args, { stdio: 'ignore' })
  url = `http://127.0.0.1:${port}`
  await untilItAnswers()
})

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  if (server.exitCode === null && server.kill()) await ended
  await rm(folder, { recursive: true, force: true })
})

async function untilItAnswers(): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the UI server ended with ${server.exitCode}`)
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(50)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the UI server answers; the tests look at it.
const ask = async (path: string): Promise<any> => (await fetch(`${url}${path}`)).json()

test('serves its page and lists the namespace of the server behind it', async () => {
  const page = await fetch(`${url}/`)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  const { namespaces } = await ask('/api/v1/namespaces')
  const names = namespaces.map((one: { namespaceInfo: { name: string } }) => one.namespaceInfo.name)
  expect(names).toContain(inject('temporal').namespace)
})

test('lets operators look and change nothing, and asks nobody outside', async () => {
  expect(await ask('/api/v1/settings')).toMatchObject({
    DefaultNamespace: inject('temporal').namespace,
    DisableWriteActions: true,
    RefreshWorkflowCountsDisabled: true,
    DisableNewsFetch: true,
    FeedbackURL: '',
    Codec: { Endpoint: '' },
  })
})

test('starts no workflow, not even for one who goes past the page', async () => {
  const first = await fetch(`${url}/api/v1/settings`)
  const token = /_csrf=([^;]+)/.exec(first.headers.getSetCookie().join(' '))?.[1] ?? ''
  const namespace = inject('temporal').namespace
  const answer = await fetch(`${url}/api/v1/namespaces/${namespace}/workflows/never`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-csrf-token': token,
      cookie: `_csrf=${token}`,
      origin: url,
    },
    body: JSON.stringify({
      workflowType: { name: 'never' },
      taskQueue: { name: 'never' },
      requestId: 'never',
    }),
  })
  expect(answer.status).toBe(405)
})
