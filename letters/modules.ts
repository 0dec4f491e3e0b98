/** Two-dimensional codes as bars in millimetres. */
import type { Bar } from './pen.ts'

/** The top left corner of a code, its quiet margin not counted. */
export type Place = { x: number; y: number }

/** Dark neighbours of a row become one bar: between two, no printer leaves a hair of white. */
export function rowsOfModules(
  count: number,
  isDark: (row: number, column: number) => boolean,
  { x, y }: Place,
  size: number,
): Bar[] {
  const module = size / count
  const bars: Bar[] = []
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (!isDark(row, column)) continue
      const from = column
      while (column + 1 < count && isDark(row, column + 1)) column++
      const width = (column + 1 - from) * module
      bars.push({ x: x + from * module, y: y + row * module, width, height: module })
    }
  }
  return bars
}
