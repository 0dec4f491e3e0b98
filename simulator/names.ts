import { readFileSync } from 'node:fs'
import { dataFile, readCsv } from './csv.ts'

export type Name = { family: string; given: string; kana: string }

type Part = { kanji: string; kana: string }

/**
 * Made-up names from parts such as 架空 (imaginary) and 見本 (specimen): printable, and nobody's.
 * A number gives one name; about 46,000 differ before they repeat.
 */
export type NameMaker = (index: number) => Name

export function loadNames(): NameMaker {
  const families = combined('names/family.csv')
  const givens = combined('names/given.csv')
  return (index) => {
    // Steps that share no factor with the lists' lengths walk through every pair.
    const family = families[(index * 7) % families.length]!
    const given = givens[(index * 11 + Math.floor(index / families.length)) % givens.length]!
    return {
      family: family.kanji,
      given: given.kanji,
      kana: `${family.kana} ${given.kana}`,
    }
  }
}

function combined(file: string): Part[] {
  const rows = readCsv(readFileSync(dataFile(file), 'utf8'))
  const parts = (place: string) =>
    rows.filter((row) => row.place === place).map((row) => ({ kanji: row.kanji!, kana: row.kana! }))
  const backs = parts('back')
  return parts('front').flatMap((front) =>
    backs.map((back) => ({ kanji: front.kanji + back.kanji, kana: front.kana + back.kana })),
  )
}
