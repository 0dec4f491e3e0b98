/** What is there before the registers: towns, venues, lots. */
import type { Client } from './client.ts'
import { problemCode } from './client.ts'
import { loadTowns, officeOf } from './towns.ts'
import type { Truth } from './truth.ts'

const batchSize = 500

/** Tells everything by HTTP; safe to repeat. Throws when the system refuses any of it. */
export async function setUpTowns(
  client: Client,
  truth: Truth,
  onProgress: (words: string) => void = () => {},
): Promise<void> {
  const { header } = truth
  onProgress('towns, venues and lots')
  const settings = ladderOf(header.ladder)
  for (const code of townsIn(truth)) await putTown(client, code, settings)
  for (const { code, municipalityCode, name } of header.venues) {
    await must(client, 'PUT', `/venues/${code}`, { municipalityCode, name })
  }
  for (const lots of inBatches(lotsIn(truth))) await must(client, 'PUT', '/lots', { lots })
}

/** A truth that says nothing of them is of a time before there were more kinds of notices. */
function ladderOf(ladder: Truth['header']['ladder']): object {
  const nothing = {
    preDueDays: 0,
    invitationAfterDays: 0,
    quietWeekdays: [],
    holidaysAreQuiet: false,
  }
  // Of a day that lasts a second, hours would be a blink that a busy machine misses.
  return { ...(ladder ?? nothing), sendFromMinute: 0, sendUntilMinute: 1_440 }
}

async function putTown(client: Client, code: string, settings: object): Promise<void> {
  const town = loadedTowns().get(code)
  if (!town) throw new Error(`The truth names a municipality that there is not: ${code}.`)
  const office = officeOf(town)
  await must(client, 'PUT', `/municipalities/${code}`, { ...office, settings })
}

let towns: ReturnType<typeof loadTowns> | undefined
function loadedTowns() {
  towns ??= loadTowns()
  return towns
}

export function townsIn({ header, people }: Truth): string[] {
  return [
    ...new Set([
      ...header.venues.map((venue) => venue.municipalityCode),
      ...people.flatMap((person) => person.residences.map((one) => one.municipalityCode)),
    ]),
  ]
}

function lotsIn({ people }: Truth): { productCode: string; lotNumber: string }[] {
  const lots = new Map<string, { productCode: string; lotNumber: string }>()
  for (const { doses, screenings = [] } of people) {
    for (const { productCode, lotNumber } of [...doses, ...screenings]) {
      lots.set(`${productCode}|${lotNumber}`, { productCode, lotNumber })
    }
  }
  return [...lots.values()]
}

async function must(client: Client, method: 'PUT' | 'POST', path: string, body: unknown) {
  const answer = await client.send(method, `/api/v1${path}`, body)
  const refused = answer.status >= 300 ? problemCode(answer) : refusedRow(answer.body)
  if (refused) throw new Error(`The set-up was refused at ${method} ${path}: ${refused}.`)
}

function refusedRow(body: unknown): string | undefined {
  const results = (body as { results?: { status: string; code?: string }[] } | undefined)?.results
  const refused = results?.find((result) => result.status === 'refused')
  return refused && (refused.code ?? 'refused')
}

function inBatches<T>(items: T[]): T[][] {
  const batches: T[][] = []
  for (let i = 0; i < items.length; i += batchSize) batches.push(items.slice(i, i + batchSize))
  return batches
}
