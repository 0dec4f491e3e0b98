/** A code held before the camera is taken once, not thirty times a second. */
import type { SeenCode } from './ticket-read.ts'

/** A code counts as taken away when it was not seen for this long. */
const goneAfterMs = 1_500
/**
 * A slip carries a bar code beside its QR code, and a blurred picture may show the bars alone: they count
 * when the better code has not come up for this long.
 */
const barsAfterMs = 700
/** The second code of our own sheets is the same line with two check digits more. */
const lineDigits = 18

export type InView = {
  /** Told what each frame shows, nothing included; answers whether that has not been taken yet. */
  isNews(code: SeenCode | undefined, atMs: number): boolean
  /** The code was dealt with; until it is taken away it is no news. */
  take(code: SeenCode, atMs: number): void
}

export function inView(): InView {
  let taken: { key: string; seenAtMs: number } | undefined
  let bars: { text: string; sinceMs: number } | undefined

  function areBarsAlone(code: SeenCode, atMs: number): boolean {
    if (code.way !== 'nw7') {
      bars = undefined
      return false
    }
    if (bars?.text !== code.text) bars = { text: code.text, sinceMs: atMs }
    return atMs - bars.sinceMs < barsAfterMs
  }

  return {
    isNews(code, atMs) {
      if (taken && atMs - taken.seenAtMs > goneAfterMs) taken = undefined
      if (code === undefined) return false
      const isTooEarly = areBarsAlone(code, atMs)
      if (taken?.key !== keyOf(code)) {
        // The bars of the slip that still lies there are no other slip.
        return !isTooEarly && !(code.way === 'nw7' && taken?.key.includes(digitsOf(code)))
      }
      taken.seenAtMs = atMs
      return false
    },
    take(code, atMs) {
      taken = { key: keyOf(code), seenAtMs: atMs }
    },
  }
}

const digitsOf = ({ text }: SeenCode) => text.replace(/\D/g, '')
const keyOf = (code: SeenCode) => (code.way === 'qr' ? code.text.slice(0, lineDigits) : code.text)
