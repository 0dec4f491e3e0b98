/** Draws the desk: what is being dealt with over the whole screen, the last few below. */
import type { Current, Desk, Line } from './desk.ts'
import { type Feeling, feel } from './feel.ts'
import { dayWords, said, timeWords } from './said.ts'
import type { Verdict } from './verdict.ts'
import { bind, filled, onButton, place, say, showButton, showOver } from './view.ts'

export type DeskPart = { draw(desk: Desk): void }

type On = { next(readId: string): void; undo(readId: string): void; ask(current: Current): void }

/** One redraw a second while a minute to undo is running. */
const secondMs = 1_000

export function setUpDeskPart(on: On): DeskPart {
  let drawn: Desk | undefined

  function drawOver({ current }: Desk): void {
    // Whatever stood there goes first: nothing of one read is ever seen beside another.
    if (drawn?.current === current) return
    clearVerdict()
    if (!current) showOver(undefined)
    else if (current.phase === 'asking') {
      showOver('ask')
      on.ask(current)
    } else if (current.verdict) showVerdict(current, current.verdict)
    else showOver('sending')
  }

  function drawUndo({ current, last }: Desk): void {
    const line = last.find(({ readId }) => readId === current?.readId)
    const left = line ? secondsLeft(line) : 0
    showButton('undo', left > 0, filled(said.undo, { n: left }))
  }

  onButton('next', () => drawn?.current && on.next(drawn.current.readId))
  onButton('undo', () => drawn?.current && on.undo(drawn.current.readId))
  setInterval(() => {
    if (!drawn?.last.some((line) => line.undoUntilMs !== undefined)) return
    drawUndo(drawn)
    if (!countDown(drawn.last)) drawLines(drawn.last, on)
  }, secondMs)

  return {
    draw(desk) {
      const before = drawn?.current
      drawOver(desk)
      drawn = desk
      drawUndo(desk)
      drawLines(desk.last, on)
      const { current } = desk
      if (current?.verdict && current.verdict !== before?.verdict) {
        feel(feelingOf(current.verdict))
      }
    },
  }
}

/** What cannot be undone any more says so once. */
export function sayUndoProblem(words: string): void {
  say('undoProblem', words)
}

function clearVerdict(): void {
  for (const name of ['shape', 'word', 'lead', 'next', 'tail', 'slip']) bind(name, '')
  place('findings').replaceChildren()
  for (const name of ['undoProblem', 'busy']) say(name, undefined)
  const over = place('word').closest<HTMLElement>('.over')!
  delete over.dataset.shape
  delete over.dataset.kind
  delete over.dataset.readId
}

function showVerdict({ readId, read, slip }: Current, verdict: Verdict): void {
  const over = place('word').closest<HTMLElement>('.over')!
  over.dataset.shape = verdict.shape
  over.dataset.kind = verdict.kind
  over.dataset.readId = readId
  bind('shape', said.shapes[verdict.shape])
  bind('word', said.verdicts[verdict.kind])
  bind('lead', said.leads[verdict.kind])
  place('findings').replaceChildren(
    ...verdict.said.map(({ title, message, whatToDo }) => {
      const item = document.createElement('li')
      const first = document.createElement('b')
      first.textContent = title ?? message
      item.append(first, ` ${title ? message : ''} ${whatToDo}`.replace(/\s+/g, ' '))
      return item
    }),
  )
  const { next } = verdict
  bind(
    'next',
    next
      ? filled(said.nextDose, { earliest: dayWords(next.earliest), due: dayWords(next.due) })
      : '',
  )
  bind('tail', read.number.slice(-4))
  bind(
    'slip',
    slip ? `${said.slips[slip.slipKind]} ${filled(said.dose, { n: slip.claimedDoseNumber })}` : '',
  )
  place('tail').closest<HTMLElement>('.of')!.hidden = read.number === ''
  showOver('verdict')
  place('word').focus()
  performance.measure('scan-to-verdict', { start: `read ${readId}`, detail: verdict.kind })
}

function drawLines(last: readonly Line[], on: On): void {
  place('lastNone').hidden = last.length > 0
  place('last').replaceChildren(...last.map((line) => rowOf(line, on)))
}

/**
 * Writes the seconds that are left into the buttons as they stand: one that was drawn anew under a finger
 * would not notice that it was pressed. False when a minute is over and the list must be drawn.
 */
function countDown(last: readonly Line[]): boolean {
  return last.every((line) => {
    const button = place('last').querySelector(`[data-line="${line.readId}"] button`)
    const left = secondsLeft(line)
    if (button && left > 0) button.textContent = filled(said.undo, { n: left })
    return (button !== null) === left > 0
  })
}

function rowOf(line: Line, on: On): HTMLElement {
  const row = document.createElement('li')
  row.dataset.line = line.readId
  const { verdict, slip } = line
  const text = [
    timeWords(line.readAtMs),
    `…${line.tail}`,
    slip ? `${said.slips[slip.slipKind]} ${filled(said.dose, { n: slip.claimedDoseNumber })}` : '',
    verdict ? `${said.shapes[verdict.shape]} ${said.verdicts[verdict.kind]}` : said.waitingFor,
  ]
  if (verdict) row.dataset.kind = verdict.kind
  for (const part of text) {
    const cell = document.createElement('span')
    cell.textContent = part
    row.append(cell)
  }
  const left = secondsLeft(line)
  if (left > 0) {
    const undo = document.createElement('button')
    undo.type = 'button'
    undo.className = 'second'
    undo.textContent = filled(said.undo, { n: left })
    undo.addEventListener('click', () => on.undo(line.readId))
    row.append(undo)
  } else if (line.undoUntilMs !== undefined) {
    const cell = document.createElement('span')
    cell.textContent = said.correction
    row.append(cell)
  }
  return row
}

function secondsLeft({ undoUntilMs }: Line): number {
  return undoUntilMs === undefined ? 0 : Math.max(0, Math.ceil((undoUntilMs - Date.now()) / 1_000))
}

function feelingOf({ kind, shape }: Verdict): Feeling {
  return kind === 'alreadyRead' || kind === 'alreadyRecorded' ? 'again' : shape
}
