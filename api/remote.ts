import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

const loopback = /^(::1|::ffff:127\.|127\.)/

/** The address at the other end of the connection; `none` when there is no socket, in tests. */
export function remoteAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'none'
  } catch {
    return 'none'
  }
}

export function isRemoteLoopback(c: Context): boolean {
  const address = remoteAddress(c)
  return address === 'none' || loopback.test(address)
}

/**
 * Of a resident, behind whom a proxy of this machine may stand: then the last address that it added.
 * Anything else in that header is whatever the sender wrote.
 */
export function readerAddress(c: Context): string {
  const address = remoteAddress(c)
  if (!loopback.test(address)) return address
  return c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() || address
}
