/** What readers quote on the telephone, and what names a pile of paper: the first eight digits of an id,
 *  grouped. `2F1A-88C0`. Read back by `readLetterReference`. */
export function shortIdOf(id: string): string {
  const digits = id.replaceAll('-', '').slice(0, 8).toUpperCase()
  return `${digits.slice(0, 4)}-${digits.slice(4)}`
}
