/** Over which connections people and tablets may speak: plain http stays on this machine. */
import { isIP } from 'node:net'

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/

export function isLoopbackHost(host: string): boolean {
  return loopback.test(host)
}

/** `https://192.0.2.7:8743`, with the brackets that an IPv6 address needs. */
export function httpsOrigin(host: string, port: number): string {
  const name = isIP(host) === 6 ? `[${host}]` : host
  return `https://${name}${port === 443 ? '' : `:${port}`}`
}

/**
 * Throws, with a sentence for whoever started the process, when plain http would be heard beyond this
 * machine. Behind a proxy the address that people use says so: https, or this machine's own.
 */
export function assertTransport(listens: {
  host: string
  publicOrigin?: string | undefined
}): void {
  const { host, publicOrigin } = listens
  if (isLoopbackHost(host)) return
  if (publicOrigin !== undefined) {
    const { protocol, hostname } = new URL(publicOrigin)
    if (protocol === 'https:' || isLoopbackHost(hostname)) return
  }
  throw new Error(
    `API_HOST is ${host}, and nothing is encrypted there: passwords and tickets would cross the network ` +
      `in the clear. Use "npx sesshu up --host ${host}", which speaks https, or leave API_HOST at ` +
      '127.0.0.1; behind a proxy set SESSHU_PUBLIC_ORIGIN to the https address that people use.',
  )
}
