/** A small campaign told in full, to be changed in one place by a test. Everyone is made up. */
import { addDays, instantOf } from '../../../judge/days.ts'
import type { Evidence } from '../../../judge/evidence.ts'
import { type LeftNotice, withoutBlanks } from '../../../judge/left-notice.ts'
import type { ToldLine } from '../../../judge/told-file.ts'
import type { TruthPerson } from '../../../judge/truth-file.ts'

export const epoch = '2021-04-12'
export const days = 80
export const village = '204510'
export const nextVillage = '204501'

export const on = (day: number) => addDays(epoch, day)

/** Wall time in the story: a second a day, from some instant on. */
const wallZero = Date.parse('2026-01-01T00:00:00Z')
export const wallOf = (campaignMs: number) =>
  wallZero + Math.round((campaignMs - instantOf(epoch)) / 86_400)

export function aPerson(id: string, over: Partial<TruthPerson> = {}): TruthPerson {
  const number = Number(id.replace(/\D/g, ''))
  return {
    id,
    name: { family: '架空野', given: `${'春夏秋冬'[number % 4]}${number}`, kana: `カクウノ ${id}` },
    bornOn: '1950-01-01',
    residences: [aResidence(number)],
    tickets: [{ municipalityCode: village, number: String(1_000_000_000 + number) }],
    doses: [],
    protection: [],
    ...over,
  }
}

export function aResidence(number: number, over: Partial<TruthPerson['residences'][number]> = {}) {
  return {
    municipalityCode: village,
    registerNumber: `451-${number}`,
    postcode: '0005101',
    address: `長野県朝日村見本町1丁目${number}番1号`,
    from: '2010-01-01',
    ...over,
  }
}

export function aDose(doseNumber: number, day: number, productCode = 'pfizer') {
  const ticket = { municipalityCode: village, number: '1000000000' }
  return { doseNumber, givenOn: on(day), productCode, ticket }
}

export function told(
  personId: string,
  kind: string,
  ref: string,
  day: number,
  over: { minute?: number; verdict?: string; refused?: string } = {},
): ToldLine {
  const { minute = 600, ...rest } = over
  const campaignMs = instantOf(on(day), minute)
  return {
    factId: `${personId} ${kind} ${ref} ${day}`,
    kind,
    personId,
    ref,
    campaignAt: new Date(campaignMs).toISOString(),
    wallAt: new Date(wallOf(campaignMs)).toISOString(),
    ...(kind === 'scan' && { verdict: 'recorded' }),
    ...rest,
  }
}

let count = 0

export function left(
  person: TruthPerson,
  kind: LeftNotice['kind'],
  round: number,
  day: number,
  over: { minute?: number; residence?: number } = {},
): LeftNotice {
  const channel = person.mail ? 'mail' : 'letter'
  const { postcode, address } = person.residences[over.residence ?? 0]!
  const campaignMs = instantOf(on(day), over.minute ?? (channel === 'mail' ? 560 : 1_140))
  const dashed = `〒${postcode.slice(0, 3)}-${postcode.slice(3)}`
  count += 1
  return {
    channel,
    source: channel === 'mail' ? `${count}.eml` : `batch.pdf#${count}`,
    noticeId: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    kind,
    round,
    day: on(day),
    left: channel === 'mail' ? { wallMs: wallOf(campaignMs) } : { campaignMs },
    ...(person.mail && { mailTo: person.mail }),
    text: withoutBlanks(
      `${channel === 'mail' ? '' : dashed + address}${person.name.family}${person.name.given} 様 〒390-0000 長野県松本市`,
    ),
  }
}

/**
 * One by letter and one by mail who got both reminders, one who came in time, one who moved and got
 * the relocation notice: all of it right.
 */
export function aStory() {
  const letter = aPerson('p1', { doses: [aDose(1, 1)] })
  const mail = aPerson('p2', { mail: 'p2@mail.invalid', doses: [aDose(1, 2)] })
  const came = aPerson('p3', { doses: [aDose(1, 3), aDose(2, 24)] })
  const moved = aPerson('p4', {
    doses: [aDose(1, 3), aDose(2, 32)],
    residences: [
      aResidence(4, { to: on(20), moveOutPlannedOn: on(20) }),
      aResidence(4, {
        municipalityCode: nextVillage,
        postcode: '0005001',
        address: '長野県山形村見本町1丁目4番1号',
        from: on(20),
      }),
    ],
    tickets: [
      { municipalityCode: village, number: '1000000004' },
      { municipalityCode: nextVillage, number: '1000000005' },
    ],
  })
  const evidence: Evidence = {
    truth: { header: { epoch, days }, people: [letter, mail, came, moved] },
    told: [
      told('p1', 'scan', 'doses/0', 1),
      told('p2', 'scan', 'doses/0', 2),
      told('p3', 'scan', 'doses/0', 3),
      told('p3', 'scan', 'doses/1', 24),
      told('p4', 'scan', 'doses/0', 3),
      told('p4', 'moveOut', 'residences/0/moveOut', 15),
      told('p4', 'moveIn', 'residences/1', 22),
      told('p4', 'ticket', 'tickets/1', 26),
      told('p4', 'scan', 'doses/1', 32),
    ],
    notices: [
      left(letter, 'reminder', 1, 44),
      left(letter, 'reminder', 2, 58),
      left(mail, 'reminder', 1, 45),
      left(mail, 'reminder', 2, 59),
      left(moved, 'relocationNotice', 1, 26, { residence: 1 }),
    ],
    letterPages: 3,
  }
  return { evidence, letter, mail, came, moved }
}

/** The evidence with one person's truth changed. */
export function withPerson(evidence: Evidence, person: TruthPerson): Evidence {
  const people = evidence.truth.people.map((one) => (one.id === person.id ? person : one))
  return { ...evidence, truth: { ...evidence.truth, people } }
}
