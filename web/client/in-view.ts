/** A code held before the camera is taken once, not thirty times a second. */

/** A code counts as taken away when it was not seen for this long. */
const goneAfterMs = 1_500

export type InView = {
  /** Told what each frame shows, nothing included; answers whether that has not been taken yet. */
  isNews(text: string | undefined, atMs: number): boolean
  /** The code was dealt with; until it is taken away it is no news. */
  take(text: string, atMs: number): void
}

export function inView(): InView {
  let taken: { text: string; seenAtMs: number } | undefined
  return {
    isNews(text, atMs) {
      if (taken && atMs - taken.seenAtMs > goneAfterMs) taken = undefined
      if (text === undefined) return false
      if (taken?.text !== text) return true
      taken.seenAtMs = atMs
      return false
    },
    take(text, atMs) {
      taken = { text, seenAtMs: atMs }
    },
  }
}
