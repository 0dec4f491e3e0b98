import type { PlainDate } from '../../../domain/course.ts'
import type { NoticeForMail } from '../../../i18n/notices-words.ts'

const day = (text: string) => text as PlainDate

/** A reminder to a made-up person; only what a test is about is given. */
export function aNotice(over: Partial<NoticeForMail> = {}): NoticeForMail {
  return {
    noticeId: '2f1a88c0-4b22-4000-8000-000000000000',
    kind: 'reminder',
    round: 1,
    doseNumber: 2,
    campaignDate: day('2021-07-14'),
    recipient: { familyName: '見本', givenName: '花子', kana: 'ミホン ハナコ' },
    sender: {
      municipalityName: '見本市',
      municipalityNameEn: 'Mihon City',
      office: '健康推進課',
      phone: '03-0000-0000',
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
