/**
 * One letter on one A4 page: address in the window of a DL (or 長形3号) envelope, sender at the right, one
 * action in a frame, at the edge the mark for the inserting machine, and at the foot the line that machines
 * read.
 */
import { type NoticeTextKind, noticeTextOf } from '../domain/course.ts'
import type { LetterText } from '../domain/letter-text.ts'
import { shortIdOf } from '../domain/short-id.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import { drawAccess } from './access.ts'
import { drawAddress } from './address.ts'
import { bodyPlace, drawBody } from './body.ts'
import { drawEnvelopeMark } from './envelope-mark.ts'
import type { NoticeForPrint } from './notice.ts'
import type { Block, Pen } from './pen.ts'
import { letterWords } from './words.ts'

export const page = { left: bodyPlace.x, width: bodyPlace.width, bottom: 285 } as const
export const aside = { x: 118, width: 70 } as const
export const foldsAt = [105, 210] as const

/** Throws `letterDoesNotFit`. */
export function drawLetter(pen: Pen, letter: NoticeForPrint, text: LetterText): void {
  drawAddress(pen, letter)
  drawSender(pen, letter)
  drawReference(pen, letter)
  drawBody(pen, letter, letterWords(letter, text))
  // After the rest: whoever reads a page back by its text finds the address first.
  if (letter.access) drawAccess(pen, letter.access)
  for (const y of foldsAt) pen.rule(4, y, 4, 0, 0.5)
  drawEnvelopeMark(pen, { letterId: letter.letterId, page: 1, pages: 1 })
  drawFoot(pen, letter)
}

const kindMarks = {
  reminder: 'R',
  preDue: 'P',
  relocationNotice: 'M',
  lotRecall: 'L',
  invitation: 'I',
} satisfies Record<NoticeTextKind, string>

/** The whole does not fit on one line in a readable size: the seal's instant stands below. */
function drawFoot(pen: Pen, letter: NoticeForPrint): void {
  const [first, seal] = footLinesOf(letter)
  const at = { x: page.left, y: page.bottom, width: page.width }
  pen.together(() => {
    const y = pen.write(first, seal ? { ...at, y: page.bottom - footLineMm } : at)
    if (seal) pen.write(seal, { ...at, y })
  })
}

const footLineMm = 6

/**
 * The last line of a page, for machines: `通知番号 <letterId> / R1 / 2021-07-05 / <seal instant>`. R is a
 * reminder, P one before the due date, M a relocation notice (a move), L a recalled lot, I an invitation;
 * the digit is the round, the day the campaign date, and the instant that of the batch's seal, by which an
 * outside judge tells what was known.
 */
export function footLineOf(letter: NoticeForPrint): string {
  return footLinesOf(letter).join('')
}

function footLinesOf(letter: NoticeForPrint): [string] | [string, string] {
  const mark = `${kindMarks[noticeTextOf(letter)]}${letter.round}`
  const what = [`通知番号 ${letter.letterId}`, mark, letter.campaignDate].join(' / ')
  return letter.sealedAt ? [what, `/ ${letter.sealedAt}`] : [what]
}

export function drawSender(
  pen: Pen,
  letter: Pick<NoticeForPrint, 'sender' | 'campaignDate'>,
): void {
  const { sender } = letter
  const at = (y: number, more: Partial<Block> = {}) => ({ ...aside, y, field: 'sender', ...more })
  let y = pen.write(noticesJa.date(letter.campaignDate), at(14, { align: 'right' }))
  pen.together(() => {
    y = pen.write(sender.municipalityName, at(y + 2, { size: 15, weight: 'bold' }))
    y = pen.write(sender.office, at(y))
    y = pen.write(noticesJa.phone(sender.phone), at(y))
  })
  const { returnAddress } = sender
  if (!returnAddress) return
  pen.together(() => {
    y = pen.write(noticesJa.returnTo, at(y + 1.5))
    pen.write(returnAddress, at(y))
  })
}

function drawReference(pen: Pen, letter: NoticeForPrint): void {
  pen.together(() => {
    const y = pen.write(noticesJa.mark[noticeTextOf(letter)](letter.round), { ...aside, y: 76 })
    pen.write(noticesJa.reference(shortIdOf(letter.letterId)), { ...aside, y })
  })
}
