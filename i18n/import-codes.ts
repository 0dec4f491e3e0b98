/** Codes of municipal files and imports, in words: of cells, of rows, of whole files. */
import { engineCodes } from './import-codes-engine.ts'
import { readerFaultTexts } from './import-codes-faults.ts'
import { fileRefusalTexts } from './import-codes-files.ts'
import { readerFlagTexts } from './import-codes-flags.ts'
import type { ImportCodeText, ImportCodeTexts } from './import-codes-text.ts'

export { engineCodes }

/** Everything that reading a file can say. */
export const readerCodes: ImportCodeTexts = {
  ...fileRefusalTexts,
  ...readerFaultTexts,
  ...readerFlagTexts,
}

const texts: ImportCodeTexts = { ...engineCodes, ...readerCodes }

/** Undefined for a code that nobody has put into words; the tests allow none. */
export function importCodeText(code: string, language: 'ja' | 'en'): ImportCodeText | undefined {
  return texts[code]?.[language]
}
