/** The words of what is behind the links of mails, and of the office's page of mails, Japanese. */
export const mailLinksJa = {
  confirm: {
    title: 'メールでのお知らせ',
    lead: (town: string) => `${town}からの接種のお知らせを、このメールアドレスで受け取りますか。`,
    letters: '受け取らないときは、何もしないでください。お知らせは手紙で届きます。',
    language: 'お知らせの言語',
    languages: { ja: '日本語', en: 'English' },
    yes: 'メールで受け取る',
    end: 'いつでも、メールの中のリンクからやめられます。',
  },
  stop: {
    title: 'メールをやめる',
    lead: (town: string) => `${town}からの接種のお知らせを、これからは手紙で受け取りますか。`,
    yes: 'メールをやめて、手紙で受け取る',
  },
  said: {
    confirmed: {
      title: 'メールで受け取ることになりました',
      what: 'これからのお知らせは、このメールアドレスに届きます。',
    },
    stopped: {
      title: 'メールをやめました',
      what: 'これからのお知らせは、手紙で届きます。',
    },
    over: {
      title: 'このリンクは使えません',
      what: 'リンクは一度だけ、30日のあいだ使えます。すでに押したときは、手続きは終わっています。そうでないときは、お住まいの市区町村にお電話ください。お知らせは手紙で届きます。',
    },
  },
}

export const myMailJa = {
  title: 'メールでのお知らせ',
  states: {
    none: 'お知らせは手紙で届きます。メールでも受け取れます。',
    asked:
      '確認のメールをお送りします。メールのリンクを開いて「メールで受け取る」を押すと、メールで届くようになります。それまでは手紙で届きます。',
    verified: 'お知らせはメールで届きます。',
    stopped: 'メールは止まっています。お知らせは手紙で届きます。',
  },
  address: 'メールアドレス',
  addressHint: '確認のメールを送ります。ここに登録したアドレスは、この画面には表示しません。',
  language: 'お知らせの言語',
  languages: { ja: '日本語', en: 'English' },
  give: 'このアドレスで受け取る',
  end: 'メールをやめる',
  said: {
    mailGiven: '確認のメールをお送りします。届いたメールのリンクを開いてください。',
    mailEnded: 'メールをやめました。お知らせは手紙で届きます。',
    mailEnough: '今日はこれ以上、確認のメールを送れません。明日もう一度お試しください。',
    mailWrong: 'メールアドレスの形ではありません。もう一度お確かめください。',
  },
}
