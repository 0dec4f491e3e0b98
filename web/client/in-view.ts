/** A code held before the camera is taken once, not thirty times a second. */
import type { SeenCode } from './ticket-read.ts'

/** A code counts as taken away when one frame after another has been without it for this long. */
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
  take(code: SeenCode): void
}

export function inView(): InView {
  let taken: { key: string; missedSinceMs: number | undefined } | undefined
  let bars: { text: string; sinceMs: number } | undefined

  function areBarsAlone(code: SeenCode, atMs: number): boolean {
    if (code.way !== 'nw7') {
      bars = undefined
      return false
    }
    if (bars?.text !== code.text) bars = { text: code.text, sinceMs: atMs }
    return atMs - bars.sinceMs < barsAfterMs
  }

  /** The bars of the slip that still lies there are no other slip. */
  function isStillThere(code: SeenCode): boolean {
    if (taken?.key === keyOf(code)) return true
    return code.way === 'nw7' && taken?.key.includes(digitsOf(code)) === true
  }

  return {
    isNews(code, atMs) {
      const areTooEarly = code !== undefined && areBarsAlone(code, atMs)
      // Not by when it was seen last: a slow tablet is longer over one frame than a slip may be away.
      if (taken?.missedSinceMs !== undefined && atMs - taken.missedSinceMs > goneAfterMs) {
        taken = undefined
      }
      if (taken && code && isStillThere(code)) {
        taken.missedSinceMs = undefined
        return false
      }
      if (taken) taken.missedSinceMs ??= atMs
      return code !== undefined && !areTooEarly
    },
    take(code) {
      taken = { key: keyOf(code), missedSinceMs: undefined }
    },
  }
}

const digitsOf = ({ text }: SeenCode) => text.replace(/\D/g, '')
const keyOf = (code: SeenCode) => (code.way === 'qr' ? code.text.slice(0, lineDigits) : code.text)
