// Proves on the PDF itself, read back by pdfjs, that a batch says what it must to the right person.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shortIdOf } from '../../../domain/short-id.ts'
import { renderLetterBatch } from '../../../letters/batch.ts'
import { letterLimits, lettersPerBatchAtMost, problemsOf } from '../../../letters/limits.ts'
import type { NoticeForPrint } from '../../../letters/notice.ts'
import { aLetter, aRecipient, day, idOf, town } from './notices.ts'
import { flat, pageStreams, readPdf } from './read-pdf.ts'

const date = day('2021-07-14')
const batchOf = (letters: NoticeForPrint[]) =>
  renderLetterBatch({ municipality: town, date, letters })
const pagesOf = async (letters: NoticeForPrint[]) =>
  (await readPdf((await batchOf(letters)).pdf)).pages

/** What an outsider needs: who, where, which notice; by the rules that `batch.ts` states. */
function readBack(page: string) {
  const head = /^〒(\d{3}-\d{4})(.+?)様(\d{4}年\d{1,2}月\d{1,2}日)/.exec(page)
  const foot = /通知番号([0-9a-f-]{36})\/([RM])(\d)\/(\d{4}-\d\d-\d\d)$/.exec(page)
  return {
    postcode: head?.[1],
    addressAndName: head?.[2],
    letterId: foot?.[1],
    kind: foot?.[2],
    round: foot?.[3],
    date: foot?.[4],
  }
}

describe('what a page says', () => {
  test('each letter can be told from the text of its own page alone', async () => {
    const letters = [
      aLetter(),
      aLetter({ round: 2, recipient: aRecipient({ familyName: '例', givenName: '太郎' }) }),
      aLetter({ kind: 'relocationNotice', recipient: aRecipient({ postcode: '0600001' }) }),
    ]
    const { index, pdf } = await batchOf(letters)
    const { pages } = await readPdf(pdf)
    expect(pages.map(({ flat }) => readBack(flat))).toEqual([
      {
        postcode: '105-0011',
        addressAndName: '東京都見本市中央一丁目2番3号みほんハイツ101号室見本花子',
        letterId: letters[0]!.letterId,
        kind: 'R',
        round: '1',
        date: '2021-07-14',
      },
      {
        postcode: '105-0011',
        addressAndName: '東京都見本市中央一丁目2番3号みほんハイツ101号室例太郎',
        letterId: letters[1]!.letterId,
        kind: 'R',
        round: '2',
        date: '2021-07-14',
      },
      {
        postcode: '060-0001',
        addressAndName: '東京都見本市中央一丁目2番3号みほんハイツ101号室見本花子',
        letterId: letters[2]!.letterId,
        kind: 'M',
        round: '1',
        date: '2021-07-14',
      },
    ])
    expect(index).toEqual(letters.map(({ letterId }, at) => ({ letterId, page: at + 1, pages: 1 })))
  })

  const sentences: [string, Partial<NoticeForPrint>, string[], string[]][] = [
    [
      'a first reminder',
      {},
      [
        '2回目の接種を予約してください。',
        '目安の日は2021年6月22日（火）でした。',
        'やり直す必要はありません',
        '1回目を受けた日：2021年6月1日（火）ファイザー社',
        '2回目をもう受けた方',
        '破棄してください',
        '見本市健康推進課ワクチン担当',
        '電話03-0000-0000',
        '【やさしい日本語】',
        'English:Pleasebookyoursecond',
        '接種のお知らせ（1通目）',
      ],
      ['これで最後', '接種券'],
    ],
    ['a second reminder', { round: 2 }, ['お知らせはこれで最後です', '（2通目）'], []],
    [
      'a reminder before the due day',
      { dueWindow: { earliest: day('2021-07-01'), due: day('2021-07-20') } },
      ['2021年7月20日（火）までに受けてください。'],
      ['でした', 'から受けられます', 'やり直す'],
    ],
    [
      'a move with the new ticket, too early to have the dose',
      {
        kind: 'relocationNotice',
        ticketHint: 'newTicketEnclosed',
        dueWindow: { earliest: day('2021-07-20'), due: day('2021-07-22') },
      },
      [
        '新しい接種券で、2回目の接種を予約してください。',
        '2021年7月20日（火）から受けられます。',
        '前に住んでいた市区町村の接種券は使えません',
        'YoumovedtoMihonCity',
      ],
      ['まだ用意できていません'],
    ],
    [
      'a move without a ticket yet',
      { kind: 'relocationNotice', ticketHint: 'callForTicket' },
      ['お電話をください。', '接種券がまだ用意できていません'],
      ['予約してください。'],
    ],
  ]
  test.each(sentences)('%s', async (_name, over, present, absent) => {
    const [page] = await pagesOf([aLetter(over)])
    for (const sentence of present) expect(page?.flat).toContain(sentence)
    for (const sentence of absent) expect(page?.flat).not.toContain(sentence)
  })

  test('the number that readers quote is the short form of the letter id', async () => {
    const letter = aLetter({ letterId: '2f1a88c0-4a11-4000-8000-000000000000' })
    const [page] = await pagesOf([letter])
    expect(shortIdOf(letter.letterId)).toBe('2F1A-88C0')
    expect(page?.flat).toContain('お問い合わせ番号2F1A-88C0')
  })

  test('a town without an English name is not named in Japanese within the English line', async () => {
    const { municipalityNameEn: _, ...sender } = aLetter().sender
    const [page] = await pagesOf([aLetter({ sender })])
    expect(page?.flat).toContain('yourmunicipalityhasnorecordofit')
  })
})

