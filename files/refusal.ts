/**
 * Why a file as a whole cannot be read. The words, and what to do, stand in `i18n/import-codes.ts`;
 * `value` may repeat what the file says and is shown to the town's clerk alone.
 */
export class FileRefusal extends Error {
  readonly code: FileRefusalCode
  /** A row, a cell or a part of the file, such as `17` or `B17`. */
  readonly where?: string
  readonly value?: string

  constructor(code: FileRefusalCode, where?: string, value?: string) {
    // The message reaches logs: it names the code and never the value.
    super(`The file is refused: ${code}`)
    this.name = 'FileRefusal'
    this.code = code
    if (where !== undefined) this.where = where
    if (value !== undefined) this.value = value
  }
}

export const fileRefusalCodes = [
  'fileEmpty',
  'fileNotText',
  'fileZeroFilled',
  'fileOldExcel',
  'fileUtf16',
  'fileEncodingUnknown',
  'fileLineTooLong',
  'fileTooManyRows',
  'fileTooManyColumns',
  'fileLayoutUnknown',
  'fileFixedWidthUnknown',
  'fileProfileColumnMissing',
  'fileProfileInvalid',
  'fileHeaderTwice',
  'fileCharacterNotInCp932',
  'xlsxBroken',
  'xlsxEncrypted',
  'xlsxTooLarge',
  'xlsxBomb',
  'xlsxNoSheet',
  'xlsxSeveralSheets',
] as const
export type FileRefusalCode = (typeof fileRefusalCodes)[number]
