/** A hand scanner that behaves like a keyboard: faster than fingers, and an Enter at the end. */

/** Slower than any scanner, faster than anybody's typing. */
const gapMaxMs = 50
/** A burst this short may be two keys hit at once. */
const lettersMin = 8
const lettersMax = 64

export type Key = { key: string; atMs: number }
export type Collected =
  /** Not a scanner's, as far as can be seen. */
  | 'typed'
  /** In the middle of a burst: whatever has the focus should not get it. */
  | 'burst'
  | { text: string }

/** Told every key in order; answers what it belongs to. */
export function wedgeCollector(): (key: Key) => Collected {
  let text = ''
  let lastMs = Number.NEGATIVE_INFINITY

  return ({ key, atMs }) => {
    const isFast = atMs - lastMs <= gapMaxMs
    lastMs = atMs
    if (key === 'Enter') {
      const collected = text
      text = ''
      return isFast && collected.length >= lettersMin ? { text: collected } : 'typed'
    }
    if (key.length !== 1) return text !== '' && isFast ? 'burst' : 'typed'
    text = isFast && text.length < lettersMax ? text + key : key
    return text.length > 1 ? 'burst' : 'typed'
  }
}