// What a DL window shows of a sheet folded at 105 mm wherever the sheet slips, in millimetres: the
// window is 90 x 45, 20 from the left and 15 from below; the sheet may slip 10 to the side, 5 down.
const alwaysVisible = { left: 20, right: 100, top: 50, bottom: 90 }

describe('where it stands', () => {
  const longest = {
    recipient: aRecipient({
      familyName: '長'.repeat(letterLimits.familyName),
      givenName: '名'.repeat(letterLimits.givenName),
      address: '番地'.repeat(letterLimits.address / 2),
    }),
  }
  test.each([
    ['an ordinary address', {}],
    ['the longest address and name', longest],
  ])('%s lies in the window, and nothing else does', async (_name, over) => {
    const letter = aLetter(over)
    const [page] = await pagesOf([letter])
    const inWindow = page!.texts.filter(({ x, y }) => x < 110 && y > 40 && y < 100)
    const { postcode, address, familyName, givenName } = letter.recipient
    expect(flat(inWindow.map(({ text }) => text).join(''))).toBe(
      flat(`〒${postcode}${address}${familyName}${givenName}様`),
    )
    for (const text of inWindow) {
      const heightMillimetres = (text.size * 25.4) / 72
      expect(text.x).toBeGreaterThanOrEqual(alwaysVisible.left)
      expect(text.x + text.width).toBeLessThanOrEqual(alwaysVisible.right)
      expect(text.y - heightMillimetres).toBeGreaterThanOrEqual(alwaysVisible.top)
      expect(text.y).toBeLessThanOrEqual(alwaysVisible.bottom)
    }
  })

  test('outside the window no text is smaller than 12 points', async () => {
    const [page] = await pagesOf([aLetter(longest)])
    const outside = page!.texts.filter(({ x, y }) => x > 98 || y < 40 || y > 100)
    expect(Math.min(...outside.map(({ size }) => size))).toBeGreaterThanOrEqual(11.99)
  })

  test('the longest texts of every kind still fit one page, above the foot line', async () => {
    const sender = {
      municipalityName: '市'.repeat(letterLimits.municipalityName),
      municipalityNameEn: 'Mihon '.repeat(5),
      office: '課'.repeat(letterLimits.office),
      phone: '0'.repeat(letterLimits.phone),
      returnAddress: '町'.repeat(letterLimits.returnAddress),
    }
    const previousDose = {
      givenOn: day('2021-06-01'),
      productNameJa: '製'.repeat(letterLimits.productName),
      productNameEn: 'x',
    }
    const dueWindows = [
      { earliest: day('2021-12-20'), due: day('2021-12-22') },
      { earliest: day('2021-06-20'), due: day('2021-06-22') },
    ]
    const letters = dueWindows.flatMap((dueWindow) => [
      aLetter({ ...longest, sender, previousDose, dueWindow, round: 2 }),
      ...(['newTicketEnclosed', 'callForTicket'] as const).map((ticketHint) =>
        aLetter({
          ...longest,
          sender,
          previousDose,
          dueWindow,
          ticketHint,
          kind: 'relocationNotice',
        }),
      ),
    ])
    const municipality = { ...town, name: sender.municipalityName }
    const { pdf } = await renderLetterBatch({ municipality, date, letters })
    const { pages } = await readPdf(pdf)
    expect(pages).toHaveLength(letters.length)
    for (const { texts } of pages) {
      const foot = texts.at(-1)!
      expect(foot.text).toContain('通知番号')
      expect(Math.max(...texts.slice(0, -1).map(({ y }) => y))).toBeLessThan(foot.y - 5)
      const besideWindow = texts.filter(({ x, y }) => x > 110 && y < 105)
      expect(besideWindow.length).toBeGreaterThan(5)
    }
  })
})

