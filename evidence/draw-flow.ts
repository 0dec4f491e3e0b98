/** The data flow as a drawing: outsiders at the left, processes in the middle, the database at the right. */
import { type Flow, type FlowNode, flows } from '../domain/data-flow.ts'
import { inks, page, points, type Sheet, type Words } from './sheet.ts'

const rowHeight = 12
const gap = 3
const columns = {
  left: { x: page.left, width: 46 },
  middle: { x: 82, width: 46 },
  right: { x: 146, width: 44 },
}

/** Column, first row and number of rows of each box. */
const places: Record<FlowNode, { column: keyof typeof columns; row: number; rows: number }> = {
  venueTablet: { column: 'left', row: 0, rows: 1 },
  staff: { column: 'left', row: 1, rows: 1 },
  register: { column: 'left', row: 2, rows: 1 },
  resident: { column: 'left', row: 3, rows: 1 },
  witness: { column: 'left', row: 4, rows: 1 },
  government: { column: 'left', row: 5, rows: 1 },
  temporal: { column: 'left', row: 7, rows: 2 },
  mailServer: { column: 'left', row: 9, rows: 1 },
  printer: { column: 'left', row: 10, rows: 1 },
  api: { column: 'middle', row: 0, rows: 5 },
  state: { column: 'middle', row: 5, rows: 1 },
  sealer: { column: 'middle', row: 6, rows: 1 },
  relay: { column: 'middle', row: 7, rows: 1 },
  worker: { column: 'middle', row: 8, rows: 3 },
  keyd: { column: 'middle', row: 11.5, rows: 2 },
  importer: { column: 'middle', row: 13.75, rows: 1 },
  sticks: { column: 'middle', row: 14.75, rows: 1 },
  stick: { column: 'left', row: 14.75, rows: 1 },
  monitor: { column: 'middle', row: 15.75, rows: 1 },
  office: { column: 'left', row: 15.75, rows: 1 },
  database: { column: 'right', row: 0, rows: 16.75 },
}

/** At which row a line runs, where neither box says so by being one row high. */
const rowOf: Partial<Record<string, number>> = {
  apiRows: 2,
  timers: 8,
  workerRows: 9,
  looksOfKeyd: 12.5,
}

export const flowHeight = 16.75 * rowHeight

type Box = { x: number; y: number; width: number; height: number }

function boxOf(node: FlowNode, top: number): Box {
  const { column, row, rows } = places[node]
  const { x, width } = columns[column]
  return { x, width, y: top + row * rowHeight, height: rows * rowHeight - gap }
}

export type FlowWords = { nodes: Record<FlowNode, string>; note: Partial<Record<FlowNode, string>> }

export function drawFlow(sheet: Sheet, top: number, words: FlowWords): void {
  for (const node of Object.keys(places) as FlowNode[])
    drawBox(sheet, boxOf(node, top), node, words)
  for (const [at, flow] of flows.entries()) drawArrow(sheet, flow, at + 1, top)
}

function drawBox(sheet: Sheet, box: Box, node: FlowNode, words: FlowWords): void {
  const isOutside = places[node].column === 'left'
  sheet.doc
    .roundedRect(points(box.x), points(box.y), points(box.width), points(box.height), 4)
    .lineWidth(isOutside ? 0.8 : 1.2)
    .fillAndStroke(isOutside ? '#ffffff' : inks.head, isOutside ? inks.line : inks.rule)
  const isTight = places[node].rows === 1 && words.nodes[node].includes('\n')
  const size = isTight ? 7.2 : places[node].rows === 1 ? 8.5 : 9.5
  const note = words.note[node]
  const lines: Words[] = [
    ...words.nodes[node].split('\n').map((text) => ({ text, size, weight: 'bold' as const })),
    ...(note ? [{ text: note, size: 7.5, ink: 'soft' as const }] : []),
  ]
  const inner = { x: box.x + 2, width: box.width - 4 }
  const heights = lines.map((line) => sheet.labelHeight(line, inner.width))
  const height = heights.reduce((sum, one) => sum + one, 0)
  let y = box.y + Math.max(0.5, (box.height - height) / 2)
  for (const [at, line] of lines.entries()) {
    sheet.label({ ...line, ...inner, y, align: 'center' })
    y += heights[at]!
  }
}

