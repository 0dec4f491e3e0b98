/** Proves: a pile of paper is keyed by forms alone, kept sealed, and recorded when its totals agree. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discardBatch, dropSlip, noteFinished } from '../../../db/queries/keying/batches.ts'
import { recordBatch } from '../../../db/queries/keying/record-batch.ts'
import { formatTicketLine } from '../../../domain/ticket.ts'
import { aResident, otherTown, type SeededResident, town, venue } from '../../support/town.ts'
import { type Desk, openDesk } from '../../support/unattached.ts'

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk?.close())

const header = (changes: Record<string, string> = {}) => ({
  ...{ venueCode: venue, givenOn: '20210609', givenOnAgain: '2021-06-09', productCode: 'pfizer' },
  ...{ lotNumber: 'TEST01', slipsExpected: '2', sumExpected: '', ...changes },
})
const lineOf = ({ ticketNumber: number }: SeededResident, claimedDoseNumber = 1) =>
  formatTicketLine({ slipKind: 'vaccination', claimedDoseNumber, municipalityCode: town, number })
const slip = (number: string, changes: Record<string, string> = {}) => ({
  ...{ number, numberAgain: number, born: '1950', doseNumber: '', slipKind: 'vaccination' },
  ...changes,
})
/** The path of a new pile. */
async function pile(changes: Record<string, string> = {}): Promise<string> {
  const begun = await desk.press('/keying', header(changes))
  expect(begun.status).toBe(303)
  expect(begun.to).toMatch(/^\/keying\/[0-9a-f-]{36}$/)
  return begun.to
}
const counts = async () =>
  (
    await desk.db.sql`
      select (select count(*)::int from scan) as scans, (select count(*)::int from dose) as doses,
             (select count(*)::int from keying_slip) as slips,
             (select count(*)::int from keying_batch) as batches`
  )[0]