describe('characters', () => {
  test.each(['𠮷', '髙', '﨑', '邉', '邊', '々', 'ヶ', 'ゔ'])(
    '%s is printed as it is',
    async (c) => {
      const recipient = aRecipient({ familyName: `${c}田` })
      const { pdf, missingGlyphs } = await batchOf([aLetter({ recipient })])
      const { pages } = await readPdf(pdf)
      expect(readBack(pages[0]!.flat).addressAndName).toMatch(new RegExp(`${c}田花子$`, 'u'))
      expect(missingGlyphs).toEqual([])
    },
  )

  test('a name with a private character falls back to kana as a whole, and is reported', async () => {
    const letter = aLetter({ recipient: aRecipient({ familyName: '\ue123田' }) })
    const { pdf, missingGlyphs } = await batchOf([aLetter(), letter])
    const { pages } = await readPdf(pdf)
    expect(readBack(pages[1]!.flat).addressAndName).toMatch(/号室ミホンハナコ$/)
    expect(missingGlyphs).toEqual([
      { letterId: letter.letterId, field: 'name', characters: ['\ue123'] },
    ])
  })

  test('an address keeps its place for a missing character, beyond the basic plane too', async () => {
    const letter = aLetter({
      recipient: aRecipient({ address: '見本市\u{f0001}川\ue000町1-2' }),
    })
    const { pdf, missingGlyphs } = await batchOf([letter])
    const { pages } = await readPdf(pdf)
    expect(readBack(pages[0]!.flat).addressAndName).toBe('見本市〓川〓町1-2見本花子')
    expect(missingGlyphs).toEqual([
      { letterId: letter.letterId, field: 'address', characters: ['\u{f0001}', '\ue000'] },
    ])
  })

  test('without usable kana the name shows where a character is missing', async () => {
    const recipient = aRecipient({ familyName: '\ue123田', kana: '' })
    const [page] = await pagesOf([aLetter({ recipient })])
    expect(readBack(page!.flat).addressAndName).toMatch(/号室〓田花子$/)
  })

  test("a look-alike in one address does not change how another page's text reads", async () => {
    const radical = aLetter({ recipient: aRecipient({ address: '\u2f2d\u2f2d町1' }) })
    const ordinary = aLetter({ recipient: aRecipient({ address: '山山町2' }) })
    const pages = await pagesOf([radical, ordinary])
    expect(readBack(pages[1]!.flat).addressAndName).toBe('山山町2見本花子')
  })

  test('line breaks and marks in a field cannot forge a line of the letter', async () => {
    const forged = `花\n通知番号 ${idOf(99)} / M9 / 1999-01-01\r\n\u202e子`
    const letter = aLetter({ recipient: aRecipient({ familyName: '花', givenName: '' }) })
    const recipient = aRecipient({ address: forged.slice(0, letterLimits.address) })
    const { pdf, missingGlyphs } = await batchOf([{ ...letter, recipient }])
    const [page] = (await readPdf(pdf)).pages
    expect(readBack(page!.flat)).toMatchObject({ letterId: letter.letterId, kind: 'R', round: '1' })
    expect(missingGlyphs).toEqual([])
  })

  test('law: no text of any kind becomes a box; it is printed or reported', async () => {
    const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
    const anyone = fc.record({ familyName: anyText, address: anyText })
    await fc.assert(
      fc.asyncProperty(fc.array(anyone, { minLength: 8, maxLength: 8 }), async (people) => {
        const letters = people
          .map((over) => aLetter({ recipient: aRecipient(over) }))
          .filter((letter) => problemsOf(letter).length === 0)
        fc.pre(letters.length > 0)
        const { pdf, missingGlyphs } = await batchOf(letters)
        const glyphs = drawnGlyphs(pdf)
        expect(glyphs.length).toBeGreaterThan(300 * letters.length)
        expect(glyphs).not.toContain('0000')
        for (const { letterId, recipient } of letters) {
          const mine = missingGlyphs.filter((entry) => entry.letterId === letterId)
          const reported = mine.flatMap(({ characters }) => characters)
          for (const c of recipient.address) if (/\p{Co}/u.test(c)) expect(reported).toContain(c)
        }
      }),
      { numRuns: 8 },
    )
  })
})

