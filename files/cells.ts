/** Rows before they mean anything, and how a spreadsheet program calls their cells. */

/** A row as it was split: numbered as a spreadsheet numbers it, not yet read. */
export type RawRow = {
  rowNumber: number
  cells: string[]
  /** Something in it needs a second look: private-use or control characters, bytes that are no text. */
  suspicious: boolean
  /** Of the row as a whole, such as a quotation mark that is never closed. */
  fault?: string
  flag?: string
  /** Of single cells (0-based), where the container says so: a formula, an error value. */
  cellFaults?: readonly { index: number; code: string }[]
}

/** 0 → `A`, 25 → `Z`, 26 → `AA`. */
export function columnLetters(index: number): string {
  let letters = ''
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters
  }
  return letters
}

/** `BC` → 54. Undefined for anything but one to three letters. */
export function columnIndex(letters: string): number | undefined {
  if (!/^[A-Z]{1,3}$/.test(letters)) return undefined
  let index = 0
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64
  return index - 1
}
