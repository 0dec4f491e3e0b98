/**
 * What a letter says, below its first fold. The same code measures and draws: lines stand closer only where
 * the longest words would not fit the page otherwise.
 */
import { DomainError } from '../domain/errors.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import type { NoticeForPrint } from './notice.ts'
import type { Block, Pen } from './pen.ts'
import type { LetterWords } from './words.ts'

/** Millimetres. */
export const bodyPlace = { x: 22, y: 106, width: 166, bottom: 275 } as const

/** In sizes of the type, the roomiest first. */
const leadings = [1.45, 1.38, 1.3, 1.24]

type Write = (text: string, block: Block) => number
type Flow = {
  write: Write
  frame: (top: number, bottom: number) => void
  rule: (y: number) => void
}

/** Throws `letterDoesNotFit` when not even the closest lines leave room for the foot. */
export function drawBody(pen: Pen, letter: NoticeForPrint, words: LetterWords): void {
  const measuring = (leading: number): Flow => ({
    write: (text, block) => block.y + pen.height(text, { leading, ...block }),
    frame: () => {},
    rule: () => {},
  })
  const leading = leadings.find((each) => flow(measuring(each), letter, words) <= bodyPlace.bottom)
  if (leading === undefined) {
    throw new DomainError('letterDoesNotFit', `letter ${letter.letterId} is longer than its page`)
  }
  const { x, width } = bodyPlace
  flow(
    {
      write: (text, block) => pen.write(text, { leading, ...block }),
      frame: (top, bottom) => pen.rule(x, top, width, bottom - top, 1.5),
      rule: (y) => pen.rule(x, y, width, 0, 0.5),
    },
    letter,
    words,
  )
}

/** The y below all of it, in millimetres. */
function flow(flow: Flow, letter: NoticeForPrint, words: LetterWords): number {
  const { write } = flow
  const at = (y: number, more: Partial<Block> = {}) => {
    const { x, width } = bodyPlace
    return { x, width, y, ...more }
  }
  const centred = { size: 18, weight: 'bold', align: 'center', tag: 'H1' } as const
  let y = write(words.title, at(bodyPlace.y, centred)) + 3
  for (const sentence of words.opening) y = write(sentence, at(y))
  y = action(flow, words, y + 3.5) + 3.5
  for (const sentence of words.ownDetails) y = write(sentence, at(y, { field: 'text' })) + 0.5
  for (const sentence of words.details) y = write(sentence, at(y)) + 0.5
  y = contact(flow, letter, words, y + 2)
  y = write(words.easyJapanese, at(y + 2.5, { breakAt: 'spaces' })) + 2
  return write(words.english, at(y, { lang: 'en' }))
}

function action({ write, frame }: Flow, { action, deadline }: LetterWords, top: number): number {
  const inner = { x: bodyPlace.x + 6, width: bodyPlace.width - 12 }
  let y = write(action, { ...inner, y: top + 3.5, size: 17, weight: 'bold', tag: 'H2' })
  for (const line of deadline) {
    y = write(line, { ...inner, y: y + 0.5, size: 14, weight: 'bold' })
  }
  const bottom = y + 3.5
  frame(top, bottom)
  return bottom
}

function contact(
  { write, rule }: Flow,
  { sender }: NoticeForPrint,
  words: LetterWords,
  top: number,
): number {
  rule(top)
  const inner = { x: bodyPlace.x, width: bodyPlace.width, field: 'sender' }
  let y = write(noticesJa.contact, { ...inner, y: top + 2, weight: 'bold', tag: 'H2' })
  y = write(`${sender.municipalityName} ${sender.office}`, { ...inner, y })
  y = write(noticesJa.phone(sender.phone), { ...inner, y, size: 16, weight: 'bold' })
  if (words.contact) y = write(words.contact, { ...inner, y })
  rule(y + 2)
  return y + 2
}
