/**
 * Whether a town's released text still fits its page. It did when it was made; since then the office may have
 * got a longer name, or the standard sentences around it may have changed.
 */
import type { NoticeKind } from '../domain/course.ts'
import { type LetterText, standardText } from '../domain/letter-text.ts'
import type { Sender } from './notice.ts'
import { faultsOnPage } from './sample.ts'

/** Towns, kinds and versions at work: each is measured once for as long as a process lives. */
const atMost = 4_000
const measured = new Map<string, Promise<boolean>>()

export function fitsItsPage(kind: NoticeKind, sender: Sender, text: LetterText): Promise<boolean> {
  if (text.version === standardText.version) return Promise.resolve(true)
  const key = JSON.stringify([kind, sender, text.parts])
  const known = measured.get(key)
  if (known) return known
  if (measured.size >= atMost) measured.clear()
  const found = faultsOnPage(kind, sender, text.parts).then(
    (faults) => !faults.some(({ code }) => code === 'doesNotFit'),
  )
  measured.set(key, found)
  found.catch(() => measured.delete(key))
  return found
}
