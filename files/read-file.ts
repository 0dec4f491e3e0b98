/** Municipal files, as the rest of the system sees them: guessed, read row by row, written back. */
export { type FileGuess, guessFile } from './guess.ts'
export { canonicalProfile, isStandard, profileSchema } from './profile.ts'
export { type ReadContext, readRows } from './read-rows.ts'
export { FileRefusal, type FileRefusalCode, fileRefusalCodes } from './refusal.ts'
export { type ResultRow, resultsCsv } from './results.ts'
export { type WrittenEncoding, type WrittenRecord, writeCanonical } from './write-canonical.ts'
