// Whoever is asked by mail answers once: when the mail is there whole, and not again.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type MailReader, startMailReader } from '../../../simulator/mail-reader.ts'

const path = `/my/mail/confirm/202029/${'a'.repeat(32)}`
const mail = `Subject: made up\r\nContent-Type: text/plain\r\n\r\nhttp://127.0.0.1${path}\r\n`

let mailDir: string
let server: Server
let reader: MailReader
let asked: string[]

beforeEach(async () => {
  mailDir = await mkdtemp(join(tmpdir(), 'sesshu-reader-'))
  asked = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  reader = startMailReader({ mailDir, apiUrl: `http://127.0.0.1:${port}` })
})
afterEach(async () => {
  await reader.stop()
  server.close()
  await rm(mailDir, { recursive: true })
})

test('a mail that is still being written is left, and answered once when it is delivered', async () => {
  await writeFile(join(mailDir, '.partial-0001-unknown.eml'), mail)
  await writeFile(join(mailDir, '0000-unknown.eml'), mail.replace('aaaa', 'bbbb'))
  const first = `POST ${path.replace('aaaa', 'bbbb')}`
  await vi.waitFor(() => expect(asked).toEqual([first]), { timeout: 5_000 })
  await rename(join(mailDir, '.partial-0001-unknown.eml'), join(mailDir, '0001-unknown.eml'))
  await vi.waitFor(() => expect(asked).toEqual([first, `POST ${path}`]), { timeout: 5_000 })
})
