// The importer waits for keyd's answers to bulk questions longer than a venue would: by a keyd that answers
// late, and a clock that is turned forward.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Sql } from '../../../db/client.ts'
import { openImportVault } from '../../../workers/import-vault.ts'

test('an answer that comes after a minute is no keyd that is away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'late-keyd-'))
  const socketPath = join(folder, 'keyd.sock')
  let answer = () => {}
  const asked = new Promise<void>((isAsked) => {
    server = createServer((socket) => {
      const tell = (id: number, said: object) =>
        socket.write(`${JSON.stringify({ id, answer: said })}\n`)
      socket.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.trim().split('\n')) {
          const { id, op } = JSON.parse(line) as { id: number; op: string }
          if (op === 'hello') tell(id, {})
          else {
            answer = () =>
              void tell(id, { items: [{ packed: Buffer.alloc(16).toString('base64') }] })
            isAsked()
          }
        }
      })
    }).listen(socketPath)
  })
  const vault = openImportVault({ socketPath, token: 'token', looks: undefined as unknown as Sql })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const indexes = vault.index('012025', 'body', ['one'])
    indexes.catch(() => {})
    await asked
    vi.advanceTimersByTime(60_000)
    answer()
    expect(await indexes).toHaveLength(1)
  } finally {
    vi.useRealTimers()
    await vault.close()
    server?.close()
    await rm(folder, { recursive: true, force: true })
  }
})

let server: ReturnType<typeof createServer> | undefined
