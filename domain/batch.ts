/**
 * One town's letters of one evening, as people handle them: proposed (a dry run), released by two people
 * or under the town's own limit, sealed, printed (handed to the printing house), posted once every sheet
 * is accounted for; or aborted, until it is handed over. Pure.
 */
import type { NoticeKind, PlainDate } from './course.ts'
import type { EnvelopeMark } from './envelope-mark.ts'

export const batchStates = [
  'proposed',
  'released',
  'sealed',
  'printed',
  'posted',
  'aborted',
] as const
export type BatchState = (typeof batchStates)[number]

export const abortReasons = ['wrongPeople', 'wrongText', 'wrongDay', 'other'] as const
export type AbortReason = (typeof abortReasons)[number]

/** Why a sheet cannot be posted and its letter is printed again. */
export const reprintReasons = ['spoiled', 'lost', 'jammed', 'misprinted'] as const
export type ReprintReason = (typeof reprintReasons)[number]

/** What a person can say of marks that do not fit; a sheet that is missing cannot be explained away. */
export const explanations = ['readTwice', 'foreignTakenOut', 'voidTakenOut'] as const
export type Explanation = (typeof explanations)[number]

export type BatchStep = 'seal' | 'print' | 'abort' | 'reprint' | 'clear' | 'wait' | 'end'

/** Why a batch waits, in the order in which it is told. */
export type BatchWait = 'release' | 'earlierBatch' | 'reconciliation'

export type BatchFacts = {
  state: BatchState
  abortAsked: boolean
  /** Letters that are to be printed again and are not yet. */
  reprints: number
  /** An earlier batch of the town is not accounted for, and the town waits for that. */
  waitsForEarlier: boolean
  /** Its files still lie in the hot folder. */
  hasFiles: boolean
  /** They lie there whole, as of a print that could not be committed: somebody may be printing them. */
  isHandedOver: boolean
}

/** What is to be done next with a batch, whoever has done what of it before. */
export function nextStepOf(facts: BatchFacts): { step: BatchStep; waitsFor?: BatchWait } {
  const { state } = facts
  switch (state) {
    case 'proposed':
      if (facts.abortAsked) return { step: 'abort' }
      return { step: 'wait', waitsFor: facts.waitsForEarlier ? 'earlierBatch' : 'release' }
    case 'released':
      if (facts.abortAsked) return { step: 'abort' }
      return facts.waitsForEarlier ? { step: 'wait', waitsFor: 'earlierBatch' } : { step: 'seal' }
    case 'sealed':
      return { step: facts.abortAsked && !facts.isHandedOver ? 'abort' : 'print' }
    case 'printed':
      if (facts.reprints > 0) return { step: 'reprint' }
      return { step: 'wait', waitsFor: 'reconciliation' }
    case 'posted':
      if (facts.reprints > 0) return { step: 'reprint' }
      return { step: facts.hasFiles ? 'clear' : 'end' }
    case 'aborted':
      return { step: facts.hasFiles ? 'clear' : 'end' }
    default:
      return assertNever(state)
  }
}

/** Until then it can be aborted: after that paper lies with others. */
export function mayAbort(state: BatchState): boolean {
  return state === 'proposed' || state === 'released' || state === 'sealed'
}

export type DryRun = {
  letters: number
  byKind: Partial<Record<NoticeKind, number>>
  /** The day as of which people, doses and addresses were looked at. */
  referenceOn: PlainDate
}

/**
 * A batch leaves without two people only under the limit that its town set, and never right after one
 * that somebody aborted: what was wrong then may still be.
 */
export function leavesByItself(facts: {
  letters: number
  upTo: number
  isAfterAbort: boolean
}): boolean {
  return facts.upTo > 0 && facts.letters <= facts.upTo && !facts.isAfterAbort
}

