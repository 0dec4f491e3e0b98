/** What a request says of where it was sent, and from which page. */
export type Origin = {
  /** `https://sesshu.example.jp`, as people and tablets write it. */
  origin: string
  isLoopback: boolean
  isSecure: boolean
}

const loopbackHosts = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Behind a proxy the deployment says its own address; alone, the request's is right. */
export function originOf(url: URL, publicOrigin?: string): Origin {
  const { origin, hostname, protocol } = publicOrigin ? new URL(publicOrigin) : url
  return { origin, isLoopback: loopbackHosts.test(hostname), isSecure: protocol === 'https:' }
}

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Whether a request that rides on a cookie came from a page of ours. Browsers set both headers
 * themselves on every request that changes something; one without either is no browser's.
 */
export function isFromOurPages(
  method: string,
  header: (name: string) => string | undefined,
  { origin }: Origin,
): boolean {
  if (!unsafe.has(method)) return true
  const said = header('origin')
  if (said !== undefined && said !== 'null') return said === origin
  return header('sec-fetch-site') === 'same-origin'
}

/** A path on this site to go on to; anything else leads to the start. */
export function localPath(text: string | undefined): string {
  if (!text || text.length > 500 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return '/'
  return text
}
