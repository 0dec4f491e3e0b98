/** Everybody but the cast: quotas of the rates, spread along the real roll-out. */
import { addDays, type Day, daysBetween, earlierDay, instantOf, laterDay } from './days.ts'
import type { Name } from './names.ts'
import type { Random } from './random.ts'
import type { Rates } from './rates.ts'
import { type AgeBand, quantile, type Rollout, recordingLag, spread } from './rollout.ts'
import { addressIn, cities, type ProductCode, products, type Town, venuesOf } from './towns.ts'
import type { TruthDose, TruthPerson } from './truth.ts'

export type ResidentsInput = {
  count: number
  firstNameIndex: number
  epoch: Day
  days: number
  rates: Rates
  rollout: Rollout
  random: Random
  towns: Map<string, Town>
  nameOf: (index: number) => Name
}

/** 65 and older among 126.6 million at the start of 2021. */
const olderShare = 0.282
/** Of those under 65, whose doses of 2021 came largely from large venues and workplaces. */
const modernaShareUnder65 = 0.15
const yearDays = 365.25

type Draft = {
  index: number
  band: AgeBand
  bornOn: Day
  town: string
  firstDoseOn?: Day
  comes: 'inTime' | 'late' | 'never'
  moves: boolean
  dies: boolean
  isProtected: boolean
}

export function residentsByQuota(input: ResidentsInput): TruthPerson[] {
  const drafts = draftResidents(input)
  scheduleFirstDoses(drafts, input)
  takeQuotas(drafts, input)
  const people = drafts.map((draft) => personOf(draft, input))
  scanSomeSlipsAgain(people, input)
  return people
}

function draftResidents({ count, random, epoch }: ResidentsInput): Draft[] {
  const order = random.shuffled(Array.from({ length: count }, (_, i) => i))
  const older = Math.round(count * olderShare)
  const drafts = order.map((index, position): Draft => {
    const band: AgeBand = position < older ? '65-' : '-64'
    const ageDays =
      band === '65-' ? (65 + random.next() * 35) * yearDays : (16 + random.next() * 48) * yearDays
    return {
      index,
      band,
      bornOn: addDays(epoch, -Math.round(ageDays)),
      town: cities[0].code,
      comes: 'inTime',
      moves: false,
      dies: false,
      isProtected: false,
    }
  })
  drafts.sort((a, b) => a.index - b.index)
  let next = 0
  const mixed = random.shuffled(drafts)
  for (const city of cities.slice(1)) {
    const here = Math.round(count * city.share)
    for (const draft of mixed.slice(next, next + here)) draft.town = city.code
    next += here
  }
  return drafts
}

/** Quotas per band, on the prefecture's own days: Sundays and holidays show. */
function scheduleFirstDoses(drafts: Draft[], { rates, rollout, random, epoch }: ResidentsInput) {
  for (const band of ['65-', '-64'] as const) {
    const inBand = random.shuffled(drafts.filter((draft) => draft.band === band))
    const covered = inBand.slice(0, Math.round(inBand.length * rates.coverage))
    const days = spread(rollout.firstDose[band], covered.length, random.next)
    covered.forEach((draft, i) => {
      draft.firstDoseOn = addDays(epoch, days[i]!)
    })
  }
}

function takeQuotas(drafts: Draft[], { count, rates, random }: ResidentsInput) {
  const dosed = random.shuffled(drafts.filter((draft) => draft.firstDoseOn !== undefined))
  const noShows = Math.round(dosed.length * rates.noShow)
  const late = Math.round(dosed.length * rates.late)
  for (const draft of dosed.slice(0, noShows)) draft.comes = 'never'
  for (const draft of dosed.slice(noShows, noShows + late)) draft.comes = 'late'
  const some = (share: number, mark: (draft: Draft) => void) => {
    for (const draft of random.shuffled(drafts).slice(0, Math.round(count * share))) mark(draft)
  }
  some(rates.movers, (draft) => {
    draft.moves = true
  })
  some(rates.deaths, (draft) => {
    draft.dies = true
  })
  some(rates.protected, (draft) => {
    draft.isProtected = true
  })
}

function personOf(draft: Draft, input: ResidentsInput): TruthPerson {
  const { random, rates, epoch, days } = input
  const id = `r-${String(draft.index + 1).padStart(6, '0')}`
  const death = draft.dies ? deathOf(input) : undefined
  const last = death?.on ?? addDays(epoch, days + 60)
  const firstOn = draft.firstDoseOn
  const product: ProductCode =
    draft.band === '-64' && random.next() < modernaShareUnder65 ? 'moderna' : 'pfizer'
  const secondOn = firstOn && secondDoseOn(draft, firstOn, product, input)
  const movedOn = draft.moves ? moveDay(firstOn, secondOn, input) : undefined
  const { residences, tickets } = homesOf(
    draft,
    movedOn && movedOn < last ? movedOn : undefined,
    input,
  )
  const doses = [firstOn, secondOn].flatMap((givenOn, i) => {
    if (givenOn === undefined || givenOn > last) return []
    return [doseOf(i + 1, givenOn)]
  })
  return {
    id,
    name: input.nameOf(input.firstNameIndex + draft.index),
    bornOn: draft.bornOn,
    ...(isMailUser(draft.index, rates.mail) && { mail: `${id}@mail.invalid` }),
    residences,
    tickets,
    doses,
    ...(death && { death: toldAfterMoving(death, residences) }),
    protection: draft.isProtected ? [protectionOf(input, last)] : [],
  }

  function doseOf(doseNumber: number, givenOn: Day): TruthDose {
    const lag = quantile(recordingLag, random.next())
    const readBy = random.next() < rates.typed ? 'typed' : 'qr'
    const home = residences.findLast((residence) => residence.from <= givenOn)!
    const town = input.towns.get(home.municipalityCode)!
    const { municipalityCode, number } = tickets.findLast(
      (ticket, i) => i === 0 || ticket.issuedOn < givenOn,
    )!
    return {
      doseNumber,
      givenOn,
      recordedAt: officeMinute(addDays(givenOn, lag), random),
      venueCode: venuesOf(town)[product === 'moderna' ? 0 : random.below(2)]!.code,
      productCode: product,
      lotNumber: products[product].lotNumber,
      ticket: { municipalityCode, number },
      readBy,
      ...(readBy === 'typed' && { birthYearTyped: Number(draft.bornOn.slice(0, 4)) }),
    }
  }
}

