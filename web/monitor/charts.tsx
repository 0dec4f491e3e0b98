/** Figures drawn on the server. Each is described by its label; the numbers stand in a table beside it. */
import type { Child } from 'hono/jsx'
import { addDays, daysBetween } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'

export type DayBar = {
  day: PlainDate
  mail: number
  letter: number
  missed: number
  waiting: number
}

const plot = { left: 44, top: 14, height: 170, bottom: 24 }

/** What left by day, mails below and letters above; on top what was owed and had not left. */
export function DayChart(props: {
  label: string
  from: PlainDate
  to: PlainDate
  bars: DayBar[]
  words: { mail: string; letter: string; missed: string; waiting: string }
}) {
  const { label, from, to, bars, words } = props
  const days = daysBetween(from, to) + 1
  const step = days > 70 ? 9 : 13
  const width = plot.left + Math.max(days, 28) * step
  const most = roundScale(
    Math.max(4, ...bars.map((bar) => bar.mail + bar.letter + bar.missed + bar.waiting)),
  )
  const floor = plot.top + plot.height
  const tall = (n: number) => (n / most) * plot.height
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${floor + plot.bottom}`} role="img" aria-label={label}>
        <Grid width={width} most={most} floor={floor} tall={tall} />
        {bars.map(({ day, mail, letter, missed, waiting }) => {
          const x = plot.left + daysBetween(from, day) * step + 1
          const part = (kind: string, below: number, n: number) =>
            n > 0 && (
              <rect
                class={kind}
                x={x}
                y={floor - tall(below + n)}
                width={step - 3}
                height={tall(n)}
              />
            )
          return (
            <g>
              {part('sent-mail', 0, mail)}
              {part('sent-letter', mail, letter)}
              {part('not-yet', mail + letter, waiting)}
              {part('not-left', mail + letter + waiting, missed)}
            </g>
          )
        })}
        {everyNth(days, Math.max(5, Math.ceil(days / 8))).map((n) => (
          <text class="scale" x={plot.left + n * step} y={floor + 17}>
            {shortDay(addDays(from, n))}
          </text>
        ))}
      </svg>
      <figcaption>
        <Key kind="sent-mail">{words.mail}</Key> <Key kind="sent-letter">{words.letter}</Key>{' '}
        <Key kind="not-yet">{words.waiting}</Key> <Key kind="not-left">{words.missed}</Key>
      </figcaption>
    </figure>
  )
}

function Key({ kind, children }: { kind: string; children: Child }) {
  return (
    <span class="chart-key">
      <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
        <rect class={kind} x="1" y="1" width="12" height="12" />
      </svg>{' '}
      {children}
    </span>
  )
}

function Grid(props: { width: number; most: number; floor: number; tall: (n: number) => number }) {
  const { width, most, floor, tall } = props
  return (
    <>
      {[0, most / 2, most].map((n) => (
        <g>
          <line class="grid" x1={plot.left} x2={width} y1={floor - tall(n)} y2={floor - tall(n)} />
          <text class="scale" x={plot.left - 6} y={floor - tall(n) + 4} text-anchor="end">
            {n.toLocaleString('en-US')}
          </text>
        </g>
      ))}
    </>
  )
}

export type ShareBar = { label: string; part: number; of: number; words: string }

const shareRow = { height: 40, label: 150, width: 420, right: 70 }

/** Shares as bars along one scale from 0 to 100%, a thin line for the reach of chance around each. */
export function ShareChart({ label, bars }: { label: string; bars: ShareBar[] }) {
  const width = shareRow.label + shareRow.width + shareRow.right
  const height = bars.length * shareRow.height + 26
  const at = (share: number) => shareRow.label + share * shareRow.width
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g>
            <line class="grid" x1={at(share)} x2={at(share)} y1={0} y2={height - 22} />
            <text class="scale" x={at(share)} y={height - 6} text-anchor="middle">
              {`${share * 100}%`}
            </text>
          </g>
        ))}
        {bars.map(({ label: name, part, of, words }, i) => {
          const y = i * shareRow.height + 8
          const [low, high] = reachOf(part, of)
          return (
            <g>
              <text class="row-label" x={shareRow.label - 10} y={y + 16} text-anchor="end">
                {name}
              </text>
              <rect
                class="share"
                x={at(0)}
                y={y + 2}
                width={(of ? part / of : 0) * shareRow.width}
                height={20}
              />
              {of > 0 && <line class="reach" x1={at(low)} x2={at(high)} y1={y + 12} y2={y + 12} />}
              <text class="row-value" x={at(high) + 8} y={y + 16}>
                {words}
              </text>
            </g>
          )
        })}
      </svg>
    </figure>
  )
}

/** Where the share may well lie that so few show: Wilson's interval at 95%. */
export function reachOf(part: number, of: number): [low: number, high: number] {
  if (of === 0) return [0, 0]
  const z = 1.96
  const share = part / of
  const middle = share + (z * z) / (2 * of)
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  const scale = 1 + (z * z) / of
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)]
}

export type MonthBar = { month: string; value: number; isShown: boolean }

const small = { width: 250, height: 76, top: 20, bottom: 18, letter: 8 }

/** Words at either end are kept inside the figure. */
function placeUnder(i: number, count: number, step: number) {
  if (i < 2) return { x: i * step + 3, 'text-anchor': 'start' } as const
  if (i > count - 3 && count > 6) return { x: (i + 1) * step - 3, 'text-anchor': 'end' } as const
  return { x: i * step + step / 2, 'text-anchor': 'middle' } as const
}

/** One item by month, small: a row of such figures is compared by shape, each on its own scale. */
export function MonthChart({ label, bars }: { label: string; bars: MonthBar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const step = small.width / Math.max(bars.length, 6)
  const floor = small.top + small.height
  const under = (i: number) => placeUnder(i, bars.length, step)
  const tall = (n: number) => (n / most) * small.height
  // Of numbers that would run into each other, that of the month in question alone is drawn.
  const doAllFit = most.toLocaleString('en-US').length * small.letter < step
  const nth = Math.ceil((Math.max(...bars.map(({ month }) => month.length)) * small.letter) / step)
  return (
    <figure class="chart month-chart">
      <svg viewBox={`0 0 ${small.width} ${floor + small.bottom}`} role="img" aria-label={label}>
        <line class="grid" x1={0} x2={small.width} y1={floor} y2={floor} />
        {bars.map(({ month, value, isShown }, i) => (
          <g>
            <rect
              class={isShown ? 'month-shown' : 'month'}
              x={i * step + 3}
              y={floor - tall(value)}
              width={step - 6}
              height={tall(value)}
            />
            {value > 0 && (doAllFit || isShown) && (
              <text class="scale" {...under(i)} y={floor - tall(value) - 4}>
                {value.toLocaleString('en-US')}
              </text>
            )}
            {(bars.length - 1 - i) % nth === 0 && (
              <text class="scale" {...under(i)} y={floor + 14}>
                {month}
              </text>
            )}
          </g>
        ))}
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  )
}

/** Little more than the number, and halved without a rest. */
export function roundScale(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n))
  const marks = [1, 2, 4, 6, 8, 10, 20].map((mark) => mark * power)
  return marks.find((mark) => mark >= n && mark % 2 === 0) ?? 20 * power
}

function everyNth(count: number, nth: number): number[] {
  return Array.from({ length: Math.ceil(count / nth) }, (_, i) => i * nth)
}

function shortDay(day: PlainDate): string {
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8, 10))}`
}
