import { createHash } from 'node:crypto'
import { keydClients } from '../../domain/purpose-fields.ts'

// keyd under compose: `.env` holds each client's token, and keyd itself is told their digests alone.
const hashes: Record<string, string> = {}
for (const client of keydClients) {
  const name = `SESSHU_KEYD_TOKEN_${client.toUpperCase()}`
  const token = process.env[name]
  delete process.env[name]
  if (token) hashes[client] = createHash('sha256').update(token, 'utf8').digest('hex')
}
process.env.SESSHU_KEYD_CLIENTS = JSON.stringify(hashes)
await import('../../keyd/main.ts')
