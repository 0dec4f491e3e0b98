// Proves that a marked truth is a truth like any other, in which no personal word occurs twice.
import { describe, expect, it } from 'vitest'
import { isMyNumber } from '../../../domain/my-number.ts'
import { factsOf } from '../../../simulator/facts.ts'
import { makeTruth } from '../../../simulator/generate.ts'
import { mark } from '../../../simulator/marked.ts'
import { truthPerson } from '../../../simulator/truth.ts'

const truth = makeTruth({ residents: 120, days: 140, seed: 3, rates: 'teaching' })
const marked = mark(truth)

describe('a marked truth', () => {
  it('keeps dates, towns, tickets and doses', () => {
    expect(marked.header).toEqual({ ...truth.header, marked: true })
    marked.people.forEach((person, i) => {
      const before = truth.people[i]!
      expect(truthPerson.safeParse(person).error).toBeUndefined()
      expect(person.bornOn).toBe(before.bornOn)
      expect(person.doses).toEqual(before.doses)
      expect(person.residences.map(({ address: _, ...rest }) => rest)).toEqual(
        before.residences.map(({ address: _, ...rest }) => rest),
      )
      expect(person.mail === undefined).toBe(before.mail === undefined)
    })
  })

  it('gives everybody words of their own', () => {
    const words = marked.people.flatMap(({ name, mail, residences, myNumber, delivery }) => [
      ...[name.family, name.given, ...name.kana.split(' '), mail ?? [], myNumber!].flat(),
      ...residences.map(({ address }) => address),
      ...(delivery ? [delivery.address] : []),
    ])
    expect(new Set(words).size).toBe(words.length)
  })

  it('says of each protected person where they can be reached, and of nobody else', () => {
    const arranged = marked.people.filter(({ delivery }) => delivery).map(({ id }) => id)
    const shielded = marked.people.filter(({ protection }) => protection.length > 0)
    expect(arranged).toEqual(shielded.map(({ id }) => id))
    expect(arranged.length).toBeGreaterThan(0)
    const told = factsOf(marked).filter(({ kind }) => kind === 'delivery')
    expect(told.map(({ personId }) => personId).sort()).toEqual(arranged.sort())
  })

  it('gives everybody a My Number with its check digit', () => {
    expect(marked.people.filter(({ myNumber }) => !isMyNumber(myNumber!))).toEqual([])
  })
})
