import type { PlainDate } from '../../../domain/course.ts'
import type { NoticeForPrint } from '../../../letters/notice.ts'

export const day = (text: string) => text as PlainDate

export const town = { code: '131041', name: '見本市' }

/** A numbered UUID: the same number gives the same id. */
export const idOf = (number: number, group = '4a11') =>
  `${number.toString(16).padStart(8, '0')}-${group}-4000-8000-000000000000`

let count = 0

/** A reminder to a made-up person of a made-up town; only what a test is about is given. */
export function aLetter(over: Partial<NoticeForPrint> = {}): NoticeForPrint {
  count += 1
  return {
    noticeId: idOf(count, '4b22'),
    letterId: idOf(count),
    kind: 'reminder',
    round: 1,
    doseNumber: 2,
    campaignDate: day('2021-07-14'),
    recipient: aRecipient(),
    sender: {
      municipalityName: town.name,
      municipalityNameEn: 'Mihon City',
      office: '健康推進課 ワクチン担当',
      phone: '03-0000-0000',
      returnAddress: '〒105-0000 東京都見本市本町1-1',
    },
    previousDose: {
      givenOn: day('2021-06-01'),
      productNameJa: 'ファイザー社',
      productNameEn: 'Pfizer',
    },
    dueWindow: { earliest: day('2021-06-20'), due: day('2021-06-22') },
    ...over,
  }
}

export function aRecipient(over: Partial<NoticeForPrint['recipient']> = {}) {
  return {
    familyName: '見本',
    givenName: '花子',
    kana: 'ミホン ハナコ',
    postcode: '105-0011',
    address: '東京都見本市中央一丁目2番3号 みほんハイツ101号室',
    ...over,
  }
}
