/**
 * Which form of the assessment of specific personal information (特定個人情報保護評価) a register asks
 * for. Data with the day from which it holds: the newest rule that has begun on the day counts.
 *
 * Sources: 特定個人情報保護評価に関する規則 (平成26年特定個人情報保護委員会規則第1号), articles 4 (iii),
 * 5, 6 and 7, article 15 for the five years; 特定個人情報保護評価指針, part 5-2; as municipalities
 * explain it: town.shimamoto.lg.jp/soshiki/5/1220.html, city.narita.chiba.jp (read 2026-11-25).
 */
import type { PlainDate } from './course.ts'
import { DomainError } from './errors.ts'

export const piaForms = ['none', 'basicItem', 'priorityItem', 'fullItem'] as const
export type PiaForm = (typeof piaForms)[number]

/** The band begins at so many people. `ifStrict`: enough handlers, or a serious accident. */
type Band = { fromPersons: number; form: PiaForm; ifStrict: PiaForm }

export type PiaRule = {
  from: PlainDate
  /** Ascending, the first from 0. */
  bands: readonly Band[]
  /** So many people who handle the file make a register as delicate as an accident does. */
  strictFromHandlers: number
  /** A serious accident counts for so long. */
  accidentCountsYears: number
  redoWithinYears: number
}

export const piaRules: readonly PiaRule[] = [
  {
    from: '2014-04-20' as PlainDate,
    bands: [
      { fromPersons: 0, form: 'none', ifStrict: 'none' },
      { fromPersons: 1_000, form: 'basicItem', ifStrict: 'basicItem' },
      { fromPersons: 10_000, form: 'basicItem', ifStrict: 'priorityItem' },
      { fromPersons: 100_000, form: 'priorityItem', ifStrict: 'fullItem' },
      { fromPersons: 300_000, form: 'fullItem', ifStrict: 'fullItem' },
    ],
    strictFromHandlers: 500,
    accidentCountsYears: 1,
    redoWithinYears: 5,
  },
]

export type PiaFacts = {
  /** People whose My Number or data bound to it the file holds. */
  persons: number
  /** People who handle the file, contractors' included. */
  handlers: number
  /** Within the last year. */
  hadSeriousAccident: boolean
}

export type PiaDecision = PiaFacts & {
  form: PiaForm
  /** What stands in each form besides: the basic-item form always, where anything is asked for. */
  documents: PiaForm[]
  /** A full-item form is shown to residents, and looked into by a third party, before it is filed. */
  needsPublicComment: boolean
  isStrict: boolean
  rule: PiaRule
}

/** Throws `noRuleYet` for a day before the first rule, `malformed` for counts that are none. */
export function decidePiaForm(facts: PiaFacts, on: PlainDate): PiaDecision {
  const rule = piaRules.findLast(({ from }) => from <= on)
  if (!rule) throw new DomainError('noRuleYet', 'No rule of assessment holds on that day')
  for (const count of [facts.persons, facts.handlers]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new DomainError('malformed', 'People are counted in whole numbers')
    }
  }
  const band = rule.bands.findLast(({ fromPersons }) => fromPersons <= facts.persons)!
  const isStrict = facts.hadSeriousAccident || facts.handlers >= rule.strictFromHandlers
  const form = isStrict ? band.ifStrict : band.form
  return {
    ...facts,
    form,
    documents: form === 'none' ? [] : form === 'basicItem' ? [form] : ['basicItem', form],
    needsPublicComment: form === 'fullItem',
    isStrict,
    rule,
  }
}
