/** How far a municipality is before its first wave opens: counts and codes, nobody's row. */
import { DomainError } from '../../domain/errors.ts'
import { olderBornOnOrBefore } from '../../domain/wave.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { planInForce } from '../oversight/plan.ts'
import { leastClasses } from '../people/oldest.ts'

export const readyParts = [
  'plan',
  'sender',
  'register',
  'tickets',
  'myNumber',
  'venues',
  'devices',
  'wave',
  'release',
] as const
export type ReadyPart = (typeof readyParts)[number]

/** `gaps`: it can begin, and something is not whole; `missing`: not without this. */
export type ReadyState = 'ready' | 'gaps' | 'missing'

export type ReadyItem = {
  part: ReadyPart
  state: ReadyState
  /** Its words and its cure stand in `i18n/ready.ts`. */
  code: ReadyCode
  counts: Record<string, number>
}

export const readyCodes = [
  'planInForce',
  'noPlan',
  'senderKnown',
  'noSender',
  'registered',
  'noResidents',
  'ticketsThere',
  'someWithoutTicket',
  'noTickets',
  'numbersThere',
  'someWithoutNumber',
  'noNumbers',
  'venuesThere',
  'noVenues',
  'devicesThere',
  'venuesWithoutDevice',
  'noDevices',
  'waveReleased',
  'waveMade',
  'noWave',
  'releasedByTwo',
  'releasedByItself',
  'noSecondPerson',
  'nobodyReleases',
] as const
export type ReadyCode = (typeof readyCodes)[number]

export type Readiness = {
  municipalityCode: string
  name: string
  /** Nothing is missing; there may be gaps. */
  isReady: boolean
  items: ReadyItem[]
}

type Counts = {
  residents: number
  withTicket: number
  withMyNumber: number
  firstCalled: number
  firstWithTicket: number
}

/** Throws `unknownMunicipality`. */
export function readiness({ sql }: { sql: Sql }, municipalityCode: string): Promise<Readiness> {
  return withPurpose(sql, { municipalityCode, purpose: 'showTown' }, async (tx) => {
    const [town] = await tx<{ name: string; hasSender: boolean }[]>`
      select m.prefecture || m.name as name, s.municipality_code is not null as "hasSender"
        from municipality m left join municipality_setting s on s.municipality_code = m.code
       where m.code = ${municipalityCode}`
    if (!town) {
      throw new DomainError('unknownMunicipality', 'No municipality has it', 'municipalityCode')
    }
    const plan = await planInForce(tx, municipalityCode)
    const people = await countPeople(tx, municipalityCode)
    const items = [
      plan === undefined ? missing('plan', 'noPlan') : ready('plan', 'planInForce', { plan }),
      town.hasSender ? ready('sender', 'senderKnown') : missing('sender', 'noSender'),
      ...ofPeople(people),
      ...ofVenues(await countVenues(tx, municipalityCode)),
      ofWaves(await countWaves(tx, municipalityCode)),
      await ofRelease(tx, municipalityCode),
    ]
    const isReady = items.every(({ state }) => state !== 'missing')
    return { municipalityCode, name: town.name, isReady, items }
  })
}

type Given = Record<string, number>
const ready = (part: ReadyPart, code: ReadyCode, counts: Given = {}): ReadyItem => {
  return { part, state: 'ready', code, counts }
}
const gaps = (part: ReadyPart, code: ReadyCode, counts: Given): ReadyItem => {
  return { part, state: 'gaps', code, counts }
}
const missing = (part: ReadyPart, code: ReadyCode, counts: Given = {}): ReadyItem => {
  return { part, state: 'missing', code, counts }
}

/** Those who are called up first are counted by age class: the whole class that the day divides. */
async function countPeople(tx: Tx, municipalityCode: string): Promise<Counts> {
  const [latest] = await tx<{ day: typeof olderBornOnOrBefore | null }[]>`
    select max(born_on_or_before)::text as day from wave
     where municipality_code = ${municipalityCode} and withdrawn_at is null`
  const bornOnOrBefore = latest?.day ?? olderBornOnOrBefore
  const least = await leastClasses(tx, { municipalityCode, bornOnOrBefore })
  const [counts] = await tx<Counts[]>`
    select residents, with_ticket as "withTicket", with_my_number as "withMyNumber",
           first_called as "firstCalled", first_with_ticket as "firstWithTicket"
      from town_readiness(${municipalityCode}, ${least.map(({ on }) => on)}::date[],
                          ${least.map(({ ageClass }) => ageClass)}::int[])`
  return counts!
}

