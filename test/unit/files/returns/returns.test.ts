// Return files: the layout registers know, text that stays text, and what an encoding lacks said aloud.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { placedDoses } from '../../../../domain/dose-slots.ts'
import { encodeCp932, lackingMark } from '../../../../files/returns/cp932.ts'
import {
  overdueListCsv,
  type RegisterLine,
  statisticsCsv,
  vaccinationRegisterCsv,
  waitingListCsv,
} from '../../../../files/returns/layouts.ts'
import type { ReturnFile } from '../../../../files/returns/return-file.ts'

async function* pagesOf<T>(...pages: T[][]): AsyncGenerator<T[]> {
  yield* pages
}

async function bytesOf(file: ReturnFile): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const rowsOf = (text: string) =>
  text
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.slice(1, -1).split('","'))

const day = (text: string) => text as never

const first = {
  id: 'a',
  claimedDoseNumber: 1,
  givenOn: day('2021-06-09'),
  productCode: 'moderna',
  lotNumber: '3002180',
  municipalityCode: '131041',
  recordedAt: new Date('2021-06-09T15:04:05Z'),
  venueName: '見本会場',
  ticketNumber: '0000000123',
}
const second = { ...first, id: 'b', claimedDoseNumber: 2, givenOn: day('2021-07-07') }

describe('the vaccination register', () => {
  test('has the columns of the layout, as text: 14-digit moments in Japan, 8-digit days, leading zeros', async () => {
    const line = { registerNumber: '00042', doses: [first] }
    const file = vaccinationRegisterCsv(pagesOf([line]), { places: 2 })
    const text = (await bytesOf(file)).toString('utf8')
    const [header, row] = rowsOf(text)
    expect(header).toHaveLength(17)
    expect(header!.slice(0, 4)).toEqual([
      '個別宛名番号',
      '1回目接種履歴登録日時',
      '1回目接種日',
      '1回目券番号',
    ])
    expect(header![9]).toBe('2回目接種履歴登録日時')
    expect(row).toEqual([
      ...['00042', '20210610000405', '20210609', '0000000123', '131041', '見本会場', ''],
      ...['武田/モデルナ', '3002180', '', '', '', '', '', '', '', ''],
    ])
    expect(text.startsWith('\ufeff')).toBe(false)
  })

  test('leaves the first place empty for whoever has a second dose alone', async () => {
    const file = vaccinationRegisterCsv(pagesOf([{ registerNumber: '1', doses: [second] }]), {
      places: 2,
    })
    const [, row] = rowsOf((await bytesOf(file)).toString('utf8'))
    expect([row![2], row![10]]).toEqual(['', '20210707'])
  })

  test('is refused when a dose was recorded meanwhile that has no place', async () => {
    const third = { ...second, id: 'c' }
    const lines: RegisterLine[] = [{ registerNumber: '1', doses: [first, second, third] }]
    const made = bytesOf(vaccinationRegisterCsv(pagesOf(lines), { places: 2 }))
    await expect(made).rejects.toMatchObject({ code: 'exportOvertaken' })
  })

  test('cuts what the layout has no room for, and counts it; a lot that looks like a formula stays', async () => {
    const dose = { ...first, venueName: '長'.repeat(31), lotNumber: '=1+1' }
    const file = vaccinationRegisterCsv(pagesOf([{ registerNumber: '1', doses: [dose] }]), {
      places: 2,
    })
    const [, row] = rowsOf((await bytesOf(file)).toString('utf8'))
    expect([row![5]!.length, row![8], file.summary.shortened]).toEqual([30, '=1+1', 1])
  })

  test('tells rows, bytes and the sum of exactly the bytes that left', async () => {
    const lines = [1, 2, 3].map((n) => ({ registerNumber: String(n), doses: [first] }))
    const file = vaccinationRegisterCsv(pagesOf(lines.slice(0, 2), lines.slice(2)), {
      places: 2,
      encoding: 'cp932',
    })
    const bytes = await bytesOf(file)
    expect(file.summary).toEqual({
      ...{ rows: 3, bytes: bytes.length, lacking: [], shortened: 0 },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(iconv.decode(bytes, 'cp932')).toContain('"見本会場"')
  })
})

test('no dose is lost or shown twice, whatever its slips claimed (law)', () => {
  const dose = fc.record({
    claimedDoseNumber: fc.integer({ min: 1, max: 9 }),
    givenOn: fc
      .integer({ min: 1, max: 28 })
      .map((d) => day(`2021-06-${String(d).padStart(2, '0')}`)),
  })
  fc.assert(
    fc.property(fc.array(dose, { maxLength: 5 }), fc.integer({ min: 5, max: 9 }), (all, places) => {
      const doses = all.map((one, i) => ({ ...one, id: String(i) }))
      const placed = placedDoses(doses, places)
      expect(placed).toHaveLength(places)
      const found = placed.flatMap((one) => (one ? [one.id] : [])).sort()
      expect(found).toEqual(doses.map(({ id }) => id).sort())
      expect(placedDoses([...doses].reverse(), places)).toEqual(placed)
    }),
  )
})

describe('CP932', () => {
  test('is written as other programs read it, for every character it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const { bytes, lacking } = encodeCp932(text)
        const read = new TextDecoder('shift_jis').decode(bytes)
        const expected = [...text].map((c) => (lacking.includes(c) ? lackingMark : c)).join('')
        expect(read.replace(/[～－∥￠￡￢―]/gu, '.')).toBe(
          expected.replace(/[～－∥￠￡￢―〜−‖¢£¬—]/gu, '.'),
        )
      }),
    )
  })

  test('is what an independent encoder writes', () => {
    const text = '髙﨑①㈱Ⅳ№纊～－表ソ十ｱｲｳ東京都港区'
    expect(Buffer.from(encodeCp932(text).bytes)).toEqual(iconv.encode(text, 'cp932'))
  })

  test('says which characters it lacks, and shows a mark in their place', async () => {
    const person = { familyName: '𠮷田', givenName: '花子', kana: 'ヨシダ ハナコ' }
    const line = {
      ...{ registerNumber: '7', doseNumber: 2, dueOn: day('2021-06-30') },
      ...{ overdueOn: day('2021-07-01'), daysOverdue: 4, stage: 'awaitingSecondDose' },
      ...{ noticesLeft: 1, lastNoticeOn: day('2021-07-03'), lastChannel: 'letter' as const },
      ...{ isByHand: false, person },
    }
    const file = overdueListCsv(pagesOf([line]), { encoding: 'cp932', withAddress: true })
    const text = iconv.decode(await bytesOf(file), 'cp932')
    expect(text).toContain('"〓田 花子","ヨシダ ハナコ"')
    expect(file.summary.lacking).toEqual(['U+20BB7'])
    const utf8 = overdueListCsv(pagesOf([line]), { withAddress: true })
    expect((await bytesOf(utf8)).toString('utf8')).toContain('"𠮷田 花子"')
    expect(utf8.summary.lacking).toEqual([])
  })
})

