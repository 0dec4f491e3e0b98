/** The address where an envelope's window shows it, with the barcode by which the post sorts. */
import { customerBarcodeSize, japanPostBarcode, placedBars } from '../domain/customer-barcode.ts'
import { dashedPostcode } from '../domain/postcode.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import { shownName } from '../i18n/notices-legible.ts'
import type { NoticeForPrint } from './notice.ts'
import { type Block, type Pen, smallestTextPoints } from './pen.ts'

/**
 * Millimetres that stay visible wherever a sheet folded at 105 mm comes to lie in an envelope of
 * 110 x 220 mm whose window (90 x 45 mm) is 20 mm from the left and 15 mm from the bottom edge.
 */
export const addressWindow = { x: 22, y: 51, width: 76, height: 39 } as const

/** Japan Post allows 8 to 11.5 points; at 9 it lies 2 mm and more from the window's edge on every side. */
const barcodePoints = 9
const barcodeSize = customerBarcodeSize(barcodePoints)
export const barcodePlace = {
  x: addressWindow.x + (addressWindow.width - barcodeSize.width) / 2,
  y: addressWindow.y + addressWindow.height - 2 - barcodeSize.height,
  ...barcodeSize,
} as const
/** White above it, for the machine that reads. */
const whiteAbove = 2

/** Closer than in a text: a block of four short lines is read as one. */
const leading = 1.28

type AddressStyle = { size: number; breakAt: Pick<Block, 'breakAt'> }
/** A house's name is broken before the address is set in smaller type. */
const addressStyles = [smallestTextPoints, 11, 10, 9, 8, 7].flatMap((size): AddressStyle[] => [
  { size, breakAt: { breakAt: 'spaces' } },
  { size, breakAt: {} },
])

const nameSize = (addressSize: number) =>
  addressSize === smallestTextPoints ? addressSize + 3 : addressSize + 1

/** Only the address and its barcode show in the window. A long one is set smaller, never cut. */
export function drawAddress(pen: Pen, letter: Pick<NoticeForPrint, 'recipient'>): void {
  const { recipient } = letter
  const name = shownName(recipient, pen.faces.regular)
  pen.note('name', name.missing)
  const lines = [
    { text: `〒${dashedPostcode(recipient.postcode)}`, field: 'postcode', gap: 0, isName: false },
    { text: recipient.address, field: 'address', gap: 0, isName: false },
    { text: noticesJa.addressee(name.text), field: 'printedName', gap: 1.5, isName: true },
  ]
  const { x, width } = addressWindow
  const styled = ({ size, breakAt }: AddressStyle, isName: boolean) => {
    return { width, leading, size: isName ? nameSize(size) : size, ...breakAt }
  }
  const heightIn = (style: AddressStyle) =>
    lines.reduce((sum, { text, gap, isName }) => {
      return sum + gap + pen.height(text, styled(style, isName))
    }, 0)
  const height = barcodePlace.y - whiteAbove - addressWindow.y
  const style = addressStyles.find((each) => heightIn(each) <= height) ?? addressStyles.at(-1)!

  pen.together(() => {
    let y: number = addressWindow.y
    for (const { text, field, gap, isName } of lines) {
      y = pen.write(text, { x, y: y + gap, field, ...styled(style, isName) })
    }
  })
  drawBarcode(pen, recipient)
}

/** Without a postcode of seven digits there is none: the post sorts such a letter by hand. */
function drawBarcode(pen: Pen, { postcode, address }: NoticeForPrint['recipient']): void {
  const barcode = japanPostBarcode(postcode, address)
  if (!barcode) return
  const bars = placedBars(barcode.bars, barcodePoints)
  pen.machineBars(
    bars.map((bar) => ({ ...bar, x: bar.x + barcodePlace.x, y: bar.y + barcodePlace.y })),
  )
}