function ofPeople(people: Counts): ReadyItem[] {
  const { residents, withTicket, withMyNumber, firstCalled, firstWithTicket } = people
  const counts = { residents, withTicket, firstCalled, firstWithTicket }
  const without = firstCalled - firstWithTicket
  return [
    residents === 0
      ? missing('register', 'noResidents')
      : ready('register', 'registered', { residents, firstCalled }),
    withTicket === 0
      ? missing('tickets', 'noTickets')
      : without > 0
        ? gaps('tickets', 'someWithoutTicket', { ...counts, without })
        : ready('tickets', 'ticketsThere', counts),
    numbersItem(residents, withMyNumber),
  ]
}

/** Not everybody has a number: people without a row in the register may get a ticket as well. */
function numbersItem(residents: number, withMyNumber: number): ReadyItem {
  if (withMyNumber === 0) return missing('myNumber', 'noNumbers')
  const counts = { residents, withMyNumber, without: residents - withMyNumber }
  return counts.without > 0
    ? gaps('myNumber', 'someWithoutNumber', counts)
    : ready('myNumber', 'numbersThere', counts)
}

type Venues = { venues: number; devices: number; without: number }

async function countVenues(tx: Tx, municipalityCode: string): Promise<Venues> {
  const [counts] = await tx<Venues[]>`
    select count(*)::int as venues, coalesce(sum(d.devices), 0)::int as devices,
           (count(*) filter (where d.devices = 0))::int as without
      from venue v
      cross join lateral (
        select count(*)::int as devices from device
         where venue_code = v.code and municipality_code = v.municipality_code
           and revoked_at is null and locked_at is null) d
     where v.municipality_code = ${municipalityCode}`
  return counts!
}

function ofVenues({ venues, devices, without }: Venues): ReadyItem[] {
  if (venues === 0) return [missing('venues', 'noVenues'), missing('devices', 'noDevices')]
  const counts = { venues, devices, without }
  return [
    ready('venues', 'venuesThere', { venues }),
    devices === 0
      ? missing('devices', 'noDevices', counts)
      : without > 0
        ? gaps('devices', 'venuesWithoutDevice', counts)
        : ready('devices', 'devicesThere', counts),
  ]
}

type Waves = { made: number; released: number; courses: number }

async function countWaves(tx: Tx, municipalityCode: string): Promise<Waves> {
  const [counts] = await tx<Waves[]>`
    select (count(*) filter (where opened_at is null and released_at is null))::int as made,
           (count(*) filter (where opened_at is not null or released_at is not null))::int as released,
           coalesce(sum(courses), 0)::int as courses
      from wave where municipality_code = ${municipalityCode} and withdrawn_at is null`
  return counts!
}

function ofWaves(counts: Waves): ReadyItem {
  if (counts.released > 0) return ready('wave', 'waveReleased', counts)
  return counts.made > 0 ? gaps('wave', 'waveMade', counts) : missing('wave', 'noWave')
}

/**
 * An evening's letters leave when one person of the town looked at them and another released them, or by
 * themselves up to a number that the town set: without either they lie there for ever.
 */
async function ofRelease(tx: Tx, municipalityCode: string): Promise<ReadyItem> {
  const [found] = await tx<{ people: number; upTo: number }[]>`
    select (select count(*)::int from account
             where office = ${municipalityCode} and disabled_at is null
               and role in ('clerk', 'municipalAdministrator')) as people,
           coalesce((select release_automatically_up_to from municipality_setting
                      where municipality_code = ${municipalityCode}), 0) as "upTo"`
  const { people, upTo } = found!
  const counts = { people, upTo }
  if (people >= 2) return ready('release', 'releasedByTwo', counts)
  // More letters than that wait for two people who are not there.
  if (upTo > 0) return gaps('release', 'releasedByItself', counts)
  return people === 1
    ? missing('release', 'noSecondPerson', counts)
    : missing('release', 'nobodyReleases', counts)
}
