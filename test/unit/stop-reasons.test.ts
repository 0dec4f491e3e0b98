// Every reason for which the sender lets no notice leave is known to whoever reads of it or watches it.
import { expect, test } from 'vitest'
import {
  cohortReasons,
  courtesyReasons,
  heldReasons,
  leftOutReasons,
} from '../../domain/stop-reasons.ts'
import { monitorEn, monitorJa } from '../../i18n/monitor-words.ts'
import { pagesEn } from '../../i18n/pages-en.ts'
import { pagesJa } from '../../i18n/pages-ja.ts'
import { knownReasons } from '../../monitor/reasons.ts'

const all = [...heldReasons, ...leftOutReasons, ...cohortReasons]

test.each([
  ['ja', pagesJa, monitorJa],
  ['en', pagesEn, monitorEn],
] as const)('a clerk reads each reason in words: %s', (_lang, pages, monitor) => {
  const wordless = (words: Record<string, string>, reasons: readonly string[] = all) =>
    reasons.filter((reason) => !words[reason])
  expect(wordless(pages.reasons)).toEqual([])
  expect(wordless(pages.monitor.reasons)).toEqual([])
  // What an alarm says of a notice that was left out.
  expect(wordless(monitor.details, [...leftOutReasons, ...cohortReasons])).toEqual([])
})

test('the watch knows for each by which facts it holds, and knows no other', () => {
  const watched = [...leftOutReasons, ...cohortReasons, ...courtesyReasons]
  expect([...knownReasons].sort()).toEqual(watched.sort())
})
