export type Spread = { median: number; least: number; most: number }

export function spreadOf(values: number[], digits = 0): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const round = (value: number) => Number(value.toFixed(digits))
  return {
    median: round(sorted[sorted.length >> 1]!),
    least: round(sorted[0]!),
    most: round(sorted.at(-1)!),
  }
}
