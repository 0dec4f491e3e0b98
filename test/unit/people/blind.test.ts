// What blind indexes are made of: equal for whoever is one person to a register, different for all
// others, and saying nothing to whoever computes them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { birthYearValue, deskValue, identityValues, toldValue } from '../../../db/people/blind.ts'
import { foldedName, givenKana } from '../../../db/people/names.ts'
import { addDays, plainDate } from '../../../domain/calendar.ts'

const words = fc.array(
  fc.constantFrom('あ', 'ア', 'ｱ', '花', '太', '子', 'ー', 'ｶﾞ', 'ガ', 'A', 'Ａ'),
  {
    minLength: 1,
    maxLength: 3,
  },
)
const name = fc.record({
  family: words.map((parts) => parts.join('')),
  given: fc.oneof(
    fc.constant(''),
    words.map((parts) => parts.join('')),
  ),
  kana: fc
    .tuple(words, fc.option(words, { nil: undefined }))
    .map(([family, given]) => [family.join(''), ...(given ? [given.join('')] : [])].join(' ')),
})
const bornOn = fc.integer({ min: 0, max: 3 }).map((n) => addDays(plainDate('1950-01-01'), n))
const told = fc.record({ name, bornOn })
type Told = typeof told extends fc.Arbitrary<infer T> ? T : never

/** The rule in plain words: the kana agrees, or the given name does, written or in kana. */
function canBeOne(a: Told, b: Told): boolean {
  const agree = (x: string, y: string) => x !== '' && x === y
  return (
    a.bornOn === b.bornOn &&
    (agree(foldedName(a.name.kana), foldedName(b.name.kana)) ||
      agree(foldedName(a.name.given), foldedName(b.name.given)) ||
      agree(givenKana(a.name), givenKana(b.name)))
  )
}

const meet = (a: { names: string[] }, b: { names: string[] }) =>
  a.names.some((value) => b.names.includes(value))

describe('T15: who may be one person', () => {
  it('is told by the values exactly as by the names themselves', () => {
    fc.assert(
      fc.property(told, told, fc.string(), (a, b, number) => {
        const [x, y] = [identityValues(number, a), identityValues(number, b)]
        expect(meet(x, y)).toBe(canBeOne(a, b))
        expect(x.born === y.born).toBe(a.bornOn === b.bornOn)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is told for the one register number alone: nobody is found by name and birth date', () => {
    fc.assert(
      fc.property(told, fc.string(), fc.string(), (person, one, other) => {
        fc.pre(one !== other)
        const [x, y] = [identityValues(one, person), identityValues(other, person)]
        expect(meet(x, y) || x.born === y.born).toBe(false)
      }),
    )
  })
})

describe('values', () => {
  const hanako = { family: '見本', given: '花子', kana: 'みほん　ﾊﾅｺ' }

  it('of the desk are the same in any width, script and spacing', () => {
    const same = ['ミホン ハナコ', 'みほんはなこ', 'ﾐﾎﾝ ﾊﾅｺ']
    const values = same.map((kana) => deskValue({ kana }, plainDate('1950-05-05')))
    expect(new Set([...values, deskValue(hanako, plainDate('1950-05-05'))]).size).toBe(1)
    expect(deskValue(hanako, plainDate('1950-05-06'))).not.toBe(values[0])
  })

  it('hold no name and no address, and are short whatever was told', () => {
    const long = { family: '標'.repeat(60), given: '識'.repeat(60), kana: '㍿'.repeat(120) }
    const person = { name: long, bornOn: plainDate('1931-02-17') }
    const { born, names } = identityValues('R1', person)
    const body = toldValue('person', 'id', long.family, long.given, long.kana, 'a@mail.invalid')
    for (const value of [born, ...names, deskValue(long, person.bornOn), body]) {
      expect(value).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  it('of two people born in one year differ', () => {
    expect(birthYearValue('a', 1950)).not.toBe(birthYearValue('b', 1950))
  })

  it('of what was told differ in any part, and in what it is about', () => {
    expect(toldValue('person', 'a', 'b')).not.toBe(toldValue('person', 'ab', ''))
    expect(toldValue('person', 'a')).not.toBe(toldValue('residence', 'a'))
    expect(toldValue('person', 'a', null)).not.toBe(toldValue('person', 'a'))
  })
})