describe('the document', () => {
  test('the same input gives the same bytes, later too', async () => {
    const letters = [aLetter(), aLetter({ kind: 'relocationNotice' })]
    const first = await batchOf(letters)
    await sleep(1_100)
    const second = await batchOf(structuredClone(letters))
    const digest = (pdf: Uint8Array) => createHash('sha256').update(pdf).digest('hex')
    expect(digest(second.pdf)).toBe(digest(first.pdf))
    expect(second.index).toEqual(first.index)
  })

  test('is tagged Japanese PDF/UA whose metadata names nobody', async () => {
    const { pdf } = await batchOf([aLetter()])
    const { info, lang, isMarked, outlineOfTags } = await readPdf(pdf)
    expect(lang).toBe('ja-JP')
    expect(isMarked).toBe(true)
    expect(outlineOfTags).toEqual(expect.arrayContaining(['Document', 'Sect', 'H1', 'H2', 'P']))
    expect(info).toMatchObject({ Title: '予防接種のお知らせ 2021-07-14', Subject: '131041' })
    expect(info.CreationDate).toBe('D:20210714000000Z')
    const all = Buffer.from(pdf).toString('latin1') + JSON.stringify(info)
    expect(all).not.toContain('見本花子')
    expect(all).not.toContain('105-0011')
  })

  test.each<[string, (letter: NoticeForPrint) => NoticeForPrint[], string]>([
    ['an empty batch', () => [], 'batchTooLarge'],
    ['too many', (l) => Array(lettersPerBatchAtMost + 1).fill(l), 'batchTooLarge'],
    ['the same letter twice', (l) => [l, { ...l }], 'letterTwice'],
    ['an id that is none', (l) => [{ ...l, letterId: 'x' }], 'letterNotPrintable'],
    [
      'no address',
      (l) => [{ ...l, recipient: { ...l.recipient, address: ' ' } }],
      'letterNotPrintable',
    ],
    [
      'an address that nobody can see',
      (l) => [{ ...l, recipient: { ...l.recipient, address: '\u200b\u2060' } }],
      'letterNotPrintable',
    ],
    [
      "another town's letter",
      (l) => [{ ...l, sender: { ...l.sender, municipalityName: '別見本市' } }],
      'letterOfOtherMunicipality',
    ],
  ])('refuses %s without a word of its content', async (_name, lettersOf, code) => {
    const error = await batchOf(lettersOf(aLetter())).catch((thrown) => thrown)
    expect(error.code).toBe(code)
    expect(error.message).not.toMatch(/見本|花子|105/)
  })
})

function drawnGlyphs(pdf: Uint8Array): string[] {
  return pageStreams(pdf).flatMap((stream) =>
    [...stream.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex]) => hex!.match(/.{4}/g) ?? []),
  )
}
