/**
 * A reader who works out by trying every possibility what published figures give away. Knows the
 * published table and the rules of rounding, and shares no code with what made the table.
 */
import type { Shown, TreatedTable } from '../../domain/disclosure-control.ts'

export type Town = { code: string; prefecture: string }
/** Town → column → count. */
export type Possibility = Record<string, Record<string, number>>

/** Every count that is published so, by the rules as they are printed beside the figures. */
function publishedAs(count: number): number {
  if (count < 8) return 0
  const below = count - (count % 5)
  return count - below <= 2 ? below : below + 5
}

function agrees(count: number, shown: Shown, isExact: boolean): boolean {
  if (shown === 'withheld') return true
  return isExact ? count === shown : publishedAs(count) === shown
}

/** Every table without negative counts that would have been published exactly so, in no order. */
export function* possibilities(
  table: TreatedTable,
  towns: readonly Town[],
  columns: readonly string[],
  mostInAll: number,
): Generator<Possibility> {
  const perColumn = columns.map((column) =>
    shuffled([...columnPossibilities(table, towns, column, mostInAll)]),
  )
  yield* join(0, {})

  function* join(at: number, chosen: Record<string, number[]>): Generator<Possibility> {
    if (at < columns.length) {
      for (const counts of perColumn[at]!)
        yield* join(at + 1, { ...chosen, [columns[at]!]: counts })
      return
    }
    const totals = towns.map((_, i) => columns.reduce((sum, c) => sum + chosen[c]![i]!, 0))
    if (!sumsAgree(table, towns, totals, ({ total }) => total)) return
    yield Object.fromEntries(
      towns.map(({ code }, i) => [
        code,
        Object.fromEntries([
          ...columns.map((c) => [c, chosen[c]![i]!]),
          ['total', totals[i]!],
        ]) as Record<string, number>,
      ]),
    )
  }
}

/** So that the first thousand of millions differ in every figure; the same in every run. */
function shuffled<T>(all: T[]): T[] {
  let state = 1
  for (let i = all.length - 1; i > 0; i--) {
    state = (state * 48_271) % 2_147_483_647
    const j = state % (i + 1)
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

function* columnPossibilities(
  table: TreatedTable,
  towns: readonly Town[],
  column: string,
  mostInAll: number,
): Generator<number[]> {
  const counts: number[] = []
  const known = table.state.isExact ? (table.state.columns[column] as number) : mostInAll
  yield* fill(known)

  function* fill(left: number): Generator<number[]> {
    const town = towns[counts.length]
    if (!town) {
      if (sumsAgree(table, towns, counts, (f) => f.columns[column]!)) yield [...counts]
      return
    }
    const shown = table.towns.get(town.code)!.columns[column]!
    for (let count = 0; count <= left; count++) {
      if (!agrees(count, shown, false)) continue
      counts.push(count)
      yield* fill(left - count)
      counts.pop()
    }
  }
}

type Pick = (figures: { total: Shown; columns: Record<string, Shown> }) => Shown

function sumsAgree(
  table: TreatedTable,
  towns: readonly Town[],
  counts: readonly number[],
  pick: Pick,
): boolean {
  const sumOf = (of: (town: Town) => boolean) =>
    towns.reduce((sum, town, i) => sum + (of(town) ? counts[i]! : 0), 0)
  const { state, prefectures } = table
  return (
    agrees(
      sumOf(() => true),
      pick(state),
      state.isExact,
    ) &&
    towns.every((town, i) => agrees(counts[i]!, pick(table.towns.get(town.code)!), false)) &&
    [...prefectures].every(([code, figures]) =>
      agrees(
        sumOf((town) => town.prefecture === code),
        pick(figures),
        figures.isExact,
      ),
    )
  )
}

const lookEvery = 500

/**
 * What each figure of each town can be: every number that occurs in some possibility. Looking for more
 * ends as soon as `isEnough` says so.
 */
export function possibleCounts(
  found: Iterable<Possibility>,
  isEnough: (seen: Map<string, Set<number>>) => boolean = () => false,
): Map<string, Set<number>> {
  const seen = new Map<string, Set<number>>()
  let n = 0
  for (const possibility of found) {
    for (const [town, columns] of Object.entries(possibility)) {
      for (const [column, count] of Object.entries(columns)) {
        const key = `${town} ${column}`
        if (!seen.has(key)) seen.set(key, new Set())
        seen.get(key)!.add(count)
      }
    }
    if (++n % lookEvery === 0 && isEnough(seen)) break
  }
  return seen
}