test('what people open carries a mark for their programs, and runs nothing', async () => {
  const line = {
    ...{ registerNumber: '-1+1', doseNumber: 2, dueOn: null, overdueOn: day('2021-07-01') },
    ...{ daysOverdue: 4, stage: 'inFollowUp', noticesLeft: 2, lastNoticeOn: null },
    ...{ lastChannel: null, isByHand: true },
  }
  const bytes = await bytesOf(overdueListCsv(pagesOf([line])))
  const text = bytes.toString('utf8')
  expect(text.startsWith('\ufeff"個別宛名番号"')).toBe(true)
  const row = rowsOf(text)[1]!
  expect([row[0], row[5], row[9]]).toEqual([
    "'-1+1",
    '通知済み・個別に確認',
    '手作業（送付しない）',
  ])
  expect(row).toHaveLength(10)
})

test('a withheld figure says so', async () => {
  const line = {
    ...{ fromOn: day('2021-06-28'), closedOn: day('2021-07-04'), areaCode: '131041' },
    ...{ areaName: '見本市', doseGroup: 1 as const, ageBand: '65-', doses: null, isExact: false },
  }
  const [, row] = rowsOf((await bytesOf(statisticsCsv(pagesOf([line])))).toString('utf8'))
  expect(row!.slice(3, 7)).toEqual(['見本市', '1回目', '65歳以上', '非公表'])
})

test('the waiting list keeps its numbers as text', async () => {
  const line = {
    ...{ recordedAt: new Date('2021-06-09T00:00:00Z'), doseNumber: 1, givenOn: day('2021-06-09') },
    ...{ venueName: '見本会場', productCode: 'pfizer', lotNumber: 'ET3674' },
    ...{ municipalityCode: '011002', ticketNumber: '0000000001', birthYear: 1950 },
  }
  const [header, row] = rowsOf((await bytesOf(waitingListCsv(pagesOf([line])))).toString('utf8'))
  expect(header).toHaveLength(9)
  expect(row).toEqual([
    ...['011002', '0000000001', '1', '20210609', '20210609090000', '見本会場', 'ファイザー'],
    ...['ET3674', '1950'],
  ])
})
