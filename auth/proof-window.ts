/**
 * Which DPoP nonces this process has given out of late, and which proofs it has seen under them. A nonce
 * is a time slot under a secret of this process, so nothing is stored until a valid proof arrives; a
 * proof counts once, here and nowhere else: another process knows neither its nonce nor its id, and
 * after a restart both are strange. Time is wall time.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const macBytes = 16

export type ProofWindow = {
  /** The nonce of this moment. */
  nonce(): string
  /** Whether the nonce is ours and of this slot or the one before. */
  isFresh(nonce: string): boolean
  /** Remembers a proof for as long as its nonce can live. False when it was seen before. */
  isFirstUse(nonce: string, proofId: string): boolean
}

/** A nonce lives for one to two slots. */
export function proofWindow(options: { slotMs?: number; now?: () => number } = {}): ProofWindow {
  const { slotMs = 60_000, now = Date.now } = options
  const secret = randomBytes(32)
  const seen = new Map<number, Set<string>>()
  const given = { slot: -1, nonce: '' }

  const slotNow = () => Math.floor(now() / slotMs)
  const nonceOf = (slot: number) => {
    const mac = createHmac('sha256', secret).update(String(slot)).digest().subarray(0, macBytes)
    return `${slot.toString(36)}.${mac.toString('base64url')}`
  }
  const slotOf = (nonce: string) => Number.parseInt(nonce.split('.', 1)[0] ?? '', 36)

  return {
    nonce() {
      const slot = slotNow()
      if (given.slot !== slot) Object.assign(given, { slot, nonce: nonceOf(slot) })
      return given.nonce
    },
    isFresh(nonce) {
      if (nonce === given.nonce && given.slot === slotNow()) return true
      const slot = slotOf(nonce)
      const age = slotNow() - slot
      if (age !== 0 && age !== 1) return false
      const [sent, wanted] = [Buffer.from(nonce), Buffer.from(nonceOf(slot))]
      return sent.length === wanted.length && timingSafeEqual(sent, wanted)
    },
    isFirstUse(nonce, proofId) {
      const slot = slotOf(nonce)
      for (const old of seen.keys()) if (old < slotNow() - 1) seen.delete(old)
      const proofs = seen.get(slot) ?? new Set()
      seen.set(slot, proofs)
      if (proofs.has(proofId)) return false
      proofs.add(proofId)
      return true
    },
  }
}
