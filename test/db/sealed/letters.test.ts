// Proves that a letter batch opens each person once to seal and once to print, all in one question each,
// and only those whose letter leaves; and what becomes of somebody who was erased.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fieldNames } from '../../../domain/sealed-fields.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { type Made, round1On, World } from '../activities/fixture.ts'

let world: World
let town: string

beforeAll(async () => {
  // Two people agree to every erasure of this file.
  world = await World.open({ approvals: async () => async () => {} })
})
afterAll(() => world.close())
beforeEach(async () => {
  town = await world.newTown()
})

async function queued(mail?: string): Promise<Made> {
  const made = await world.personWithDose({ town, ...(mail ? { mail } : {}) })
  world.setDay(round1On)
  await world.sendNotice(made)
  world.setDay(round1On, 1140)
  return made
}

const looks = async () => world.sql<{ fields: string[]; actor: string; resident: string }[]>`
  select fields, actor, resident_id as resident from ledger_inbox
   where municipality_code = ${town} and purpose = 'sendNotice'
     and fields && ${fieldNames as unknown as string[]} order by looked_at, id`

function unlocked(): number[] {
  const { lines } = readKeydLog(join(world.db.keyd.folder, 'log'))
  return lines.flatMap((line) => (line.op === 'unlock' ? [line.items.length] : []))
}

const manifest = () =>
  JSON.parse(
    readFileSync(join(world.dataDir, 'letters', `${town}-${round1On}.manifest.json`), 'utf8'),
  )

const erase = ({ residentId }: Made) =>
  world.db.keyd
    .link('keys')
    .ask('erase', { municipalityCode: town, residentIds: [residentId], reason: 'test' })

test('one look each to seal and to print, in one question each, and none at who gets no letter', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => queued()))
  await world.dose(people[0]!, 2, '2021-05-22' as typeof round1On)
  await world.die(people[1]!, round1On)
  expect(await looks()).toEqual([])
  const before = unlocked().length

  expect(await world.seal(town, round1On)).toEqual({ letters: 10 })
  expect(await world.print(town, round1On)).toEqual({ pages: 10 })
  expect(unlocked().slice(before)).toEqual([10, 10])
  const found = await looks()
  const toSeal = found.filter(({ fields }) => fields.length === 4)
  const toPrint = found.filter(({ fields }) => fields.length === 1)
  expect(toSeal.map(({ fields }) => fields)).toEqual(
    toSeal.map(() => ['name', 'kana', 'address', 'letter']),
  )
  expect(toPrint.map(({ fields }) => fields)).toEqual(toPrint.map(() => ['letter']))
  const wanted = new Set(people.slice(2).map(({ residentId }) => residentId))
  for (const some of [toSeal, toPrint]) {
    expect(some).toHaveLength(10)
    expect(new Set(some.map(({ resident }) => resident))).toEqual(wanted)
  }
})

test('erased before the seal, a person gets no letter, and the others get theirs', async () => {
  const [gone, other] = [await queued(), await queued()]
  await erase(gone)
  expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
  expect(await world.notices(gone.courseId)).toMatchObject([
    { state: 'suppressed', reason: 'erased' },
  ])
  expect(await world.notices(other.courseId)).toMatchObject([{ state: 'left' }])
})

test('erased between seal and print, a person’s letter is in no file, and the batch is printed', async () => {
  const [gone, other] = [await queued(), await queued()]
  expect(await world.seal(town, round1On)).toEqual({ letters: 2 })
  await erase(gone)
  expect(await world.print(town, round1On)).toEqual({ pages: 1 })
  const [attempt] = await world.attempts(other.courseId)
  expect(manifest().letters.map((letter: { letterId: string }) => letter.letterId)).toEqual([
    attempt!.id,
  ])
  const left = await world.sql`select from letter_content where municipality_code = ${town}`
  expect(left).toHaveLength(0)
})

test('all of them erased between seal and print, the batch is over', async () => {
  const gone = await queued()
  await world.seal(town, round1On)
  await erase(gone)
  expect(await world.print(town, round1On)).toEqual({ pages: 0 })
  expect(await world.print(town, round1On)).toEqual({ pages: 0 })
})

test('keyd away, no batch is sealed and no letter has left, until it is back', async () => {
  const made = await queued()
  await world.db.keyd.end()
  await expect(world.seal(town, round1On)).rejects.toMatchObject({ type: 'outage' })
  expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
  await world.db.keyd.start()
  expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
})
