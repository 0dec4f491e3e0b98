// An evening's letters: each looked at once more, sealed once, printed from what the seal kept. Proved
// by the rows and by the text of the PDF, with a crash between any two steps.

import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createActivities } from '../../../activities/index.ts'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { rewriteAddress } from '../../support/people.ts'
import { type Made, on, round1On, someIndex, World } from './fixture.ts'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())
beforeEach(async () => {
  town = await world.newTown()
})

const evening = 1140

async function queued(wish: Partial<Parameters<World['personWithDose']>[0]> = {}): Promise<Made> {
  const made = await world.personWithDose({ town, ...wish })
  world.setDay(round1On)
  await world.sendNotice(made)
  world.setDay(round1On, evening)
  return made
}

const fileOf = (kind: string, day: PlainDate = round1On, of = town) =>
  join(world.dataDir, 'letters', `${of}-${day}.${kind}`)

async function textOf(path: string): Promise<string> {
  const pdf = await getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 }).promise
  const pages: string[] = []
  for (let page = 1; page <= pdf.numPages; page += 1) {
    const { items } = await (await pdf.getPage(page)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''))
  }
  await pdf.destroy()
  return pages.join('\f')
}

describe('a batch', () => {
  test('holds each letter once, in print, manifest and rows', async () => {
    const [one, two] = [await queued({ family: '架空', postcode: '9990009' }), await queued()]
    expect(await world.seal(town, round1On)).toEqual({ letters: 2 })
    expect(await world.print(town, round1On)).toEqual({ pages: 2 })

    const attempts = await Promise.all([one, two].map((made) => world.attempts(made.courseId)))
    const letterIds = attempts.map(([attempt]) => attempt!.id)
    const text = await textOf(fileOf('pdf'))
    const pages = text.split('\f').map((page) => page.replaceAll(/\s/g, ''))
    // Sorted by postcode.
    expect(pages[0]).toContain('見本花子様')
    expect(pages[0]).toContain(`通知番号${letterIds[1]}/R1/${round1On}`)
    expect(pages[1]).toContain('架空花子様')
    expect(pages[1]).toContain(`通知番号${letterIds[0]}/R1/${round1On}`)

    const manifest = JSON.parse(readFileSync(fileOf('manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({
      municipalityCode: town,
      date: round1On,
      sealedAt: `${round1On}T10:00:00Z`,
      totals: { letters: 2, pages: 2 },
      letters: [
        { letterId: letterIds[1], kind: 'reminder', round: 1, campaignDate: round1On, page: 1 },
        { letterId: letterIds[0], kind: 'reminder', round: 1, campaignDate: round1On, page: 2 },
      ],
    })
    for (const made of [one, two]) {
      expect(await world.notices(made.courseId)).toMatchObject([
        { state: 'left', channel: 'letter', leftOn: round1On },
      ])
      expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'sealed' }])
      expect(await world.news(made.courseId)).toEqual([])
    }
  })

  test('names nobody outside the PDF, and nothing stays in the database', async () => {
    await queued({ family: '秘密', address: '架空県秘密村3' })
    await world.seal(town, round1On)
    const [kept] = await world.sql`
      select content from letter_content where municipality_code = ${town}`
    expect(kept?.content.toString('latin1')).not.toContain(Buffer.from('秘密').toString('latin1'))
    await world.print(town, round1On)
    expect(
      await world.sql`select 1 from letter_content where municipality_code = ${town}`,
    ).toHaveLength(0)
    const rest = [fileOf('manifest.json'), fileOf('index.csv')].map((path) =>
      readFileSync(path, 'utf8'),
    )
    expect(`${rest.join()}${world.logged.join()}`).not.toMatch(/秘密|花子/)
  })

  test('sealed again, holds what it held: letters queued since wait for the next evening', async () => {
    const made = await queued()
    expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
    const late = await queued()
    expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
    expect(await world.attempts(late.courseId)).toMatchObject([{ state: 'queued' }])
    expect(await world.print(town, round1On)).toEqual({ pages: 1 })
    const next = addDays(round1On, 1)
    world.setDay(next, evening)
    expect(await world.seal(town, next)).toEqual({ letters: 1 })
    expect(await world.notices(late.courseId)).toMatchObject([{ leftOn: next }])
    expect(await world.notices(made.courseId)).toMatchObject([{ leftOn: round1On }])
  })

  test('that runs late leaves alone what was queued on a later day', async () => {
    await queued()
    expect(await world.seal(town, addDays(round1On, -1))).toEqual({ letters: 0 })
    expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
  })

  test('sealed by two at once, is sealed once', async () => {
    const made = await queued()
    const answers = await Promise.all([world.seal(town, round1On), world.seal(town, round1On)])
    expect(answers).toEqual([{ letters: 1 }, { letters: 1 }])
    expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'sealed' }])
    const kept = world.sql`select 1 from letter_content where municipality_code = ${town}`
    expect(await kept).toHaveLength(1)
    await world.print(town, round1On)
  })

  test('printed after a crash, and after another, has the same bytes', async () => {
    await queued()
    await queued({ postcode: '9990000' })
    await world.seal(town, round1On)
    const read = () =>
      ['pdf', 'manifest.json', 'index.csv'].map((kind) => readFileSync(fileOf(kind)))

    // The files were written, the transaction after them was not: as if it had been killed there.
    const [batch] = await world.sql`
      select * from letter_batch where municipality_code = ${town} and batch_on = ${round1On}`
    const contents = await world.sql`select * from letter_content where municipality_code = ${town}`
    await world.print(town, round1On)
    const first = read()
    await world.sql`
      update letter_batch set state = 'sealed', pages = null, pdf_sha256 = null, printed_at = null
       where id = ${batch!.id}`
    for (const row of contents) await world.sql`insert into letter_content ${world.sql(row)}`
    rmSync(fileOf('index.csv'))

    world.setDay(addDays(round1On, 2))
    const another = createActivities({ ...world.deps })
    await another.printBatch({ municipalityCode: town, batchOn: round1On, workflowNowMs: 0 })
    expect(read()).toEqual(first)
    expect(await world.print(town, round1On)).toEqual({ pages: 2 })
    expect(readdirSync(join(world.dataDir, 'letters')).filter((n) => n.endsWith('.part'))).toEqual(
      [],
    )
  })

  test('whose evening was missed leaves late, under the day on which it left', async () => {
    const made = await queued()
    const late = addDays(round1On, 2)
    world.setDay(late, 600)
    await world.seal(town, round1On)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'left', leftOn: late }])
    // The second round counts from the day it left, so that the course is told of another day.
    const facts = await world.facts(made.courseId)
    expect(facts.steps).toMatchObject([{ kind: 'reminder', round: 2, on: addDays(late, 14) }])
    expect(await world.news(made.courseId)).toEqual([{ version: facts.version }])
    await world.print(town, round1On)
  })
})

