// The truth of a campaign: quotas met, the cast always the same, everybody's life consistent.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { cast } from '../../../simulator/cast.ts'
import { addDays, dayOf, daysBetween } from '../../../simulator/days.ts'
import { factsOf } from '../../../simulator/facts.ts'
import { makeTruth } from '../../../simulator/generate.ts'
import { rates } from '../../../simulator/rates.ts'
import { loadRollout, quantile, recordingLag } from '../../../simulator/rollout.ts'
import { readTruth, type TruthPerson, writeTruth } from '../../../simulator/truth.ts'

const teaching = { days: 140, seed: 7, rates: 'teaching' } as const
const large = makeTruth({ ...teaching, residents: 2_040 })
const others = large.people.slice(cast.length)
const share = (count: number) => count / others.length

describe('the cast', () => {
  it('is the first forty, with a title each, whatever seed, size and rates', () => {
    const first = makeTruth({ ...teaching, residents: 40 }).people
    const other = makeTruth({ residents: 300, days: 70, seed: 99, rates: 'measured' }).people
    expect(first).toHaveLength(40)
    expect(other.slice(0, 40)).toEqual(first)
    expect(new Set(first.map((person) => person.title)).size).toBe(40)
  })

  it('has the names that printers stumble over', () => {
    const names = cast.flatMap(({ name }) => (name ? [name.family] : [])).join('')
    for (const rare of ['𠮷', '髙', '﨑', '\uE001']) expect(names).toContain(rare)
  })

  it('cannot be had in part', () => {
    expect(() => makeTruth({ ...teaching, residents: 39 })).toThrow(RangeError)
  })

  it('never crowds its village into a longer grace', () => {
    const recorded = large.people
      .slice(0, cast.length)
      .flatMap((person) => person.doses.map((dose) => dose.recordedAt.slice(0, 10)))
    const inWindow = (last: string) =>
      recorded.filter((day) => day <= last && day > addDays(last, -28)).length
    expect(Math.max(...recorded.map(inWindow))).toBeLessThan(50)
  })
})

describe('the same options', () => {
  it('give the same truth, another seed another one', () => {
    const again = (seed: number) => makeTruth({ ...teaching, seed, residents: 120 })
    expect(again(5)).toEqual(again(5))
    expect(again(5).people.slice(40)).not.toEqual(again(6).people.slice(40))
  })
})

describe('quotas', () => {
  const dosed = others.filter((person) => person.doses.length > 0)
  const wanted = rates.teaching

  it.each([
    ['coverage', share(dosed.length), wanted.coverage],
    ['movers', share(others.filter((one) => one.residences.length > 1).length), wanted.movers],
    ['deaths', share(others.filter((one) => one.death).length), wanted.deaths],
    [
      'protected',
      share(others.filter((one) => one.protection.length > 0).length),
      wanted.protected,
    ],
    ['mail', share(others.filter((one) => one.mail).length), wanted.mail],
  ])('%s', (_, got, expected) => {
    expect(Math.abs(got - expected)).toBeLessThan(0.006)
  })

  it('no-shows, apart from those whom death kept away', () => {
    const single = dosed.filter((one) => one.doses.length === 1 && !one.death)
    expect(Math.abs(single.length / dosed.length - wanted.noShow)).toBeLessThan(0.01)
  })

  it('slips scanned twice', () => {
    const doses = others.flatMap((person) => person.doses)
    const again = doses.filter((dose) => dose.scannedAgainAt).length
    expect(again).toBe(Math.round(doses.length * wanted.duplicateScans))
  })

  it('hold for any seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_294_967_295 }), (seed) => {
        const people = makeTruth({ ...teaching, seed, residents: 240 }).people.slice(cast.length)
        const covered = people.filter((person) => person.doses.length > 0).length
        expect(Math.abs(covered - 160)).toBeLessThanOrEqual(3)
        for (const person of people) expectConsistent(person)
      }),
      { numRuns: 15 },
    )
  })
})

function expectConsistent(person: TruthPerson) {
  const { residences, doses, death, tickets, bornOn } = person
  expect(residences[0]!.from >= bornOn).toBe(true)
  residences.forEach((residence, i) => {
    const before = residences[i - 1]
    if (!before) return
    expect(before.to).toBe(residence.from)
    expect(residence.reportedOn! >= residence.from).toBe(true)
    expect(daysBetween(residence.from, residence.reportedOn!)).toBeLessThanOrEqual(14)
    if (before.moveOutNotifiedOn) expect(before.moveOutNotifiedOn <= residence.from).toBe(true)
  })
  for (const { givenOn, recordedAt, ticket } of doses) {
    expect(Date.parse(recordedAt)).toBeGreaterThanOrEqual(Date.parse(`${givenOn}T00:00:00+09:00`))
    if (death) expect(givenOn <= death.on).toBe(true)
    expect(tickets.some((one) => one.number === ticket.number)).toBe(true)
  }
  if (doses.length === 2) {
    expect(daysBetween(doses[0]!.givenOn, doses[1]!.givenOn)).toBeGreaterThanOrEqual(19)
  }
  if (death) {
    const moved = residences.at(-1)!.reportedOn
    if (moved) expect(death.reportedOn > moved).toBe(true)
  }
}

