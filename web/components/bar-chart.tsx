import { addDays, daysBetween } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'

export type Bar = { on: PlainDate; first: number; second: number }

const barWidth = 10
const gap = 3
const height = 160
const top = 18
const bottom = 22
const left = 44
/** A chart of few bars is not blown up to the width of the page. */
const fewestColumns = 28

/**
 * Bars of one day or one week each, first doses below, further doses above, drawn on the server. The
 * picture is described by its label; the numbers stand in a table beside it.
 */
export function BarChart(props: {
  label: string
  from: PlainDate
  to: PlainDate
  bars: Bar[]
  firstWords: string
  secondWords: string
  /** One bar for so many days; each stands on the last of them. */
  daysPerBar?: number
}) {
  const { from, to, bars, daysPerBar = 1 } = props
  const columns = Math.floor(daysBetween(from, to) / daysPerBar) + 1
  const columnWidth = daysPerBar === 1 ? barWidth + gap : 2 * (barWidth + gap)
  const width = left + Math.max(columns, fewestColumns) * columnWidth
  const most = roundedUp(Math.max(1, ...bars.map((bar) => bar.first + bar.second)))
  const tall = (n: number) => (Math.max(0, n) / most) * height
  const xOf = (on: PlainDate) => left + Math.floor(daysBetween(from, on) / daysPerBar) * columnWidth
  const floor = top + height
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${width} ${floor + bottom}`}
        role="img"
        aria-label={props.label}
        preserveAspectRatio="xMinYMin meet"
      >
        {[0, most / 2, most].map((n) => (
          <g>
            <line class="grid" x1={left} x2={width} y1={floor - tall(n)} y2={floor - tall(n)} />
            <text class="scale" x={left - 6} y={floor - tall(n) + 4} text-anchor="end">
              {n}
            </text>
          </g>
        ))}
        {bars.map(({ on, first, second }) => (
          <g>
            <Block kind="first" x={xOf(on)} y={floor - tall(first)} height={tall(first)} />
            <Block
              kind="second"
              x={xOf(on)}
              y={floor - tall(first + second)}
              height={tall(second)}
            />
          </g>
        ))}
        {labelledDays(from, columns, daysPerBar).map((on) => (
          <text class="scale" x={xOf(on)} y={floor + 16}>
            {shortDay(on)}
          </text>
        ))}
      </svg>
      <figcaption>
        <span class="key key-first" aria-hidden="true" /> {props.firstWords}{' '}
        <span class="key key-second" aria-hidden="true" /> {props.secondWords}
      </figcaption>
    </figure>
  )
}

function Block(props: { kind: 'first' | 'second'; x: number; y: number; height: number }) {
  const { kind, x, y, height: tall } = props
  if (tall === 0) return null
  return <rect class={`bar-${kind}`} x={x} y={y} width={barWidth} height={tall} />
}

/** A round number that is little more, even, so that half of it is a whole number. */
function roundedUp(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n))
  const marks = [1, 1.5, 2, 3, 4, 5, 6, 8, 10, 20].map((mark) => mark * power)
  return marks.find((mark) => mark >= n && mark % 2 === 0)!
}

/** Two weeks of days, or four weeks. */
const columnsPerLabel = { days: 14, weeks: 4 }

function labelledDays(from: PlainDate, columns: number, daysPerBar: number): PlainDate[] {
  const every = daysPerBar === 1 ? columnsPerLabel.days : columnsPerLabel.weeks
  const labels = Math.ceil(columns / every)
  return Array.from({ length: labels }, (_, i) => addDays(from, i * every * daysPerBar))
}

function shortDay(on: PlainDate): string {
  return `${Number(on.slice(5, 7))}/${Number(on.slice(8, 10))}`
}
