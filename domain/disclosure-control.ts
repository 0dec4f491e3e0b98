/**
 * Counts of people in small areas, made fit for everybody to read.
 *
 * Sums are made from exact counts first; then each figure is treated by itself: up to 7 reads 0, the
 * rest is rounded to the nearest 5. The state and prefectures are exact, except a prefecture of so few
 * towns that its figures would be a town's own. Because published sums can betray their parts, every
 * figure that may be small is then audited (`disclosure-audit.ts`). Where a reader could be too sure of
 * it, that town's line is withheld, and its neighbour's with it, since one line alone could be worked out
 * as what is missing in the sum. So that a withheld line does not itself betray what it hides, lines are
 * judged by what is published alone, and some are withheld by lot.
 */
import { type Network, networkOf, type Pipe, possibleRange } from './disclosure-audit.ts'

export const largestSmall = 7
export const roundedTo = 5
/** In fewer towns than this, one town could subtract itself and see the other. */
export const townsAtLeast = 3

/** What is published of a count. */
export type Shown = number | 'withheld'

export type TownCounts = {
  code: string
  prefecture: string
  /** Exact, by column; a missing column counts 0. Below 0 when more was taken back than added. */
  counts: Record<string, number>
}

/** `columns` by the columns' names; `total` is of the exact counts and then treated itself. */
export type Figures = { total: Shown; columns: Record<string, Shown> }

export type TreatedTable = {
  state: Figures & { isExact: boolean }
  prefectures: Map<string, Figures & { isExact: boolean; towns: number }>
  towns: Map<string, Figures>
}

/** The published number of a count: 0 up to 7, to the nearest 5 above. Negative ones alike. */
export function treat(count: number): number {
  if (Math.abs(count) <= largestSmall) return 0
  return Math.round(count / roundedTo) * roundedTo
}

/** The counts that are published as this number, and no others. */
export function countsBehind(shown: Shown): { low: number; high: number } {
  if (shown === 'withheld') return { low: -Infinity, high: Infinity }
  if (shown === 0) return { low: -largestSmall, high: largestSmall }
  const near = Math.floor(roundedTo / 2)
  const [least, most] = [Math.abs(shown) - near, Math.abs(shown) + near]
  const [low, high] = [Math.max(largestSmall + 1, least), most]
  return shown > 0 ? { low, high } : { low: -high, high: -low }
}

/**
 * One table of every town that takes part, `columns` of one kind (age bands, say), as it may be
 * published. `isDrawn` decides by lot, once for each block of lines, and must now and then say yes:
 * a withheld line then never tells by itself that there was something to hide.
 *
 * No other published table may count the same people by town: two tables would have to be audited
 * together. That is why each release counts only what was recorded since the one before.
 */
export function treatTable(
  columns: readonly string[],
  towns: readonly TownCounts[],
  isDrawn: (areas: string[]) => boolean,
): TreatedTable {
  const exact = areasShownExactly(towns)
  const figures = figuresOf(columns, towns, exact)
  const network = networkOf(figures.map(({ pipe }) => pipe))
  const blocks = blocksOf(figures)
  for (const block of blocks) {
    if (isDrawn([...new Set(block.map(({ area }) => area))])) withhold(block)
  }
  for (const index of figures.keys()) protect(network, figures, blocks, index)
  return assembled(figures, towns, exact)
}

type Level = 'state' | 'prefecture' | 'town'

type Figure = {
  level: Level
  area: string
  /** Areas that can hide behind each other: the towns of one exact prefecture, or all others. */
  group: string
  /** Undefined for the total over all columns. */
  column: string | undefined
  isExact: boolean
  shown: Shown
  pipe: Pipe
}

const otherAreas = ''

type Exact = { state: boolean; prefectures: Set<string> }

/**
 * Decided by who takes part, never by the counts. The towns of all other prefectures together must be
 * enough as well, since the state's figure less the exact ones is theirs.
 */
function areasShownExactly(towns: readonly TownCounts[]): Exact {
  const sizes = new Map<string, number>()
  for (const { prefecture } of towns) sizes.set(prefecture, (sizes.get(prefecture) ?? 0) + 1)
  const bySize = [...sizes].sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1))
  const prefectures = new Set(bySize.filter(([, n]) => n >= townsAtLeast).map(([code]) => code))
  let others = bySize.reduce((sum, [code, n]) => sum + (prefectures.has(code) ? 0 : n), 0)
  for (const [code, n] of bySize) {
    if (others === 0 || others >= townsAtLeast) break
    if (prefectures.delete(code)) others += n
  }
  return { state: others === 0 || others >= townsAtLeast, prefectures }
}

type Sum = Pick<Figure, 'level' | 'area' | 'group' | 'column' | 'isExact'> & {
  ends: [string, string]
  count: number
}

/** Every figure, with its exact sum; all sums of the table in one round of joints. */
function figuresOf(
  columns: readonly string[],
  towns: readonly TownCounts[],
  exact: Exact,
): Figure[] {
  const sums = new Map<string, Sum>()
  for (const town of towns) {
    for (const column of columns) {
      const count = town.counts[column] ?? 0
      for (const part of sumsWith(town, column, exact)) {
        const key = part.ends.join(' > ')
        const sum = sums.get(key) ?? { ...part, count: 0 }
        sum.count += count
        sums.set(key, sum)
      }
    }
  }
  const joints = new Map<string, number>()
  const joint = (name: string) => {
    if (!joints.has(name)) joints.set(name, joints.size)
    return joints.get(name)!
  }
  return [...sums.values()].map(({ ends: [from, to], count, ...figure }) => {
    const shown = figure.isExact ? count : treat(count)
    const known = knownOf(count, shown, figure.isExact)
    return { ...figure, shown, pipe: { from: joint(from), to: joint(to), count, ...known } }
  })
}

