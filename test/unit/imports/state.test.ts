/** Proves that a file of which nothing is to be applied leads on all the same: to a receipt, or to a cure. */
import { expect, test } from 'vitest'
import type { ImportShown } from '../../../db/queries/imports/read.ts'
import { importsEn } from '../../../i18n/pages-imports-en.ts'
import { importsJa } from '../../../i18n/pages-imports-ja.ts'
import { isNothingToApply, lineOf, mayApply } from '../../../web/imports/state.ts'
import type { Page } from '../../../web/page.ts'

const reviewed = (counts: Partial<ImportShown['counts']>) =>
  ({
    ...{ state: 'reviewed', layoutState: 'known', wish: null, undecided: 0, applied: 0 },
    counts: { rows: 9, new: 0, changed: 0, same: 0, needsDecision: 0, rejected: 0, ...counts },
  }) as unknown as ImportShown

const lines = (found: ImportShown) =>
  [importsJa, importsEn].map((imports) =>
    lineOf({ words: { imports } } as unknown as Page, found, 0),
  )

test('a file that says what is known already ends by a press, with a receipt', () => {
  const found = reviewed({ same: 9 })
  expect([isNothingToApply(found), mayApply(found)]).toEqual([true, true])
  const [ja, en] = lines(found)
  expect(ja).toContain(importsJa.finish)
  expect(en).toContain(importsEn.finish)
})

test('one of which no row can be taken says so, and is no import that would stand in its own way', () => {
  for (const found of [reviewed({ rejected: 9 }), reviewed({ same: 4, rejected: 5 })]) {
    expect([isNothingToApply(found), mayApply(found)]).toEqual([true, false])
    const [ja, en] = lines(found)
    expect(ja).toContain(`${found.counts.rejected}行は取り込めません`)
    expect(ja).toContain(importsJa.discard)
    expect(en).toContain(importsEn.discard)
  }
  expect(mayApply(reviewed({ new: 4, rejected: 5 }))).toBe(true)
})
