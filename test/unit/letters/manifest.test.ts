// Proves that a manifest matches its PDF exactly, names nobody, and refuses what does not match.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { renderLetterBatch } from '../../../letters/batch.ts'
import { sealManifest } from '../../../letters/manifest.ts'
import { aLetter, day, idOf, town } from './notices.ts'

const date = day('2021-07-14')
const batchId = idOf(7, '4c33')
const municipalityCode = town.code

test('lists every page with its notice, the totals and the hash of the file, and no name', async () => {
  const letters = [aLetter(), aLetter({ kind: 'relocationNotice' }), aLetter({ round: 2 })]
  const rendered = await renderLetterBatch({ municipality: town, date, letters })
  const manifest = sealManifest({
    batchId,
    municipalityCode,
    date,
    referenceOn: date,
    letters,
    rendered,
  })
  expect(manifest).toEqual({
    batchId,
    format: 'sesshu-letters/1',
    municipalityCode: '131041',
    date: '2021-07-14',
    referenceOn: '2021-07-14',
    letters: letters.map(({ letterId, noticeId, kind, round }, at) => ({
      letterId,
      mark: letterId.replaceAll('-', '').slice(0, 12).toUpperCase(),
      noticeId,
      kind,
      round,
      campaignDate: '2021-07-14',
      page: at + 1,
      pages: 1,
    })),
    withdrawn: [],
    totals: { letters: 3, pages: 3, byKind: { reminder: 2, relocationNotice: 1 } },
    pdfSha256: createHash('sha256').update(rendered.pdf).digest('hex'),
  })
  expect(JSON.stringify(manifest)).not.toMatch(/見本|花子|105|ミホン/)
})

test('refuses a letter without a page, a page without a letter, and a letter twice', () => {
  const [a, b] = [aLetter(), aLetter()]
  const seal = (letters: (typeof a)[], ids: string[]) =>
    sealManifest({
      batchId,
      municipalityCode,
      date,
      referenceOn: date,
      letters,
      rendered: {
        pdf: new Uint8Array(),
        index: ids.map((letterId, at) => ({ letterId, page: at + 1, pages: 1 })),
      },
    })
  expect(() => seal([a, b], [a.letterId])).toThrow(/2 letters, 1 rendered/)
  expect(() => seal([a], [b.letterId])).toThrow(/unknown letter/)
  expect(() => seal([a, a], [a.letterId, b.letterId])).toThrow(/2 letters, 2 rendered/)
  expect(() => seal([a, b], [a.letterId, a.letterId])).toThrow(/two pages/)
})
