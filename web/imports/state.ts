import type { ImportShown } from '../../db/queries/imports/read.ts'
import { isOver } from '../../domain/import-run.ts'
import { importCodeText } from '../../i18n/import-codes.ts'
import { hasProblemText, problemText } from '../../i18n/problems.ts'
import type { Tone } from '../components/basics.tsx'
import { numberWords } from '../format.ts'
import type { Page } from '../page.ts'

/** Longer than the importer ever is silent while it reads. */
const silentAfterMs = 15_000

export function stateWords(page: Page, found: ImportShown): string {
  const { imports } = page.words
  if (found.isPaused && !isOver(found.state)) return imports.paused
  if (needsLayout(found)) return imports.needsLayout
  return imports.states[found.state]
}

export function stateTone(found: ImportShown): Tone {
  switch (found.state) {
    case 'received':
    case 'reading':
    case 'applying':
      return needsLayout(found) ? 'attention' : 'busy'
    case 'reviewed':
      return 'attention'
    case 'applied':
      return 'good'
    case 'undone':
    case 'discarded':
      return 'stopped'
    case 'refused':
    case 'failed':
      return 'late'
  }
}

export function needsLayout({ state, layoutState }: ImportShown): boolean {
  return state === 'received' && layoutState === 'needed'
}

export function isNothingToApply({ counts, undecided, layoutState }: ImportShown): boolean {
  const { new: added, changed, needsDecision } = counts
  return added + changed + needsDecision === 0 && undecided === 0 && layoutState !== 'guessed'
}

/** Rows of doses that are recorded stay recorded: there is nothing to be discarded any more. */
export function mayDiscard(found: ImportShown): boolean {
  const { state, wish, applied } = found
  return !isOver(state) && state !== 'applying' && wish === null && applied === 0
}

export function mayApply(found: ImportShown): boolean {
  return (
    found.state === 'reviewed' &&
    found.undecided === 0 &&
    found.layoutState !== 'guessed' &&
    found.wish === null &&
    // Where rows are in already, the press that ends it is an apply, whatever is left. A file that says what
    // is known ends in a receipt, too; one of which nothing could be taken does not: it may come once more.
    (found.applied > 0 || found.counts.rejected === 0 || !isNothingToApply(found))
  )
}

/**
 * Whether something still changes by itself, without the reader. What needs the reader stands still, so
 * that cells of people are opened once, and not with every refresh.
 */
export function isMoving(found: ImportShown): boolean {
  if (found.state === 'reviewed') return found.wish !== null
  if (found.state === 'applied') return !found.hasResults || found.wish !== null
  return !isOver(found.state) && !needsLayout(found)
}

/** The clerk has done what there was to do: a receipt that is looked at again is no effort. */
export function isSettled(found: ImportShown): boolean {
  return isOver(found.state) && found.wish !== 'undo'
}

/** The one sentence on top: what is going on, and what the reader has to do. */
export function lineOf(page: Page, found: ImportShown, nowMs: number): string {
  const { lines } = page.words.imports
  const n = numberWords
  switch (found.state) {
    case 'received':
    case 'reading':
      if (found.isPaused) return lines.paused
      if (needsLayout(found)) return lines.needsLayout
      if (isSilent(found, nowMs)) return lines.waitsForImporter
      return found.state === 'received' ? lines.received : lines.reading
    case 'reviewed':
      if (found.wish === 'apply') return lines.applying
      if (found.layoutState === 'guessed') return lines.layout
      if (found.undecided > 0) return lines.undecided(n(found.undecided))
      if (found.applied > 0) return lines.halfway(n(found.applied))
      if (isNothingToApply(found)) {
        return found.counts.rejected > 0
          ? lines.nothingTaken(n(found.counts.rejected))
          : lines.nothing
      }
      return found.counts.rejected > 0
        ? lines.readyWithRejected(n(found.counts.rejected))
        : lines.ready
    case 'applied':
      return lines.applied(n(found.applied))
    case 'applying':
      return found.applied > 0 ? lines.applyingEach(n(found.applied)) : lines.applying
    case 'refused':
    case 'failed':
      return found.applied > 0 ? lines.stoppedHalfway(n(found.applied)) : lines[found.state]
    default:
      return lines[found.state]
  }
}

function isSilent({ receivedAt, progress }: ImportShown, nowMs: number): boolean {
  const heardAt = Math.max(receivedAt.getTime(), progress?.toldAt.getTime() ?? 0)
  return nowMs - heardAt > silentAfterMs
}

/** Words and cure of a code, whichever room it comes from. */
export function codeWords(
  code: string,
  lang: 'ja' | 'en',
): { what: string; why: string; cure: string } {
  const text = importCodeText(code, lang)
  if (text) return { what: text.words, why: text.reason, cure: text.cure }
  const known = problemText(hasProblemText(code) ? code : 'internal', lang)
  return { what: known.title, why: known.detail, cure: known.whatToDo }
}