/** root → prefecture → town → column in the prefecture → column in the state → all → root. */
function sumsWith(
  { code, prefecture }: TownCounts,
  column: string,
  exact: Exact,
): Omit<Sum, 'count'>[] {
  const isExact = exact.prefectures.has(prefecture)
  const ofState = { level: 'state', area: '', group: otherAreas, isExact: exact.state } as const
  const ofPrefecture = {
    level: 'prefecture',
    area: prefecture,
    group: otherAreas,
    isExact,
  } as const
  const group = isExact ? prefecture : otherAreas
  const ofTown = { level: 'town', area: code, group, isExact: false } as const
  const [inPrefecture, inTown] = [`prefecture ${prefecture}`, `town ${code}`]
  const [columnThere, columnInAll] = [`${inPrefecture} ${column}`, `column ${column}`]
  return [
    { ...ofState, column: undefined, ends: ['all', 'root'] },
    { ...ofPrefecture, column: undefined, ends: ['root', inPrefecture] },
    { ...ofTown, column: undefined, ends: [inPrefecture, inTown] },
    { ...ofTown, column, ends: [inTown, columnThere] },
    { ...ofPrefecture, column, ends: [columnThere, columnInAll] },
    { ...ofState, column, ends: [columnInAll, 'all'] },
  ]
}

/** A reader is taken to know more than is published: that nothing was taken back, where that is so. */
function knownOf(count: number, shown: Shown, isExact: boolean): { low: number; high: number } {
  if (isExact) return { low: count, high: count }
  const { low, high } = countsBehind(shown)
  return count < 0 ? { low, high } : { low: Math.max(0, low), high }
}

/** Withholds the figure's block, then its group's other blocks, until nobody can be too sure of it. */
function protect(network: Network, figures: Figure[], blocks: Figure[][], index: number): void {
  const figure = figures[index]!
  if (figure.isExact || isInDoubt(network, index)) return
  const wider = [
    ...blocks.filter((block) => block.includes(figure)),
    ...blocks.filter((block) => block[0]!.group === figure.group),
  ]
  for (const block of wider) {
    withhold(block)
    if (isInDoubt(network, index)) return
  }
  // Cannot be: with nothing published but sums over several towns, any of them may have it all.
  throw new Error('a small count cannot be protected')
}

/**
 * Lines are withheld two by two, the last three by three, as the codes lie: which of them made it
 * necessary cannot be told from outside.
 */
function blocksOf(figures: readonly Figure[]): Figure[][] {
  const lines = new Map<string, Map<string, Figure[]>>()
  for (const figure of figures) {
    if (figure.isExact) continue
    const key = `${figure.group} ${figure.level}`
    const group = lines.get(key) ?? new Map<string, Figure[]>()
    lines.set(key, group.set(figure.area, [...(group.get(figure.area) ?? []), figure]))
  }
  return [...lines.values()].flatMap((group) => {
    const sorted = [...group].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line)
    const last = Math.max(1, Math.floor(sorted.length / 2)) - 1
    return Array.from({ length: last + 1 }, (_, i) =>
      sorted.slice(i * 2, i === last ? undefined : i * 2 + 2).flat(),
    )
  })
}

function withhold(block: Figure[]): void {
  for (const figure of block) {
    figure.shown = 'withheld'
    Object.assign(figure.pipe, knownOf(figure.pipe.count, 'withheld', false))
  }
}

/**
 * Judged by what is published alone, whatever the true count: it may be nobody at all, or it is no
 * small count, or it may be as many numbers as rounding leaves open.
 */
function isInDoubt(network: Network, index: number): boolean {
  const { low: least } = network.pipes[index]!
  if (least > largestSmall) return true
  const { low, high } = possibleRange(network, index, roundedTo)
  const maySpanZero = low <= 0 && high >= 0
  const isLarge = low > largestSmall || high < -largestSmall
  return maySpanZero || isLarge || high - low + 1 >= roundedTo
}

function assembled(figures: Figure[], towns: readonly TownCounts[], exact: Exact): TreatedTable {
  const empty = (): Figures => ({ total: 0, columns: {} })
  const table: TreatedTable = {
    state: { ...empty(), isExact: exact.state },
    prefectures: new Map(),
    towns: new Map(towns.map(({ code }) => [code, empty()])),
  }
  for (const { prefecture } of towns) {
    const isExact = exact.prefectures.has(prefecture)
    const known = table.prefectures.get(prefecture) ?? { ...empty(), isExact, towns: 0 }
    known.towns += 1
    table.prefectures.set(prefecture, known)
  }
  for (const { level, area, column, shown } of figures) {
    const lines = level === 'prefecture' ? table.prefectures : table.towns
    const line = level === 'state' ? table.state : lines.get(area)!
    if (column === undefined) line.total = shown
    else line.columns[column] = shown
  }
  return table
}
