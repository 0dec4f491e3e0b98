/**
 * One letter on one A4 page: address in the window of a DL (or 長形3号) envelope, sender at the
 * right, one action in a frame, and at the foot the line that machines read.
 */
import { type NoticeTextKind, noticeTextOf } from '../domain/course.ts'
import { noticesEn } from '../i18n/notices-en.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import { shownName } from '../i18n/notices-legible.ts'
import { noticeWords } from '../i18n/notices-words.ts'
import { drawAccess } from './access.ts'
import { type NoticeForPrint, shortIdOf } from './notice.ts'
import { type Block, type Pen, smallestTextPoints } from './pen.ts'

export const page = { left: 22, width: 166, bottom: 285 } as const

/**
 * Millimetres that stay visible wherever a sheet folded at 105 mm comes to lie in an envelope of
 * 110 x 220 mm whose window (90 x 45 mm) is 20 mm from the left and 15 mm from the bottom edge.
 */
export const addressWindow = { x: 22, y: 51, width: 76, height: 39 } as const

export const aside = { x: 118, width: 70 } as const
export const foldsAt = [105, 210] as const

type AddressStyle = { size: number; breakAt: Pick<Block, 'breakAt'> }
/** A house's name is broken before the address is set in smaller type. */
const addressStyles = [smallestTextPoints, 11, 10, 9, 8, 7].flatMap((size): AddressStyle[] => [
  { size, breakAt: { breakAt: 'spaces' } },
  { size, breakAt: {} },
])

export function drawLetter(pen: Pen, letter: NoticeForPrint): void {
  drawAddress(pen, letter)
  drawSender(pen, letter)
  drawReference(pen, letter)
  drawBody(pen, letter)
  // After the rest: whoever reads a page back by its text finds the address first.
  if (letter.access) drawAccess(pen, letter.access)
  for (const y of foldsAt) pen.rule(4, y, 4, 0, 0.5)
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
  const y = pen.write(first, seal ? { ...at, y: page.bottom - footLineMm } : at)
  if (seal) pen.write(seal, { ...at, y })
}

const footLineMm = 6

/**
 * The last line of a page, for machines: `通知番号 <letterId> / R1 / 2021-07-05 / <seal instant>`,
 * where R is a reminder, M a relocation notice (a move), L a recalled lot, I an invitation, P a
 * reminder before the due date, the digit the round, the day the campaign date, and the instant that of the batch's seal, by which an outside judge tells what was known.
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
  y = pen.write(sender.municipalityName, at(y + 2, { size: 15, weight: 'bold' }))
  y = pen.write(sender.office, at(y))
  y = pen.write(noticesJa.phone(sender.phone), at(y))
  if (sender.returnAddress) {
    y = pen.write(noticesJa.returnTo, at(y + 1.5))
    pen.write(sender.returnAddress, at(y))
  }
}

const nameSize = (addressSize: number) =>
  addressSize === smallestTextPoints ? addressSize + 3 : addressSize + 1

/** Only the address shows in the window. A long one is set smaller, never cut. */
export function drawAddress(pen: Pen, letter: Pick<NoticeForPrint, 'recipient'>): void {
  const { recipient } = letter
  const name = shownName(recipient, pen.faces.regular)
  pen.note('name', name.missing)
  const lines = [
    { text: `〒${dashedPostcode(recipient.postcode)}`, field: 'postcode', gap: 0, isName: false },
    { text: recipient.address, field: 'address', gap: 0, isName: false },
    { text: noticesJa.addressee(name.text), field: 'printedName', gap: 2, isName: true },
  ]
  const { x, width, height } = addressWindow
  const heightAt = ({ size, breakAt }: AddressStyle) =>
    lines.reduce((sum, { text, gap, isName }) => {
      return (
        sum + gap + pen.height(text, { width, size: isName ? nameSize(size) : size, ...breakAt })
      )
    }, 0)
  const style = addressStyles.find((each) => heightAt(each) <= height) ?? addressStyles.at(-1)!

  let y: number = addressWindow.y
  for (const { text, field, gap, isName } of lines) {
    const size = isName ? nameSize(style.size) : style.size
    y = pen.write(text, { x, width, y: y + gap, size, field, ...style.breakAt })
  }
}

function drawReference(pen: Pen, letter: NoticeForPrint): void {
  const y = pen.write(noticesJa.mark[noticeTextOf(letter)](letter.round), { ...aside, y: 76 })
  pen.write(noticesJa.reference(shortIdOf(letter.letterId)), { ...aside, y })
}

function drawBody(pen: Pen, letter: NoticeForPrint): void {
  const words = noticeWords(noticesJa, letter, 'letter')
  const english = noticeWords(noticesEn, letter, 'letter')
  const at = (y: number, more: Partial<Block> = {}) => ({
    x: page.left,
    width: page.width,
    y,
    ...more,
  })
  const centred = { size: 18, weight: 'bold', align: 'center', tag: 'H1' } as const
  let y = pen.write(words.title, at(105.5, centred))
  y += 4
  for (const sentence of words.opening) y = pen.write(sentence, at(y))
  y = drawAction(pen, words.action, words.deadline, y + 4)
  y += 4
  for (const sentence of words.details) y = pen.write(sentence, at(y)) + 0.5
  y = drawContact(pen, letter, y + 2)
  y = pen.write(words.inBrief, at(y + 3, { breakAt: 'spaces' })) + 2
  y = pen.write(english.inBrief, at(y, { lang: 'en' }))
  if (y > page.bottom) throw new Error(`letter ${letter.letterId} is longer than its page`)
}

function drawAction(pen: Pen, action: string, deadline: string[], top: number): number {
  const inner = { x: page.left + 6, width: page.width - 12 }
  let y = pen.write(action, { ...inner, y: top + 4, size: 17, weight: 'bold', tag: 'H2' })
  for (const line of deadline) {
    y = pen.write(line, { ...inner, y: y + 0.5, size: 14, weight: 'bold' })
  }
  const bottom = y + 4
  pen.rule(page.left, top, page.width, bottom - top, 1.5)
  return bottom
}

function drawContact(pen: Pen, letter: NoticeForPrint, top: number): number {
  const { sender } = letter
  pen.rule(page.left, top, page.width, 0, 0.5)
  const inner = { x: page.left, width: page.width, field: 'sender' }
  let y = pen.write(noticesJa.contact, { ...inner, y: top + 2.5, weight: 'bold', tag: 'H2' })
  y = pen.write(`${sender.municipalityName} ${sender.office}`, { ...inner, y })
  y = pen.write(noticesJa.phone(sender.phone), { ...inner, y, size: 16, weight: 'bold' })
  pen.rule(page.left, y + 2.5, page.width, 0, 0.5)
  return y + 2.5
}

function dashedPostcode(postcode: string): string {
  return postcode.replace(/^(\d{3})(\d{4})$/, '$1-$2')
}
