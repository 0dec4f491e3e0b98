/** The words of the mail that asks whether an address may be written to. Names nobody who may live there. */
export type ConfirmTexts = {
  subject: (town: string) => string
  action: string
  why: (town: string) => string[]
  days: (days: number) => string
  notYou: string
  contact: string
  phone: (phone: string) => string
  sendOnly: string
}

export const confirmJa: ConfirmTexts = {
  subject: (town) => `${town}からの確認：メールでのお知らせ`,
  action: '次のリンクを開いて「メールで受け取る」を押してください。',
  why: (town) => [
    `${town}に、ワクチン接種のお知らせ先として、このメールアドレスの届け出がありました。`,
    '押すまでは、このアドレスにお知らせを送りません（お知らせは手紙で届きます）。',
  ],
  days: (days) => `このリンクは一度だけ使えます。${days}日を過ぎると使えません。`,
  notYou: '心当たりがないときは、何もしないでください。二度と送りません。',
  contact: 'お問い合わせ',
  phone: (phone) => `電話 ${phone}`,
  sendOnly: 'このメールは送信専用です。ご返信にはお答えできません。お電話ください。',
}

export const confirmEn: ConfirmTexts = {
  subject: (town) => `Please confirm: notices by mail from ${town}`,
  action: 'Please open this link and press "Receive notices by mail".',
  why: (town) => [
    `${town} was given this mail address for notices about vaccination.`,
    'Until you press the button nothing is sent to it (notices come as letters).',
  ],
  days: (days) => `The link works once, and for ${days} days.`,
  notYou: 'If this means nothing to you, do nothing: we will not write again.',
  contact: 'Questions',
  phone: (phone) => `Telephone ${phone}`,
  sendOnly: 'Replies to this mail are not read. Please call.',
}
