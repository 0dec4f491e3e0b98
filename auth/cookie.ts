import type { Origin } from './origin.ts'

const attributes = 'Path=/; HttpOnly; SameSite=Strict'

/** `__Host-` binds a cookie to this very host; browsers take it over TLS alone. */
export function cookieName({ isLoopback }: Origin): string {
  return isLoopback ? 'sesshu' : '__Host-sesshu'
}

/** Without `Domain`, so that no neighbour under the same domain gets it; gone with the browser. */
export function sessionCookie(token: string, at: Origin): string {
  return `${cookieName(at)}=${token}; ${attributes}${at.isLoopback ? '' : '; Secure'}`
}

export function noCookie(at: Origin): string {
  return `${cookieName(at)}=; ${attributes}${at.isLoopback ? '' : '; Secure'}; Max-Age=0`
}

/** The value of a cookie; undefined when it is not there, or there twice. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return values.length === 1 ? values[0]!.slice(name.length + 1) || undefined : undefined
}
