/** The words of letters and mails, Japanese. Its shape is the type that other languages must have. */
import type { NoticeTextKind, PlainDate } from '../domain/course.ts'

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
    preDue: (dose: number) => `新型コロナワクチン ${dose}回目の接種のお知らせ`,
    relocationNotice: (dose: number) => `転入された方へ　${dose}回目の接種のご案内`,
    lotRecall: () => '受けられたワクチンについての大切なお知らせ',
    invitation: (dose: number) => `新型コロナワクチン ${dose}回目の接種のご案内`,
  } satisfies Record<NoticeTextKind, (dose: number) => string>,
  mark: {
    reminder: (round: number) => `接種のお知らせ（${round}通目）`,
    preDue: () => '接種のお知らせ',
    relocationNotice: () => '転入後のご案内',
    lotRecall: () => 'ワクチン回収のお知らせ',
    invitation: () => '接種のご案内',
  } satisfies Record<NoticeTextKind, (round: number) => string>,
  addressee: (name: string) => `${name} 様`,
  opening: {
    reminder: (town: string, dose: number, on: PlainDate) =>
      `${day(on)}現在、${town}に${dose}回目の接種の記録が届いていません。`,
    preDue: (_town: string, dose: number, _on: PlainDate) =>
      `${dose}回目の接種を受ける時期になりました。`,
    relocationNotice: (town: string, dose: number) =>
      `これからは${town}がお知らせをお送りします。${dose - 1}回目の記録は引き継がれています。`,
    lotRecall: (_town: string, dose: number, _on: PlainDate) =>
      `${dose}回目の接種に使われたワクチンが、回収の対象になりました。`,
    invitation: (town: string, dose: number, on: PlainDate) =>
      `接種券をお送りしましたが、${day(on)}現在、${town}に${dose}回目の接種の記録が届いていません。`,
  } satisfies Record<NoticeTextKind, (town: string, dose: number, on: PlainDate) => string>,
  lastReminder: 'お知らせはこれで最後です。',
  previousDose: (number: number, on: PlainDate, product: string) =>
    `${number}回目を受けた日：${date(on)}　${product}`,
  action: {
    book: (dose: number) => `${dose}回目の接種を予約してください。`,
    bookIfNotYet: (dose: number) => `予約がまだの方は、${dose}回目の接種を予約してください。`,
    bookIfWished: () => '接種を希望される方は、予約してください。',
    call: () => '下の電話番号までご連絡ください。',
    bookWithNewTicket: (dose: number) => `新しい接種券で、${dose}回目の接種を予約してください。`,
    callForTicket: (dose: number) => `${dose}回目の接種券のことで、お電話をください。`,
  },
  dueBy: (on: PlainDate) => `${date(on)}までに受けてください。`,
  duePassed: (on: PlainDate) => `目安の日は ${date(on)} でした。`,
  soonAsPossible: 'できるだけ早く受けてください。',
  fromEarliest: (on: PlainDate) => `${date(on)}から受けられます。`,
  neverRestart: '目安の日を過ぎても、最初の1回目からやり直す必要はありません。',
  lotNumber: (lot: string) => `ワクチンの製造番号（ロット番号）：${lot}`,
  ifUnwell: '体調に変わったことがあるときは、かかりつけの医師にもご相談ください。',
  recallIsNoBlame: '回収の対象になっても、健康に害があると決まったわけではありません。',
  ticketLost: '接種券が手元にないときは、お電話ください。もう一度お送りします。',
  notWished: '接種は任意です。希望されない方は、お電話をいただければ、このお知らせは止まります。',
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
    preDue: (_town: string, dose: number, _phone: string) =>
      `【やさしい日本語】もうすぐ ${dose}回目の ワクチンの 日です。 よやくが まだの かたは、 よやくを して ください。 もう うけた かたは、 なにも しなくて いいです。 ${call}`,
    lotRecall: (_town: string, _dose: number, phone: string) =>
      `【やさしい日本語】あなたが うけた ワクチンの ことで、 たいせつな おしらせです。 ${phone} に でんわを して ください。`,
    invitation: (_town: string, dose: number, _phone: string) =>
      `【やさしい日本語】${dose}回目の ワクチンを まだ うけて いない かたへの おしらせです。 うけたい かたは、 よやくを して ください。 うけたくない かたは、 うけなくて いいです。 ${call}`,
  } satisfies Record<NoticeTextKind, (town: string, dose: number, phone: string) => string>,
}

type Translated<T> = T extends (...args: infer Args) => string
  ? (...args: Args) => string
  : T extends string
    ? string
    : { [Key in keyof T]: Translated<T[Key]> }

export type NoticeTexts = Translated<typeof noticesJa>
