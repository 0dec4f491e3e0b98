/** What a municipal file may be at most. Every loop over its bytes ends at one of these. */

/** A cell. The longest honest one is an address of 200 characters. */
export const cellCharactersMax = 4_096
/** A register extract has 20 to 80 columns. */
export const columnsMax = 200
/** A row with its line breaks in quotes; also the end of a stream without any line end. */
export const lineCharactersMax = 262_144
/** Lines inside one quoted cell. More are a quote that was never closed. */
export const linesInCellMax = 20
/** The largest city has 3.7 million people. */
export const rowsMax = 5_000_000
/** Rows handed on at a time. */
export const batchRowsMax = 1_000
/** Looked at to find out the encoding and the layout. */
export const guessBytesMax = 262_144
/** Read on, where all that came before is plain ASCII and says nothing of the encoding. */
export const encodingBytesMax = 33_554_432
/** Rows that show what a column holds. */
export const guessRowsMax = 200
/** Rows above the header: a title, the day of the extract. */
export const titleRowsMax = 10
/** Rows that the page shows as read. */
export const sampleRows = 5

/** A workbook is held packed in memory, because its table of contents stands at its end. */
export const xlsxBytesMax = 104_857_600
export const xlsxEntriesMax = 2_000
/** Of one part of a workbook, unpacked. */
export const xlsxInflatedBytesMax = 314_572_800
/** Honest sheets are packed 5 to 20 times. */
export const xlsxRatioMax = 200
/** Texts that cells share are kept in memory. */
export const sharedTextCharactersMax = 67_108_864
/** Nothing in a sheet is nested deeper than this. */
export const xmlDepthMax = 64
