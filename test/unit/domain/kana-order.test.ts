// The order of the fifty sounds, and pages that change where somebody changed and nowhere else.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kanaKey } from '../../../domain/kana-order.ts'
import { changesSince, pageCodes, pagesOf, rowsPerPage } from '../../../domain/register-pages.ts'

const inOrder = (names: string[]) =>
  [...names].sort((a, b) => (kanaKey(a) < kanaKey(b) ? -1 : kanaKey(a) > kanaKey(b) ? 1 : 0))

describe('the order of the fifty sounds', () => {
  test.each([
    [
      'by sound, not by code',
      ['アベ', 'イトウ', 'ウエダ', 'エグチ', 'オオタ', 'カトウ', 'ワタナベ', 'ヲカ', 'ンマ'],
    ],
    ['unvoiced, voiced, half-voiced', ['ハハ', 'ハバ', 'ハパ', 'バハ', 'パハ']],
    ['a voiced sound stands with its unvoiced one', ['カトウ アオ', 'カドタ アオ', 'カナイ アオ']],
    [
      'family names stay together',
      ['ヤマ ワタル', 'ヤマダ アイ', 'ヤマダ ワタル', 'ヤマタニ アイ'],
    ],
    ['a long vowel as its vowel, before it', ['コーノ', 'コオノ', 'コカ']],
    ['small before large', ['ショウ', 'シヨウ', 'ジョウ', 'ジヨウ']],
    ['ヴ with ウ', ['ウイ', 'ヴイ', 'ウエ']],
    ['Latin letters first, nobody without kana before anybody', ['ABE', 'アベ', 'ン', '']],
  ])('%s', (_, names) => {
    expect(inOrder([...names].reverse())).toEqual(names)
  })

  test('width, hiragana and marks of their own make no difference', () => {
    const forms = ['ガッコウ ハナ', 'がっこう はな', 'ｶﾞｯｺｳ ﾊﾅ', 'カ\u3099ッコウ　ハナ']
    expect(new Set(forms.map(kanaKey)).size).toBe(1)
  })
})

const spreads = new Map<string, number>()
const spread = (text: string) => {
  const known = spreads.get(text)
  if (known !== undefined) return known
  const made = createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48
  spreads.set(text, made)
  return made
}
const rows = (ids: number[]) => ids.map((n) => ({ id: `id-${n}` }))
const print = (all: { id: string }[], changed?: string) => {
  const pages = pagesOf(all, spread)
  const codes = pageCodes(
    pages.map((page) => page.at(-1)!.id),
    spread,
  )
  return pages.map((page, i) => {
    const digest = page.map(({ id }) => (id === changed ? `${id}!` : id)).join()
    return { code: codes[i]!, digest }
  })
}
const people = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 400 })

describe('the pages of a register', () => {
  test('hold everybody once, in order, and no page too many (law)', () => {
    fc.assert(
      fc.property(people, (ids) => {
        const pages = pagesOf(rows(ids), spread)
        expect(pages.flat()).toEqual(rows(ids))
        const lengths = pages.map((page) => page.length)
        expect(Math.max(...lengths)).toBeLessThanOrEqual(rowsPerPage.most)
        expect(Math.min(...lengths)).toBeGreaterThan(0)
      }),
    )
  })

  test('somebody whose dose is recorded changes one page (law)', () => {
    fc.assert(
      fc.property(people, fc.nat(), (ids, at) => {
        const all = rows(ids)
        const { insert, remove } = changesSince(print(all), print(all, all[at % ids.length]!.id))
        expect([insert.filter(Boolean).length, remove.length]).toEqual([1, 1])
      }),
    )
  })

  test('somebody who comes changes the pages up to the next sure end, seldom more than two', () => {
    const ids = Array.from({ length: 1_500 }, (_, i) => i)
    const before = print(rows(ids))
    const changed = Array.from({ length: 60 }, (_, i) => {
      const place = (i * 14_983) % ids.length
      const now = print(rows([...ids.slice(0, place), 1_000_000 + i, ...ids.slice(place)]))
      return changesSince(before, now).insert.filter(Boolean).length
    })
    expect(Math.max(...changed)).toBeLessThanOrEqual(8)
    const mean = changed.reduce((sum, n) => sum + n, 0) / changed.length
    expect(mean).toBeLessThan(1.7)
    // Pages of so many rows each would change half of the register.
    expect(before.length / 2).toBeGreaterThan(50)
  })

  test('what is taken out and put in makes the new binder of the old one (law)', () => {
    fc.assert(
      fc.property(people, people, (a, b) => {
        const [before, now] = [print(rows(a)), print(rows(b))]
        const { insert, remove } = changesSince(before, now)
        const kept = before.filter(({ code }) => !remove.includes(code))
        const put = now.filter((_, i) => insert[i])
        const binder = new Map([...kept, ...put].map((page) => [page.code, page]))
        expect(now.map(({ code }) => binder.get(code))).toEqual(now)
        expect(binder.size).toBe(now.length)
      }),
    )
  })
})
