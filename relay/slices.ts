/** Course ids are random, so that slices by their first digits are equally full. */
export type Slice = { prefix: string; from: string; to: string }

const perSliceAtMost = 4_000
const digitsAtMost = 4
const zeros = '00000000-0000-0000-0000-000000000000'

/** All ids, cut so that about `expected` of them make slices that fit into memory. */
export function slicesOf(expected: number): Slice[] {
  let digits = 0
  while (digits < digitsAtMost && expected / 16 ** digits > perSliceAtMost) digits += 1
  return Array.from({ length: 16 ** digits }, (_, index) => {
    const prefix = digits === 0 ? '' : index.toString(16).padStart(digits, '0')
    const from = prefix + zeros.slice(digits)
    return { prefix, from, to: prefix + zeros.slice(digits).replaceAll('0', 'f') }
  })
}
