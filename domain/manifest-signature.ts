/** What is signed under the manifest of a batch of letters. Pure. */

/** No more than the digest, after words that nothing else that keyd signs begins with. */
export function manifestSigned(sha256: string): Uint8Array {
  return new TextEncoder().encode(`sesshu-letters/1 manifest ${sha256}\n`)
}