type Point = { x: number; y: number }

function drawArrow(sheet: Sheet, flow: Flow, number: number, top: number): void {
  const path = pathOf(flow, top)
  const ink = flow.namesPeople ? inks.bad : inks.text
  const { doc } = sheet
  doc.moveTo(points(path[0]!.x), points(path[0]!.y))
  for (const { x, y } of path.slice(1)) doc.lineTo(points(x), points(y))
  doc.lineWidth(1).stroke(ink)
  drawHead(sheet, path.at(-2)!, path.at(-1)!, ink)
  if (flow.bothWays) drawHead(sheet, path[1]!, path[0]!, ink)
  drawNumber(sheet, middleOf(path), number, ink)
}

/** Keys and an import's steps go along the outside of the middle column; the rest runs straight across. */
function pathOf({ id, from, to }: Flow, top: number): Point[] {
  const a = boxOf(from, top)
  const b = boxOf(to, top)
  if (id === 'apiKeys') {
    const lane = a.x + a.width + 6
    const [y1, y2] = [a.y + a.height - 6, b.y + 4]
    return [
      { x: a.x + a.width, y: y1 },
      { x: lane, y: y1 },
      { x: lane, y: y2 },
      { x: b.x + b.width, y: y2 },
    ]
  }
  if (id === 'importTimers') {
    const lane = b.x - 5
    const [y1, y2] = [a.y + a.height - 2, b.y + b.height / 2]
    return [
      { x: a.x + a.width, y: y1 },
      { x: lane, y: y1 },
      { x: lane, y: y2 },
      { x: b.x, y: y2 },
    ]
  }
  if (id === 'importKeys') {
    const x = a.x + a.width / 2
    return [
      { x, y: a.y },
      { x, y: b.y + b.height },
    ]
  }
  if (id === 'workerKeys') {
    const x = a.x + a.width / 2
    return [
      { x, y: a.y + a.height },
      { x, y: b.y },
    ]
  }
  const row = rowOf[id] ?? narrower(from, to)
  const y = top + row * rowHeight + (rowHeight - gap) / 2
  const isRightwards = a.x < b.x
  return [
    { x: isRightwards ? a.x + a.width : a.x, y },
    { x: isRightwards ? b.x : b.x + b.width, y },
  ]
}

function narrower(from: FlowNode, to: FlowNode): number {
  return places[places[from].rows <= places[to].rows ? from : to].row
}

function middleOf(path: Point[]): Point {
  const at = path.length === 2 ? [path[0]!, path[1]!] : [path[1]!, path[2]!]
  return { x: (at[0]!.x + at[1]!.x) / 2, y: (at[0]!.y + at[1]!.y) / 2 }
}

const headLength = 2.2

function drawHead(sheet: Sheet, from: Point, to: Point, ink: string): void {
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  const side = (turn: number) => ({
    x: to.x - headLength * Math.cos(angle + turn),
    y: to.y - headLength * Math.sin(angle + turn),
  })
  const [one, two] = [side(0.45), side(-0.45)]
  sheet.doc
    .moveTo(points(to.x), points(to.y))
    .lineTo(points(one.x), points(one.y))
    .lineTo(points(two.x), points(two.y))
    .closePath()
    .fill(ink)
}

const numberRadius = 2.1

function drawNumber(sheet: Sheet, { x, y }: Point, number: number, ink: string): void {
  sheet.doc
    .circle(points(x), points(y), points(numberRadius))
    .lineWidth(0.7)
    .fillAndStroke('#ffffff', ink)
  const label = { text: String(number), size: 7, weight: 'bold' } as const
  const height = sheet.labelHeight(label, 2 * numberRadius)
  sheet.label({
    ...label,
    x: x - numberRadius,
    y: y - height / 2,
    width: 2 * numberRadius,
    align: 'center',
  })
}
