/**
 * What a reading says beside a value. With a value it is a flag, and the value is used; without one it
 * is a fault, and the row has no record. Texts stand in `i18n/import-codes.ts`.
 */
export type Note = { code: string; value?: string }

/** The value, or a note about it. */
export type Read = string | Note

const faults = new Map<string, Note>()

/** One object per code: millions of rows may have it. */
export function fault(code: string): Note {
  let found = faults.get(code)
  if (!found) {
    found = Object.freeze({ code })
    faults.set(code, found)
  }
  return found
}

export function flagged(code: string, value: string): Note {
  return { code, value }
}
