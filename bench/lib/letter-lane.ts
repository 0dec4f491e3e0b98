/**
 * One process that prints letters, as the worker does: told by its arguments how many and in which way,
 * it warms up, waits for a word on its input, and answers with one line of JSON on its output.
 */
import PDFDocument from 'pdfkit'
import type { PlainDate } from '../../domain/course.ts'
import { collect, renderLetterBatch } from '../../letters/batch.ts'
import { weightSource } from '../../letters/fonts.ts'
import type { NoticeForPrint } from '../../letters/notice.ts'

export type LetterWay = 'batch' | 'alone' | 'bareBatch' | 'bareAlone'
export type LaneReport = { startedMs: number; endedMs: number; cpuMs: number; bytes: number }

const town = { code: '131041', name: '見本市' }
const date = '2021-07-14' as PlainDate
const families = '佐藤鈴木高橋田中渡辺伊藤山本中村小林加藤髙﨑邉'

/** Everybody differs in name, address, number, code and id; every seventh moved, every third is at round 2. */
function letterOf(n: number): NoticeForPrint {
  const id = (group: string) => `${n.toString(16).padStart(8, '0')}-${group}-4000-8000-0123456789ab`
  const at = (2 * n) % (families.length - 1)
  return {
    noticeId: id('4b22'),
    letterId: id('4a11'),
    kind: n % 7 === 0 ? 'relocationNotice' : 'reminder',
    round: n % 3 === 0 ? 2 : 1,
    doseNumber: 2,
    campaignDate: date,
    sealedAt: '2021-07-14T10:00:00Z',
    access: {
      code: `3467${(n * 7919)
        .toString(22)
        .toUpperCase()
        .replace(/[^346789A-Y]/g, 'X')
        .padStart(12, 'C')}`,
      address: 'https://sesshu.example.jp/my',
    },
    recipient: {
      familyName: families.slice(at, at + 2),
      givenName: `${families[(n * 5) % families.length]}子`,
      kana: 'ミホン ハナコ',
      postcode: String(1_000_000 + ((n * 7_919) % 8_999_999)),
      address: `東京都見本市中央${(n % 9) + 1}丁目${(n % 31) + 1}番${(n % 17) + 1}号 みほんハイツ${n % 900}号室`,
    },
    sender: {
      municipalityName: town.name,
      municipalityNameEn: 'Mihon City',
      office: '健康推進課 ワクチン担当',
      phone: '03-0000-0000',
      returnAddress: '〒105-0000 東京都見本市本町1-1',
    },
    previousDose: {
      givenOn: `2021-06-${String((n % 28) + 1).padStart(2, '0')}` as PlainDate,
      productNameJa: 'ファイザー社',
      productNameEn: 'Pfizer',
    },
    dueWindow: { earliest: '2021-06-20' as PlainDate, due: '2021-06-22' as PlainDate },
    ...(n % 7 === 0 && { ticketHint: 'newTicketEnclosed' as const }),
  }
}

const batchOf = (letters: NoticeForPrint[]) =>
  renderLetterBatch({ municipality: town, date, letters })

/** The floor: the same amount of Japanese by pdfkit's own text, untagged, without codes or bars. */
async function bare(letters: NoticeForPrint[]): Promise<Uint8Array> {
  const doc = new PDFDocument({ size: 'A4', margin: 60, autoFirstPage: false })
  const written = collect(doc)
  doc.registerFont('regular', weightSource('regular') as unknown as PDFKit.Mixins.PDFFontSource)
  doc.font('regular').fontSize(12)
  for (const { recipient, sender, letterId } of letters) {
    doc.addPage()
    doc.text(`〒${recipient.postcode}`)
    doc.text(recipient.address)
    doc.text(`${recipient.familyName} ${recipient.givenName} 様`)
    for (const sentence of bareSentences) doc.text(sentence)
    doc.text(`${sender.municipalityName} ${sender.office} 電話 ${sender.phone}`)
    doc.text(`通知番号 ${letterId}`)
  }
  doc.end()
  return await written
}

const bareSentences = [
  '新型コロナワクチン 2回目の接種のお知らせ',
  '2021年7月14日現在、見本市に2回目の接種の記録が届いていません。',
  '1回目を受けた日：2021年6月1日（火）　ファイザー社',
  '2回目の接種を予約してください。',
  '目安の日は 2021年6月22日（火） でした。できるだけ早く受けてください。',
  '目安の日を過ぎても、最初の1回目からやり直す必要はありません。',
  '2回目をもう受けた方は、行き違いですのでお許しください。お電話でお知らせいただくか、この通知を破棄してください。',
  '2回目の ワクチンを まだ うけて いない かたへの おしらせです。 よやくを して ください。 わからない ときは、 でんわを して ください。',
  'English: Please book your second COVID-19 vaccination: Mihon City has no record of it. Questions: call 03-0000-0000.',
]

const ways: Record<LetterWay, (letters: NoticeForPrint[]) => Promise<number>> = {
  batch: async (letters) => (await batchOf(letters)).pdf.length,
  alone: async (letters) => {
    let largest = 0
    for (const letter of letters) {
      largest = Math.max(largest, (await batchOf([letter])).pdf.length)
    }
    return largest
  },
  bareBatch: async (letters) => (await bare(letters)).length,
  bareAlone: async (letters) => {
    let largest = 0
    for (const letter of letters) largest = Math.max(largest, (await bare([letter])).length)
    return largest
  },
}

const [way, count, from] = process.argv.slice(2)
const print = ways[way as LetterWay]
const letters = Array.from({ length: Number(count) }, (_, i) => letterOf(Number(from) + i))
await print(letters.slice(0, 50))
process.stdout.write('ready\n')
process.stdin.once('data', async () => {
  const before = process.cpuUsage()
  const startedMs = Date.now()
  const bytes = await print(letters)
  const { user, system } = process.cpuUsage(before)
  const report: LaneReport = {
    startedMs,
    endedMs: Date.now(),
    cpuMs: (user + system) / 1_000,
    bytes,
  }
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0))
})
