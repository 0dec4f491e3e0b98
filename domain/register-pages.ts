/**
 * Where the pages of a printed register break. Not every so many rows: one new person would then move the
 * beginning of every page that follows, and all of them would have to be printed again. A page ends with
 * whoever's id, a random one, says so; where nobody's does, with the likeliest of the last few. Somebody
 * who comes or goes therefore changes the page that they stand on and seldom another.
 */

/** Answers evenly spread numbers from 0 to below 1, the same for the same id. */
export type Spread = (id: string) => number

export const rowsPerPage = { most: 16, atLeastBefore: 8 } as const
/** One in so many ids ends a page wherever it stands. */
const endsOneIn = 13

/** `rows` in their order, whole; pages of 1 to `rowsPerPage.most`. */
export function pagesOf<Row extends { id: string }>(rows: readonly Row[], spread: Spread): Row[][] {
  const pages: Row[][] = []
  let from = 0
  while (from < rows.length) {
    const end = from + pageLength(rows.slice(from, from + rowsPerPage.most), spread)
    pages.push(rows.slice(from, end))
    from = end
  }
  return pages
}

function pageLength(rows: readonly { id: string }[], spread: Spread): number {
  const numbers = rows.map(({ id }) => spread(id))
  const ending = numbers.findIndex((number) => number < 1 / endsOneIn)
  if (ending >= 0) return ending + 1
  if (rows.length < rowsPerPage.most) return rows.length
  let best: number = rowsPerPage.atLeastBefore
  for (let i = best + 1; i < numbers.length; i++) if (numbers[i]! < numbers[best]!) best = i
  return best + 1
}

const codeLetters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 6

/**
 * A code for each page, as long as its last row is the same person; `digits` gives a number of 0 to below
 * 1 for a page's last id and a try, so that no two pages of a print have one code.
 */
export function pageCodes(lastIds: readonly string[], digits: (text: string) => number): string[] {
  const taken = new Set<string>()
  return lastIds.map((id) => {
    for (let attempt = 0; ; attempt++) {
      const code = codeOf(digits(`${id}/${attempt}`))
      if (taken.has(code)) continue
      taken.add(code)
      return code
    }
  })
}

function codeOf(number: number): string {
  let left = Math.floor(number * codeLetters.length ** codeLength)
  let code = ''
  for (let i = 0; i < codeLength; i++) {
    code = codeLetters[left % codeLetters.length] + code
    left = Math.floor(left / codeLetters.length)
  }
  return code
}

export type PrintedPage = { code: string; digest: string }
export type PageChange = { insert: boolean[]; remove: string[] }

/** Which pages go into the binder and which come out of it, by what was printed last. */
export function changesSince(
  before: readonly PrintedPage[],
  now: readonly PrintedPage[],
): PageChange {
  const known = new Map(before.map(({ code, digest }) => [code, digest]))
  const standing = new Map(now.map(({ code, digest }) => [code, digest]))
  return {
    insert: now.map(({ code, digest }) => known.get(code) !== digest),
    remove: before.flatMap(({ code, digest }) => (standing.get(code) === digest ? [] : [code])),
  }
}
