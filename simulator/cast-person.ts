/** From a row of the cast to a person of the truth file. */
import type { At, CastDose, CastRow } from './cast.ts'
import { addDays, type Day, instantOf } from './days.ts'
import type { Name } from './names.ts'
import { addressIn, castNextVillage, castVillage, products, type Town, venuesOf } from './towns.ts'
import type { Residence, TruthDose, TruthPerson } from './truth.ts'

export type CastContext = { epoch: Day; towns: Map<string, Town>; nameOf: (index: number) => Name }

const shotMinute = 630
/** Numbers of a cast member's tickets and addresses lie this far apart. */
const stride = 10

export function castPerson(row: CastRow, index: number, context: CastContext): TruthPerson {
  const { epoch } = context
  const id = `cast-${String(index + 1).padStart(2, '0')}`
  const on = (day: number) => addDays(epoch, day)
  const instant = ({ day, minute }: At) => new Date(instantOf(on(day), minute)).toISOString()
  const residences = residencesOf(row, index, context, { on, instant })
  const tickets = ticketsOf(row, index, context, { on, instant })
  return {
    id,
    title: row.title,
    name: row.name ?? context.nameOf(index),
    bornOn: row.bornOn ?? on(-29_000 + index * 97),
    ...(row.mail && { mail: `${id}@mail.invalid` }),
    residences,
    tickets: tickets.announced,
    doses: row.doses.map((dose, i) => doseOf(dose, i + 1)),
    ...(row.screenedOnly && { screenings: [doseOf(row.screenedOnly, 1)] }),
    ...(row.death && { death: report(row.death) }),
    ...(row.abroad && { abroad: report(row.abroad) }),
    protection: row.protected
      ? [{ from: on(row.protected.day), ...withoutOn(report(row.protected)) }]
      : [],
  }

  function report({ day, told }: { day: number; told: At }) {
    return { on: on(day), reportedOn: on(told.day), reportedAt: instant(told) }
  }

  function doseOf(dose: CastDose, doseNumber: number): TruthDose {
    const product = products[dose.product ?? 'pfizer']
    const readBy = dose.readBy ?? 'qr'
    const bornYear = Number((row.bornOn ?? on(-29_000 + index * 97)).slice(0, 4))
    const home = residences.findLast((residence) => residence.from <= on(dose.day))!
    return {
      doseNumber,
      givenOn: on(dose.day),
      recordedAt: instant(
        dose.told ?? { day: dose.day, minute: dose.minute ?? shotMinute + index },
      ),
      venueCode: venuesOf(context.towns.get(home.municipalityCode)!)[0]!.code,
      productCode: product.code,
      lotNumber: product.lotNumber,
      ticket: tickets.usedOn(dose),
      readBy,
      ...(readBy === 'typed' && { birthYearTyped: bornYear + (dose.birthYearOff ?? 0) }),
      ...(dose.again && { scannedAgainAt: dose.again.map(instant) }),
    }
  }
}

type Calendar = { on: (day: number) => Day; instant: (at: At) => string }

function residencesOf(
  row: CastRow,
  index: number,
  { towns }: CastContext,
  { on, instant }: Calendar,
): Residence[] {
  const lived = (code: string, stay: number) => ({
    municipalityCode: code,
    registerNumber: registerNumber(code, index),
    ...addressIn(towns.get(code)!, index * stride + stay + 1),
  })
  const residences: Residence[] = [{ ...lived(castVillage, 0), from: on(-4_000) }]
  const leave = (day: number, notified?: At) => {
    const last = residences.at(-1)!
    last.to = on(day)
    if (notified) Object.assign(last, movingOut(day, notified))
  }
  const movingOut = (day: number, notified: At) => ({
    moveOutNotifiedOn: on(notified.day),
    moveOutNotifiedAt: instant(notified),
    moveOutPlannedOn: on(day),
  })
  for (const move of row.moves ?? []) {
    leave(move.day, move.notified)
    const code = move.to === 'castVillage' ? castVillage : castNextVillage
    residences.push({
      ...lived(code, residences.length),
      from: on(move.day),
      ...(move.told && { reportedOn: on(move.told.day), reportedAt: instant(move.told) }),
    })
  }
  if (row.addressChanged) {
    const { day, told } = row.addressChanged
    leave(day)
    residences.push({
      ...lived(castVillage, residences.length),
      from: on(day),
      reportedOn: on(told.day),
      reportedAt: instant(told),
    })
  }
  if (row.plannedMove) {
    const { day, notified, cancelled } = row.plannedMove
    Object.assign(residences.at(-1)!, movingOut(day, notified), {
      ...(cancelled ? { moveOutCancelledAt: instant(cancelled) } : { to: on(day) }),
    })
  }
  return residences
}

function ticketsOf(row: CastRow, index: number, _: CastContext, { on, instant }: Calendar) {
  const sheet = (code: string, stay: number) => ({
    municipalityCode: code,
    number: String(1_000_000_000 + index * stride + stay),
  })
  const first = { ...sheet(castVillage, 0), issuedOn: on(-21) }
  const announced: TruthPerson['tickets'] = [first]
  const fromDay = [Number.NEGATIVE_INFINITY]
  row.moves?.forEach((move, i) => {
    if (move.ticketDay === undefined) return
    const code = move.to === 'castVillage' ? castVillage : castNextVillage
    const issuedOn = on(move.ticketDay)
    announced.push({
      ...sheet(code, i + 1),
      issuedOn,
      registeredAt: instant({ day: move.ticketDay, minute: 570 }),
    })
    fromDay.push(move.ticketDay)
  })
  const unannounced = sheet(castVillage, 9)
  if (row.ticketAnnounced) {
    announced.push({
      ...unannounced,
      issuedOn: on(row.ticketAnnounced.day),
      registeredAt: instant(row.ticketAnnounced),
    })
  }
  const usedOn = (dose: CastDose) => {
    if (dose.ticket === 'unannounced') return unannounced
    if (dose.ticket === 'former') return refOf(first)
    return refOf(announced[fromDay.findLastIndex((day) => day <= dose.day)]!)
  }
  return { announced, usedOn }
}

function refOf({ municipalityCode, number }: { municipalityCode: string; number: string }) {
  return { municipalityCode, number }
}

/** A person who comes back gets the number back: towns keep a register number for life. */
function registerNumber(code: string, index: number): string {
  return `${code.slice(2, 5)}-${String(index + 1).padStart(6, '0')}`
}

function withoutOn<T extends { on: string }>({ on: _, ...rest }: T): Omit<T, 'on'> {
  return rest
}
