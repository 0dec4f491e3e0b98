/** Where the api is heard: http on this machine, https beyond it. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { type ServerType, serve } from '@hono/node-server'
import { assertTransport } from '../config/transport.ts'

type Fetch = (request: Request) => Response | Promise<Response>

export type Listens = {
  host: string
  port: number
  publicOrigin?: string | undefined
  tls?: { host: string; port: number; certFile: string; keyFile: string }
}

export type Listening = {
  /** Requests under way are answered; nobody else comes in. */
  close(then: () => void): void
}

const oldestTls = 'TLSv1.2'

/**
 * Calls `onReady` when all are heard. Throws when plain http would be heard beyond this machine, and
 * when a certificate cannot be read.
 */
export function listen(fetch: Fetch, at: Listens, onReady: () => void): Listening {
  assertTransport(at)
  const { host, port, tls } = at
  const wanted = tls ? 2 : 1
  let ready = 0
  const one = () => {
    ready += 1
    if (ready === wanted) onReady()
  }
  const servers: ServerType[] = [serve({ fetch, hostname: host, port }, one)]
  if (tls) {
    const serverOptions = {
      cert: readFileSync(tls.certFile),
      key: readFileSync(tls.keyFile),
      minVersion: oldestTls,
    } as const
    servers.push(
      serve({ fetch, hostname: tls.host, port: tls.port, createServer, serverOptions }, one),
    )
  }
  return {
    close(then) {
      let open = servers.length
      for (const server of servers) {
        server.close(() => {
          open -= 1
          if (open === 0) then()
        })
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      }
    },
  }
}