function secondDoseOn(
  draft: Draft,
  firstOn: Day,
  product: ProductCode,
  { rollout, random }: ResidentsInput,
): Day | undefined {
  const { minimumDays, standardDays } = products[product]
  switch (draft.comes) {
    case 'never':
      return undefined
    case 'late':
      return addDays(firstOn, standardDays + 21 + random.below(36))
    case 'inTime': {
      const lag = quantile(rollout.secondDoseLag[draft.band], random.next())
      const shift = standardDays - products.pfizer.standardDays
      return addDays(firstOn, Math.max(minimumDays, lag + shift))
    }
  }
}

/** Between the doses where there are two days between; anywhere in the campaign otherwise. */
function moveDay(firstOn: Day | undefined, secondOn: Day | undefined, input: ResidentsInput): Day {
  const { random, epoch, days } = input
  const from = firstOn ? addDays(firstOn, 1) : addDays(epoch, 5)
  const to = secondOn ?? addDays(epoch, days)
  return addDays(from, random.below(Math.max(1, daysBetween(from, to))))
}

function homesOf(draft: Draft, movedOn: Day | undefined, input: ResidentsInput) {
  const { random, epoch, towns, days } = input
  const addressNumber = (stay: number) => 1 + draft.index * 2 + stay
  const home = (code: string, stay: number) => ({
    municipalityCode: code,
    registerNumber: `${code.slice(2, 5)}-${String(100_000 + draft.index)}`,
    ...addressIn(towns.get(code)!, addressNumber(stay)),
  })
  const sheet = (code: string, issuedOn: Day) => ({
    municipalityCode: code,
    number: String(2_000_000_000 + draft.index * 10),
    issuedOn,
  })
  const residences: TruthPerson['residences'] = [
    {
      ...home(draft.town, 0),
      from: laterDay(draft.bornOn, addDays(epoch, -random.below(9_000) - 30)),
    },
  ]
  const tickets: TruthPerson['tickets'] = [sheet(draft.town, addDays(epoch, -21))]
  if (movedOn === undefined) return { residences, tickets }

  const old = residences[0]!
  old.to = movedOn
  if (random.next() < 0.9) {
    const notifiedOn = addDays(movedOn, -3 - random.below(11))
    old.moveOutNotifiedOn = notifiedOn > epoch ? notifiedOn : earlierDay(addDays(epoch, 1), movedOn)
    old.moveOutPlannedOn = movedOn
  }
  const code = random.pick(cities.filter((city) => city.code !== draft.town)).code
  const reportedOn = addDays(movedOn, random.below(15))
  residences.push({ ...home(code, 1), from: movedOn, reportedOn })
  const issuedOn = addDays(reportedOn, 3 + random.below(9))
  if (daysBetween(issuedOn, addDays(epoch, days)) > 0) tickets.push(sheet(code, issuedOn))
  return { residences, tickets }
}

function deathOf({ random, epoch, days }: ResidentsInput) {
  const on = addDays(epoch, 1 + random.below(days - 1))
  return { on, reportedOn: addDays(on, 1 + random.below(7)) }
}

/** Nobody moves in after having been told dead. */
function toldAfterMoving(
  death: { on: Day; reportedOn: Day },
  residences: TruthPerson['residences'],
): { on: Day; reportedOn: Day } {
  const moved = residences.at(-1)?.reportedOn
  return moved ? { ...death, reportedOn: laterDay(death.reportedOn, addDays(moved, 1)) } : death
}

function protectionOf({ random, epoch, days }: ResidentsInput, last: Day) {
  const from = earlierDay(addDays(epoch, 1 + random.below(days - 1)), last)
  return { from, reportedOn: from }
}

function scanSomeSlipsAgain(people: TruthPerson[], { rates, random }: ResidentsInput) {
  const doses = people.flatMap((person) => person.doses)
  for (const dose of random
    .shuffled(doses)
    .slice(0, Math.round(doses.length * rates.duplicateScans))) {
    const soon = Date.parse(dose.recordedAt) + (5 + random.below(2_000)) * 60_000
    dose.scannedAgainAt = [new Date(soon).toISOString()]
  }
}

/** Evenly over the numbers, so that the share holds for any count. */
function isMailUser(index: number, share: number): boolean {
  return Math.floor((index + 1) * share) > Math.floor(index * share)
}

function officeMinute(day: Day, random: Random): string {
  return new Date(instantOf(day, 545 + random.below(475))).toISOString()
}
