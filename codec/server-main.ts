/** The codec server as a process. It knows the keys of Temporal's payloads, and no database. */
import { serve } from '@hono/node-server'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { parseCodecKeys } from './keys.ts'
import { createCodecServer } from './server.ts'
import { askApi } from './who-is.ts'

const env = readEnvironment([
  'CODEC_HOST',
  'CODEC_PORT',
  'LOG_LEVEL',
  'SESSHU_API_URL',
  'SESSHU_CODEC_KEYS',
  'SESSHU_CODEC_UI_ORIGIN',
])
const log = createLog({ name: 'codec', level: env.LOG_LEVEL })
const app = createCodecServer({
  keys: parseCodecKeys(env.SESSHU_CODEC_KEYS),
  whoIs: askApi(env.SESSHU_API_URL),
  uiOrigin: new URL(env.SESSHU_CODEC_UI_ORIGIN).origin,
  log,
})
const server = serve({ fetch: app.fetch, hostname: env.CODEC_HOST, port: env.CODEC_PORT }, () => {
  log.info({ port: env.CODEC_PORT }, 'codec server is listening')
  announceReady()
})

const drainWithinMs = 2_000

function drain(): void {
  setTimeout(() => process.exit(0), drainWithinMs).unref()
  server.close(() => process.exit(0))
  if ('closeIdleConnections' in server) server.closeIdleConnections()
}
process.once('SIGTERM', drain)
process.once('SIGINT', drain)