describe('a pile', () => {
  test('is recorded whole: each slip by the rules of a scan, with the pile as its source', async () => {
    const [right, wrongYear] = [await aResident(desk.db), await aResident(desk.db)]
    const sum = String(Number(right.ticketNumber) + Number(wrongYear.ticketNumber))
    const path = await pile({ sumExpected: sum })
    expect((await desk.press(`${path}/slips`, slip(lineOf(right)))).to).toBe(path)
    const ten = slip(wrongYear.ticketNumber, { born: '19610505', doseNumber: '1' })
    expect((await desk.press(`${path}/slips`, ten)).to).toBe(path)
    const draft = (await desk.page(`${path}?lang=en`)).html
    expect(draft).toContain(Number(sum).toLocaleString('en-US'))
    expect(draft).not.toContain('does not agree')

    expect((await desk.press(`${path}/record`, {})).to).toBe(path)
    expect(await desk.doses(right.residentId)).toMatchObject([{ n: 1, by: 'paper' }])
    expect(await desk.doses(wrongYear.residentId)).toEqual([])
    const results = (await desk.page(`${path}?lang=en`)).html
    expect(results).toContain('Recorded')
    expect(results).toContain('The birth date is not the ticket holder’s')
    const id = path.split('/')[2]!
    const rows = await desk.db.sql`
      select s.verdict, k.slip_no as no, k.slip is null as emptied, s.source
        from keying_slip k join scan s on s.id = k.scan_id where k.batch_id = ${id} order by no`
    const source = `keyed/${id.replaceAll('-', '')}`
    expect([...rows]).toEqual([
      { verdict: 'recorded', no: 1, emptied: true, source },
      { verdict: 'held', no: 2, emptied: true, source },
    ])
    // Pressed again it records nothing again.
    const before = await counts()
    expect((await desk.press(`${path}/record`, {})).to).toBe(path)
    expect(await counts()).toEqual(before)
  })

  test('survives a closed tab, sealed: another look shows it again, and leaves a look', async () => {
    const resident = await aResident(desk.db)
    const path = await pile()
    await desk.press(`${path}/slips`, slip(lineOf(resident)))
    const kept = await desk.db.sql`select k::text as text from keying_slip k`
    expect(kept.map(({ text }) => text).join()).not.toContain(resident.ticketNumber)
    const { ticketNumber: n } = resident
    const shown = `${n.slice(0, 4)} ${n.slice(4, 7)} ${n.slice(7)}`
    expect((await desk.page(path)).html).toContain(shown)
    expect(await desk.looks(path.split('/')[2]!)).toContainEqual({
      ...{ purpose: 'keyPaper', actor: desk.ids.clerk, fields: ['ticketNumber'] },
    })
    // Nobody's register row is looked at before the pile is recorded: this one is the registration's.
    const looks = await desk.looks(resident.residentId)
    expect(looks.map(({ purpose }) => purpose)).toEqual(['manageRegister'])
  })

  test('taken up after a crash goes on where it stopped', async () => {
    const [one, two] = [await aResident(desk.db), await aResident(desk.db)]
    const path = await pile()
    for (const person of [one, two]) await desk.press(`${path}/slips`, slip(lineOf(person)))
    await desk.db.sql`
      update keying_slip set verdict = 'recorded', slip = null
       where batch_id = ${path.split('/')[2]!} and slip_no = 1`
    expect((await desk.page(`${path}?lang=en`)).html).toContain('Record the pile')
    await desk.press(`${path}/record`, {})
    expect(await desk.doses(one.residentId)).toHaveLength(0)
    expect(await desk.doses(two.residentId)).toHaveLength(1)
  })

  test('that is being recorded takes no slip, loses none and is not discarded', async () => {
    const people = [await aResident(desk.db), await aResident(desk.db)]
    const path = await pile()
    for (const person of people) await desk.press(`${path}/slips`, slip(lineOf(person)))
    // As a crash leaves it, right after the totals agreed.
    const id = path.split('/')[2]!
    await desk.db.sql`update keying_batch set recording_at = now() where id = ${id}`
    const another = slip(lineOf(await aResident(desk.db)))
    for (const [end, fields] of [
      ['/slips', another],
      ['/slips/1/drop', {}],
      ['/discard', {}],
    ] as const) {
      const answer = await desk.press(`${path}${end}`, { ...fields, lang: 'en' })
      expect([end, answer.status]).toEqual([end, 409])
      expect(answer.html).toContain('The pile is being recorded')
      expect(answer.html).toContain('Record the pile')
    }
    expect((await desk.press(`${path}/record`, {})).to).toBe(path)
    for (const { residentId } of people) expect(await desk.doses(residentId)).toHaveLength(1)
  })

  test('is recorded as it was when its totals agreed, whoever drops or discards meanwhile', async () => {
    const people = [await aResident(desk.db), await aResident(desk.db)]
    const path = await pile()
    for (const person of people) await desk.press(`${path}/slips`, slip(lineOf(person)))
    const ref = { municipalityCode: town, id: path.split('/')[2]! }
    const store = { sql: desk.site.sql, vault: desk.db.vault }
    let meanwhile: Promise<PromiseSettledResult<unknown>[]> | undefined
    await recordBatch(store, ref, desk.site.clock.today(), async () => {
      meanwhile = Promise.allSettled([dropSlip(store, ref, 1), discardBatch(store, ref)])
      await setTimeout(200)
    })
    for (const late of await meanwhile!) {
      const isRefused = late.status === 'rejected' || late.value === false
      expect(isRefused).toBe(true)
    }
    for (const { residentId } of people) expect(await desk.doses(residentId)).toHaveLength(1)
    const rows = await desk.db.sql`select verdict from keying_slip where batch_id = ${ref.id}`
    expect(rows.map(({ verdict }) => verdict)).toEqual(['recorded', 'recorded'])
  })

  test('is not finished while a slip of it has no verdict', async () => {
    const path = await pile()
    await desk.press(`${path}/slips`, slip(lineOf(await aResident(desk.db))))
    const id = path.split('/')[2]!
    await noteFinished(desk.site.sql, { municipalityCode: town, id })
    const [row] = await desk.db.sql`
      select finished_at is null as open from keying_batch where id = ${id}`
    expect(row!.open).toBe(true)
  })

  test('is discarded: what was keyed is gone, nothing is recorded', async () => {
    const resident = await aResident(desk.db)
    const path = await pile()
    await desk.press(`${path}/slips`, slip(lineOf(resident)))
    expect((await desk.press(`${path}/discard`, {})).to).toBe('/keying')
    expect(await desk.doses(resident.residentId)).toEqual([])
    const [row] = await desk.db.sql`
      select verdict, slip is null as emptied from keying_slip where batch_id = ${path.split('/')[2]!}`
    expect(row).toEqual({ verdict: 'discarded', emptied: true })
    const late = await desk.press(`${path}/slips`, slip(lineOf(resident)))
    expect([late.status, late.html.includes('すでに閉じられています')]).toEqual([422, true])
  })
})

