/** The words of letters and mails, Japanese. Its shape is the type that other languages must have. */
import type { NoticeKind, PlainDate } from '../domain/course.ts'

const weekdays = ['日', '月', '火', '水', '木', '金', '土'] as const

/** `2021年6月9日` */
function day(on: PlainDate): string {
  const [year, month, dayOfMonth] = on.split('-').map(Number)
  return `${year}年${month}月${dayOfMonth}日`
}

/** `2021年6月9日（水）` */
function date(on: PlainDate): string {
  return `${day(on)}（${weekdays[new Date(`${on}T00:00:00Z`).getUTCDay()]}）`
}

const call = 'わからない ときは、 でんわを して ください。'

export const noticesJa = {
  date,
  town: (nameJa: string, _nameEn?: string) => nameJa,
  product: (nameJa: string, _nameEn: string) => nameJa,
  subject: (town: string) => `【${town}】新型コロナワクチン接種のお知らせ`,
  title: {
    reminder: (dose: number) => `新型コロナワクチン ${dose}回目の接種のお知らせ`,
    relocationNotice: (dose: number) => `転入された方へ　${dose}回目の接種のご案内`,
  } satisfies Record<NoticeKind, (dose: number) => string>,
  mark: {
    reminder: (round: number) => `接種のお知らせ（${round}通目）`,
    relocationNotice: () => '転入後のご案内',
  } satisfies Record<NoticeKind, (round: number) => string>,
  addressee: (name: string) => `${name} 様`,
  opening: {
    reminder: (town: string, dose: number, on: PlainDate) =>
      `${day(on)}現在、${town}に${dose}回目の接種の記録が届いていません。`,
    relocationNotice: (town: string, dose: number) =>
      `これからは${town}がお知らせをお送りします。${dose - 1}回目の記録は引き継がれています。`,
  },
  lastReminder: 'お知らせはこれで最後です。',
  previousDose: (number: number, on: PlainDate, product: string) =>
    `${number}回目を受けた日：${date(on)}　${product}`,
  action: {
    book: (dose: number) => `${dose}回目の接種を予約してください。`,
    bookWithNewTicket: (dose: number) => `新しい接種券で、${dose}回目の接種を予約してください。`,
    callForTicket: (dose: number) => `${dose}回目の接種券のことで、お電話をください。`,
  },
  dueBy: (on: PlainDate) => `${date(on)}までに受けてください。`,
  duePassed: (on: PlainDate) => `目安の日は ${date(on)} でした。`,
  soonAsPossible: 'できるだけ早く受けてください。',
  fromEarliest: (on: PlainDate) => `${date(on)}から受けられます。`,
  neverRestart: '目安の日を過ぎても、最初の1回目からやり直す必要はありません。',
  oldTicket: '前に住んでいた市区町村の接種券は使えません。',
  newTicket: {
    letter: (town: string) =>
      `${town}の新しい接種券を、この通知とともにお送りします。入っていないときは、お電話ください。`,
    mail: (town: string) =>
      `${town}の新しい接種券を郵便でお送りします。1週間たっても届かないときは、お電話ください。`,
  },
  ticketByCall: '接種券がまだ用意できていません。お電話で手続きをご案内します。',
  alreadyDone: (dose: number) =>
    `${dose}回目をもう受けた方は、行き違いですのでお許しください。お電話でお知らせいただくか、この通知を破棄してください。`,
  contact: 'お問い合わせ',
  phone: (phone: string) => `電話 ${phone}`,
  reference: (shortId: string) => `お問い合わせ番号 ${shortId}`,
  returnTo: '差出人・返送先',
  ownRecord: '記録を見る：コードと生年月日',
  ownRecordBy: 'QRコード：ご自分の記録を見るページのアドレス',
  sendOnly: 'このメールに返信されても、お答えできません。お電話をください。',
  stopMails: 'メールをやめて、これからは手紙で受け取るとき',
  /** One line in plain words for readers who have little of the language. */
  inBrief: {
    reminder: (_town: string, dose: number, _phone: string) =>
      `【やさしい日本語】${dose}回目の ワクチンを まだ うけて いない かたへの おしらせです。 よやくを して ください。 もう うけた かたは、 すてて ください。 ${call}`,
    relocationNotice: (_town: string, dose: number, _phone: string) =>
      `【やさしい日本語】ひっこしを した かたへの おしらせです。 ${dose}回目の ワクチンには、 あたらしい 接種券（せっしゅけん）が いります。 まえの 接種券は つかえません。 ${call}`,
  } satisfies Record<NoticeKind, (town: string, dose: number, phone: string) => string>,
}

type Translated<T> = T extends (...args: infer Args) => string
  ? (...args: Args) => string
  : T extends string
    ? string
    : { [Key in keyof T]: Translated<T[Key]> }

export type NoticeTexts = Translated<typeof noticesJa>