describe('taken back at the last look', () => {
  const cases: [string, string, 'suppressed' | 'held', (made: Made) => Promise<unknown>][] = [
    ['dosed', 'dosed', 'suppressed', (made) => world.dose(made, 2, on('2021-05-22'))],
    ['dead', 'deceased', 'suppressed', (made) => world.die(made, round1On)],
    ['protected', 'protected', 'suppressed', (made) => world.protect(made, round1On)],
    [
      'about to move',
      'betweenMunicipalities',
      'held',
      (made) => world.planToMoveOut(made, round1On, round1On),
    ],
    [
      'abroad',
      'movedAbroad',
      'suppressed',
      ({ residentId }) =>
        world.sql`update resident set status = 'movedAbroad', status_on = ${round1On}
                   where id = ${residentId}`,
    ],
    [
      'not willing',
      'declined',
      'suppressed',
      ({ courseId }) =>
        world.sql`update course set stage = 'closed', closed_because = 'declined',
                                      declined_from = ${round1On}
                   where id = ${courseId}`,
    ],
    [
      'without an address',
      'noAddress',
      'suppressed',
      ({ residentId }) =>
        world.sql`update residence set to_on = ${addDays(round1On, -1)}
                   where resident_id = ${residentId}`,
    ],
    [
      'with an address that no page holds',
      'notPrintable',
      'suppressed',
      ({ residentId }) =>
        rewriteAddress(
          world.db,
          { municipalityCode: town, residentId },
          { fromOn: '2020-01-01', postcode: '9990001', address: '長'.repeat(190) },
        ),
    ],
  ]
  const byHand = ['protected', 'noAddress', 'notPrintable']

  test.each(cases)('%s: %s', async (_person, reason, state, happens) => {
    const made = await queued()
    const neighbour = await queued()
    await happens(made)
    expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
    expect(await world.notices(made.courseId)).toMatchObject([{ state, reason, leftOn: null }])
    expect(await world.attempts(made.courseId)).toMatchObject([{ state: 'withdrawn', reason }])
    const tasks = byHand.includes(reason) ? [{ town, kind: 'noticeByHand' }] : []
    expect(await world.tasks(made.courseId)).toMatchObject(tasks)
    await world.print(town, round1On)
    const [kept] = await world.attempts(neighbour.courseId)
    const text = (await textOf(fileOf('pdf'))).replaceAll(/\s/g, '')
    expect(text.match(/通知番号/g)).toHaveLength(1)
    expect(text).toContain(kept!.id)
  })

  test('all of them: an empty batch, with nothing to print', async () => {
    const made = await queued()
    await world.die(made, round1On)
    expect(await world.seal(town, round1On)).toEqual({ letters: 0 })
    const [batch] = await world.sql`
      select state, pages from letter_batch where municipality_code = ${town}`
    expect(batch).toEqual({ state: 'posted', pages: 0 })
  })

  test('dosed in a transaction that commits while the seal already waits', async () => {
    const made = await queued()
    const recording = await world.sql.reserve()
    await recording`begin`
    await recording`select 1 from course where id = ${made.courseId} for update`
    const sealing = world.seal(town, round1On)
    await world.untilSomeoneWaits()
    await recording`
      insert into dose (municipality_code, id, resident_id, course_id, claimed_dose_number,
                        issuing_municipality_code, ticket_index, given_on, venue_code, product_code,
                        lot_number, age_band, scan_id, read_by, recorded_on)
      values (${town}, ${randomUUID()}, ${made.residentId}, ${made.courseId}, 2, ${town}, ${someIndex},
              '2021-05-22', '1310000001', 'pfizer', 'LOT1', '65-', ${randomUUID()}, 'qr', ${round1On})`
    await recording`commit`
    recording.release()
    expect(await sealing).toEqual({ letters: 0 })
    expect(await world.notices(made.courseId)).toMatchObject([
      { state: 'suppressed', reason: 'dosed' },
    ])
  })

  test('held between towns, it leaves from the new one', async () => {
    const newTown = await world.newTown()
    const made = await queued()
    await world.planToMoveOut(made, round1On, round1On)
    await world.seal(town, round1On)
    const later = addDays(round1On, 3)
    const moved = await world.moveTo(made, newTown, later)
    world.setDay(later)
    await world.sendNotice(moved)
    world.setDay(later, evening)
    expect(await world.seal(newTown, later)).toEqual({ letters: 1 })
    expect(await world.attempts(made.courseId)).toMatchObject([
      { town: newTown, state: 'withdrawn' },
      { town: newTown, state: 'sealed' },
    ])
    await world.print(newTown, later)
    expect((await textOf(fileOf('pdf', later, newTown))).replaceAll(/\s/g, '')).toContain(
      '〒999-5555',
    )
  })
})

test('moved between queue and seal: the letter leaves with the new home, and only there', async () => {
  const newTown = await world.newTown()
  const made = await queued()
  await world.moveTo(made, newTown, round1On)
  expect(await world.seal(town, round1On)).toEqual({ letters: 0 })
  expect(await world.seal(newTown, round1On)).toEqual({ letters: 1 })
  await world.print(newTown, round1On)
  expect(await world.notices(made.courseId)).toMatchObject([{ town: newTown, state: 'left' }])
  expect(await world.attempts(made.courseId)).toMatchObject([{ town: newTown, state: 'sealed' }])
  const text = (await textOf(fileOf('pdf', round1On, newTown))).replaceAll(/\s/g, '')
  expect(text).toContain('〒999-5555')
})

test('a batch that was not sealed cannot be printed', async () => {
  await expect(world.print(town, round1On)).rejects.toMatchObject({ type: 'programmingError' })
})
