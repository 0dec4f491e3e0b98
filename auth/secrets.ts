import { createHash, randomBytes, randomInt } from 'node:crypto'

/** 256 random bits as text: a cookie, a token. Only its SHA-256 is ever stored. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** No letter that is taken for another when read aloud. */
const legible = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
const codeLength = 16

/** 78 random bits to be typed once, as `XXXX-XXXX-XXXX-XXXX`. */
export function newCode(): string {
  const letters = Array.from({ length: codeLength }, () => legible[randomInt(legible.length)])
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

/** As `newCode` made it, however it was typed. */
export function codeTyped(text: string): string {
  const letters = text.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}