/**
 * A mark (`domain/envelope-mark.ts`) as a printing house reads it. Dashes, blanks and the case of letters do
 * not count: hand scanners differ; of the letter's id there may be more or fewer digits.
 */
export function parseMark(text: string): EnvelopeMark | undefined {
  const found = /^([0-9a-f]{8,32})\/(\d{1,2})\/(\d{1,2})$/.exec(
    text.replaceAll(/[\s-]/g, '').toLowerCase(),
  )
  if (!found) return undefined
  const [letter, page, pages] = [found[1]!, Number(found[2]), Number(found[3])]
  return page >= 1 && page <= pages ? { letter, page, pages } : undefined
}

/** A letter of a batch as its manifest has it; `isVoid` when it was taken back after the print. */
export type BatchLetter = { letterId: string; pages: number; isVoid: boolean }

/** The letter that a mark names, if it names one and no other, with that many pages. */
export function letterOfMark(
  letters: readonly BatchLetter[],
  mark: EnvelopeMark | undefined,
): BatchLetter | undefined {
  if (!mark) return undefined
  const named = letters.filter(({ letterId }) =>
    letterId.replaceAll('-', '').startsWith(mark.letter),
  )
  const [letter] = named
  return named.length === 1 && letter?.pages === mark.pages ? letter : undefined
}

/** A mark that was read; without `letterId` it is of no letter of the batch. */
export type ReadMark = { mark: string; letterId: string | null; page: number | null }

export type Differences = {
  /** Sheets of the manifest that nobody has read. */
  missing: { letterId: string; page: number }[]
  /** Read, and of no letter of this batch: another town's, or none. */
  foreign: string[]
  /** The same sheet more than once: two sheets, or one that was read twice. */
  readTwice: { letterId: string; page: number }[]
  /** Of letters that are void: such a sheet must not be posted. */
  voidRead: { letterId: string; page: number }[]
  /** Pages by the manifest less void ones, and as the printing house counted them, when it has said so. */
  pages: { manifest: number; read: number }
}

/** Compares what was read with the manifest, sheet by sheet. */
export function differencesOf(
  letters: readonly BatchLetter[],
  marks: readonly ReadMark[],
): Differences {
  const reads = new Map<string, number>()
  const keyOf = (letterId: string, page: number) => `${letterId}/${page}`
  for (const { letterId, page } of marks) {
    if (letterId === null || page === null) continue
    reads.set(keyOf(letterId, page), (reads.get(keyOf(letterId, page)) ?? 0) + 1)
  }
  const sheets = letters.flatMap(({ letterId, pages, isVoid }) =>
    Array.from({ length: pages }, (_, at) => {
      return { letterId, page: at + 1, isVoid, times: reads.get(keyOf(letterId, at + 1)) ?? 0 }
    }),
  )
  const of = (wanted: (sheet: (typeof sheets)[number]) => boolean) =>
    sheets.filter(wanted).map(({ letterId, page }) => ({ letterId, page }))
  const due = sheets.filter(({ isVoid }) => !isVoid)
  return {
    missing: of(({ isVoid, times }) => !isVoid && times === 0),
    foreign: [...new Set(marks.filter(({ letterId }) => letterId === null).map((m) => m.mark))],
    readTwice: of(({ isVoid, times }) => !isVoid && times > 1),
    voidRead: of(({ isVoid, times }) => isVoid && times > 0),
    pages: { manifest: due.length, read: due.filter(({ times }) => times > 0).length },
  }
}

/** Printed = manifest = posted: nothing is missing, and whatever does not fit was explained by a person. */
export function isReconciled(
  { missing, foreign, readTwice, voidRead }: Differences,
  explained: readonly Explanation[],
): boolean {
  return (
    missing.length === 0 &&
    (foreign.length === 0 || explained.includes('foreignTakenOut')) &&
    (readTwice.length === 0 || explained.includes('readTwice')) &&
    (voidRead.length === 0 || explained.includes('voidTakenOut'))
  )
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
