/**
 * A UUID of version 8, which is left to whoever makes it (RFC 9562, 5.8), out of the first 32 hexadecimal
 * digits of a digest: what says the same has the same id.
 */
export function uuidOfHex(digest: string): string {
  const variant = ((Number.parseInt(digest[16]!, 16) & 0x3) | 0x8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
