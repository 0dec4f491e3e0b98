/**
 * How the reader gets to the own record: a code, and the page's address as QR and text. Above the address
 * window, where no envelope shows it however the sheet slips: the code is for whoever opens the letter.
 */
import qrcode from 'qrcode'
import { groupedLetterCode } from '../domain/letter-code.ts'
import { noticesEn } from '../i18n/notices-en.ts'
import { noticesJa } from '../i18n/notices-ja.ts'
import type { Access } from './notice.ts'
import type { Pen } from './pen.ts'

const top = 10
const picture = { x: 22, y: top, width: 27 } as const
const beside = { x: 52, width: 64 } as const
/** What two lines beside the picture hold; a longer address is in the QR code alone. */
const longestAddress = 48

/**
 * The code follows the address behind a `#`, which no browser sends: no server's log and nothing between has
 * it, and the page takes it out of the address at once. Whoever has the paper reads it there anyway, and
 * needs the birthday besides.
 */
export function ownRecordLink({ address, code }: { address: string; code: string }): string {
  return `${address}#${code}`
}

export function drawAccess(pen: Pen, { code, address }: Access): void {
  if (address) drawCode(pen, ownRecordLink({ address, code }))
  let y = pen.write(noticesJa.ownRecord, { ...beside, y: top, weight: 'bold' })
  y = pen.write(groupedLetterCode(code), { ...beside, y, size: 13, weight: 'bold', lang: 'en' })
  const shown = address?.replace(/^https?:\/\//, '')
  if (shown && shown.length <= longestAddress) y = pen.write(shown, { ...beside, y, lang: 'en' })
  pen.write(noticesEn.ownRecord, { ...beside, y, lang: 'en' })
}

/** The margin that a camera needs around the code is part of the picture. */
function drawCode(pen: Pen, text: string): void {
  const margin = 4
  // One mask is as good as another to a camera, and trying all eight takes four times as long.
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M', maskPattern: 2 })
  const module = picture.width / (modules.size + 2 * margin)
  const place = { x: picture.x + margin * module, y: picture.y + margin * module }
  const isDark = (row: number, column: number) => modules.get(row, column) === 1
  const code = { size: modules.size, isDark }
  pen.modules(code, place, modules.size * module, noticesJa.ownRecordBy)
}