describe('everybody', () => {
  it('is one of a kind: id, ticket, mail, name with address', () => {
    const unique = (of: (person: TruthPerson) => (string | undefined)[]) => {
      const all = large.people.flatMap(of).filter((one) => one !== undefined)
      expect(new Set(all).size).toBe(all.length)
    }
    unique((person) => [person.id])
    unique((person) => [person.mail])
    unique((person) => person.tickets.map((one) => `${one.municipalityCode}${one.number}`))
    unique((person) => person.residences.map((one) => one.address))
  })

  it('goes to the venues of the header with lots that were announced', () => {
    const venues = new Set(large.header.venues.map((venue) => venue.code))
    const used = large.people.flatMap((person) => person.doses.map((dose) => dose.venueCode))
    expect(used.every((code) => venues.has(code))).toBe(true)
  })
})

describe('the real roll-out', () => {
  const rollout = loadRollout('20', '2021-04-12')

  it('has its dose-2 lag three weeks after dose 1 for older people', () => {
    expect(quantile(rollout.secondDoseLag['65-'], 0.5)).toBe(22)
  })

  it('is kept: first doses on the prefecture’s own weekdays', () => {
    const older = others.filter((one) => one.bornOn <= '1956-04-12' && one.doses[0])
    const median = older.map((one) => one.doses[0]!.givenOn).sort()[Math.floor(older.length / 2)]!
    const expected = addDays('2021-04-12', quantile(rollout.firstDose['65-'], 0.5))
    expect(Math.abs(daysBetween(expected, median))).toBeLessThanOrEqual(1)
  })

  it.each([
    [0, 0.5],
    [6, 0.8],
    [20, 0.95],
    [27, 0.98],
  ])('records within %i days a share of %d', (lag, expected) => {
    const lags = others.flatMap((person) =>
      person.doses.map((dose) => daysBetween(dose.givenOn, dayOf(Date.parse(dose.recordedAt)))),
    )
    expect(quantile(recordingLag, expected)).toBe(lag)
    const got = lags.filter((one) => one <= lag).length / lags.length
    expect(Math.abs(got - expected)).toBeLessThan(0.03)
  })
})

describe('the facts', () => {
  const facts = factsOf(large)

  it('come in order, each with an id of its own that never changes', () => {
    expect(new Set(facts.map((fact) => fact.id)).size).toBe(facts.length)
    expect(facts.every((fact, i) => i === 0 || facts[i - 1]!.atMs <= fact.atMs)).toBe(true)
    expect(factsOf(makeTruth({ ...teaching, residents: 2_040 }))).toEqual(facts)
  })

  it('tell every dose, move and death once', () => {
    const count = (kind: string) => facts.filter((fact) => fact.kind === kind).length
    expect(count('scan')).toBe(large.people.flatMap((person) => person.doses).length)
    expect(count('death')).toBe(large.people.filter((person) => person.death).length)
  })
})

describe('the truth file', () => {
  const folders: string[] = []
  const path = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sesshu-truth-'))
    folders.push(folder)
    return join(folder, 'truth.jsonl')
  }
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true })
  })

  it('is read back as it was written', async () => {
    const file = await path()
    await writeTruth(file, large)
    expect(await readTruth(file)).toEqual(large)
  })

  it.each([
    ['not JSON', (lines: string[]) => (lines[3] = '{'), /Line 4 .*not JSON/],
    [
      'a day that is none',
      (lines: string[]) =>
        (lines[2] = lines[2]!.replace(/"bornOn":"[^"]+"/, '"bornOn":"2021-02-30"')),
      /Line 3 .*bornOn/,
    ],
    [
      'somebody twice',
      (lines: string[]) => (lines[2] = lines[1]!),
      /Line 3 .*cast-01 occurs twice/,
    ],
    ['no header', (lines: string[]) => lines.shift(), /Line 1 /],
  ])('refuses %s by line and field', async (_, damage, message) => {
    const file = await path()
    await writeTruth(file, makeTruth({ ...teaching, residents: 40 }))
    const lines = (await readFile(file, 'utf8')).split('\n')
    damage(lines)
    await writeFile(file, lines.join('\n'))
    await expect(readTruth(file)).rejects.toThrow(message)
  })
})