describe('nothing of a pile is recorded', () => {
  test.each([
    ['the count differs', { slipsExpected: '3' }, 'The count does not agree'],
    ['the sum differs', { sumExpected: '12345' }, 'The sum of the numbers does not agree'],
  ])('while %s', async (_name, changes, said) => {
    const [one, two] = [await aResident(desk.db), await aResident(desk.db)]
    const path = await pile(changes)
    for (const person of [one, two]) await desk.press(`${path}/slips`, slip(lineOf(person)))
    const before = await counts()
    const answer = await desk.press(`${path}/record`, { lang: 'en' })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(said)
    expect(await counts()).toEqual(before)
  })
})

describe('a slip is not taken, and what was typed stays, when', () => {
  test('the two numbers differ: the digit is marked', async () => {
    const resident = await aResident(desk.db)
    const path = await pile()
    const line = lineOf(resident)
    const other = `${line.slice(0, -1)}${(Number(line.at(-1)) + 1) % 10}`
    const answer = await desk.press(`${path}/slips`, { ...slip(line), numberAgain: other })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(`<mark>${other.at(-1)}</mark>`)
    expect(answer.html).toContain(`value="${line}"`)
    expect((await desk.page(path)).html).toContain('まだありません')
  })

  test('it lies in the pile already; taken out, the pile closes up', async () => {
    const people = [await aResident(desk.db), await aResident(desk.db), await aResident(desk.db)]
    const path = await pile()
    for (const person of people) await desk.press(`${path}/slips`, slip(lineOf(person)))
    const twice = await desk.press(`${path}/slips`, { ...slip(lineOf(people[1]!)), lang: 'en' })
    expect([twice.status, twice.html.includes('in the pile already')]).toEqual([422, true])
    expect((await desk.press(`${path}/slips/2/drop`, {})).to).toBe(path)
    const rows = await desk.db.sql`
      select slip_no as no from keying_slip where batch_id = ${path.split('/')[2]!} order by no`
    expect(rows.map(({ no }) => no)).toEqual([1, 2])
    await desk.press(`${path}/record`, {})
    expect(await desk.doses(people[1]!.residentId)).toHaveLength(0)
    expect(await desk.doses(people[2]!.residentId)).toHaveLength(1)
  })

  test.each([
    ['its issuer is no town', '211400054000000001', {}, '市区町村'],
    ['its code has a wrong check digit', '211310424000000001', {}, '検査数字'],
    ['there is no birth date', '', { born: 'x' }, '生年月日の形ではありません'],
  ])('%s', async (_name, number, changes, said) => {
    const path = await pile()
    const line = number || lineOf(await aResident(desk.db))
    const answer = await desk.press(`${path}/slips`, slip(line, changes))
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(said)
  })
})

describe('a pile is not begun, and what was typed stays, when', () => {
  test.each([
    ['the two days differ', { givenOnAgain: '20210610' }, '2度の接種日が違います'],
    ['the day is none', { givenOn: '20210631', givenOnAgain: '20210631' }, '日付'],
    ['the day has not come', { givenOn: '20210706', givenOnAgain: '20210706' }, '接種日'],
    ['the venue is unknown', { venueCode: '9999999999' }, '会場'],
    ['there is no such product', { productCode: 'x' }, 'ワクチン'],
    ['the count is none', { slipsExpected: '0' }, ''],
  ])('%s', async (_name, changes, said) => {
    const before = await counts()
    const answer = await desk.press('/keying', header(changes))
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(said)
    expect(answer.html).toContain('value="TEST01"')
    expect(await counts()).toEqual(before)
  })
})

test('another town’s clerk sees no pile of this one, and puts nothing into it', async () => {
  const path = await pile()
  expect((await desk.page(path, 'clerkElsewhere')).status).toBe(404)
  expect((await desk.page('/keying', 'clerkElsewhere')).html).not.toContain(path)
  for (const end of ['/slips', '/record', '/discard']) {
    const answer = await desk.press(
      `${path}${end}`,
      slip('4000000001', { doseNumber: '1' }),
      'clerkElsewhere',
    )
    expect([end, answer.status]).toEqual([end, 404])
  }
  expect((await desk.page('/keying', 'operator')).status).toBe(403)
  const theirs = await desk.press('/keying', header(), 'clerkElsewhere')
  expect(theirs.status).toBe(422)
  expect(otherTown).not.toBe(town)
})
