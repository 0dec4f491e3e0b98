/**
 * Passwords by scrypt. The parameters are kept with each hash, so that they can be raised later: a hash
 * made with older ones still opens. Form: `scrypt$logN$r$p$salt$key`, salt and key in base64url.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

export type Cost = { logN: number; r: number; p: number }

/** 32 MiB and a fifth of a second on one core. */
export const usualCost: Cost = { logN: 15, r: 8, p: 3 }

const keyBytes = 32
const saltBytes = 16
export const shortestPassword = 12
export const longestPassword = 200
/** A hash that asks for more than this is not one of ours. */
const mostMemory = 256 * 1024 * 1024
/** Hashing fills whole cores; scans must not wait behind a flood of sign-ins. */
const atOnce = 2

export async function hashPassword(password: string, cost: Cost = usualCost): Promise<string> {
  const salt = randomBytes(saltBytes)
  const key = await derive(password, salt, cost)
  const { logN, r, p } = cost
  return ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * Whether the password made the hash. With no hash it takes as long and says no, so that an unknown
 * login cannot be told from a wrong password.
 */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const parts = kept === null ? undefined : parse(kept)
  if (!parts) {
    await derive(password.slice(0, longestPassword), Buffer.alloc(saltBytes), usualCost)
    return false
  }
  const key = await derive(password.slice(0, longestPassword), parts.salt, parts.cost)
  return timingSafeEqual(key, parts.key)
}

function parse(kept: string): { cost: Cost; salt: Buffer; key: Buffer } | undefined {
  const [kind, logN, r, p, salt, key] = kept.split('$')
  if (kind !== 'scrypt' || !salt || !key) return undefined
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) }
  const keyOf = Buffer.from(key, 'base64url')
  const isOurs = memoryOf(cost) <= mostMemory && keyOf.length === keyBytes
  return isOurs ? { cost, salt: Buffer.from(salt, 'base64url'), key: keyOf } : undefined
}

function memoryOf({ logN, r }: Cost): number {
  return 128 * 2 ** logN * r
}

const waiting: (() => void)[] = []
let running = 0

async function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await new Promise((resolve, reject) => {
      const options = { N: 2 ** cost.logN, r: cost.r, p: cost.p, maxmem: 2 * memoryOf(cost) }
      scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) =>
        error ? reject(error) : resolve(key),
      )
    })
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}
