/** What stands on the page of readiness and in the answer of `npx sesshu ready`, by code. */

type Words = { says: string; whatToDo?: string }
type Both = { ja: Words; en: Words }

/** `{name}` is the count of that name. */
const texts: Record<string, Both> = {
  planInForce: {
    ja: { says: '第{plan}版に同意しています。' },
    en: { says: 'Version {plan} is accepted.' },
  },
  noPlan: {
    ja: {
      says: '監督計画に同意していません。同意するまで、住民を登録できません。',
      whatToDo: '「計画」の画面で内容を読み、管理者が同意してください。',
    },
    en: {
      says: 'No version of the supervisory plan is accepted; until then nobody can be registered.',
      whatToDo: 'An administrator reads it on the page “Plan” and accepts it.',
    },
  },
  senderKnown: {
    ja: { says: '通知の差出人（担当課・電話・住所）が登録されています。' },
    en: { says: 'Office, telephone and address of the sender are known.' },
  },
  noSender: {
    ja: {
      says: '通知の差出人が登録されていません。手紙もメールも送れません。',
      whatToDo: '担当課の名前・電話・住所を、システム運用者に伝えて登録してもらってください。',
    },
    en: {
      says: 'Nobody is known to sign notices: no letter and no mail can leave.',
      whatToDo: 'Tell the operator the office’s name, telephone and address.',
    },
  },
  registered: {
    ja: { says: '住民{residents}人が登録されています。' },
    en: { says: '{residents} residents are registered.' },
  },
  noResidents: {
    ja: {
      says: '住民が1人も登録されていません。',
      whatToDo: '住民基本台帳の抽出ファイルを取り込んでください。',
    },
    en: {
      says: 'Nobody is registered.',
      whatToDo: 'Import the extract of the resident register.',
    },
  },
  ticketsThere: {
    ja: { says: '先に案内する{firstCalled}人の全員に、使える接種券があります。' },
    en: { says: 'All {firstCalled} people who are called up first have a valid ticket.' },
  },
  someWithoutTicket: {
    ja: {
      says: '先に案内する{firstCalled}人のうち、{without}人に使える接種券がありません。',
      whatToDo: '接種券番号のファイルを取り込むか、「接種券」の画面で発行してください。',
    },
    en: {
      says: '{without} of the {firstCalled} people who are called up first have no valid ticket.',
      whatToDo: 'Import the file of ticket numbers, or issue tickets on the page “Tickets”.',
    },
  },
  noTickets: {
    ja: {
      says: '接種券番号が1つも登録されていません。',
      whatToDo: '接種券番号のファイルを取り込んでください。',
    },
    en: {
      says: 'No ticket number is registered.',
      whatToDo: 'Import the file of ticket numbers.',
    },
  },
  numbersThere: {
    ja: { says: '全員の個人番号（マイナンバー）が登録されています。' },
    en: { says: 'Everybody’s My Number is registered.' },
  },
  someWithoutNumber: {
    ja: {
      says: '{residents}人のうち{without}人の個人番号（マイナンバー）がありません。',
      whatToDo:
        '番号のファイルに漏れがないか確かめてください。番号のない人がいても、接種は始められます。転入のときの照会だけができません。',
    },
    en: {
      says: '{without} of {residents} people have no My Number.',
      whatToDo:
        'Check whether the file of numbers is whole. It can begin without: only the question to a former town cannot be asked.',
    },
  },
  noNumbers: {
    ja: {
      says: '個人番号（マイナンバー）が1つも登録されていません。',
      whatToDo: '個人番号のファイルを取り込んでください。',
    },
    en: { says: 'No My Number is registered.', whatToDo: 'Import the file of My Numbers.' },
  },
  venuesThere: {
    ja: { says: '会場が{venues}か所あります。' },
    en: { says: 'There are {venues} venues.' },
  },
  noVenues: {
    ja: {
      says: '会場が登録されていません。',
      whatToDo: '会場の医療機関コードと名前を、システム運用者に伝えて登録してもらってください。',
    },
    en: {
      says: 'No venue is named.',
      whatToDo: 'Tell the operator each venue’s institution code and name.',
    },
  },
  devicesThere: {
    ja: { says: 'すべての会場に端末があります（合計{devices}台）。' },
    en: { says: 'Every venue has a tablet ({devices} in all).' },
  },
  venuesWithoutDevice: {
    ja: {
      says: '{venues}会場のうち{without}会場に、使える端末がありません。',
      whatToDo: '「端末」の画面で登録コードを作り、会場の端末で読み取ってください。',
    },
    en: {
      says: '{without} of {venues} venues have no tablet in use.',
      whatToDo: 'Make a code on the page “Tablets”, and read it with the venue’s tablet.',
    },
  },
  noDevices: {
    ja: {
      says: '使える端末が1台もありません。',
      whatToDo: '「端末」の画面で登録コードを作り、会場の端末で読み取ってください。',
    },
    en: {
      says: 'No tablet is in use.',
      whatToDo: 'Make a code on the page “Tablets”, and read it with the venue’s tablet.',
    },
  },
  waveReleased: {
    ja: { says: '案内が始まっています（案内済み{courses}人）。' },
    en: { says: 'A wave is released ({courses} people called up).' },
  },
  waveMade: {
    ja: {
      says: '案内が作られ、別の人による開始を待っています。',
      whatToDo: '作った人とは別の人が、「案内」の画面で人数を確かめて開始してください。',
    },
    en: {
      says: 'A wave is made and waits for a second person.',
      whatToDo:
        'Somebody who did not make it looks at the count on the page “Waves” and releases it.',
    },
  },
  noWave: {
    ja: {
      says: '案内がまだ作られていません。',
      whatToDo: '「案内」の画面で、先に案内する人の条件を決めてください。',
    },
    en: {
      says: 'No wave is made.',
      whatToDo: 'Say on the page “Waves” who is called up first.',
    },
  },
  releasedByTwo: {
    ja: { says: 'ひと晩の手紙を確認して出せる職員が{people}人います。' },
    en: { says: '{people} people can check and release an evening’s letters.' },
  },
  releasedByItself: {
    ja: {
      says: '{upTo}通までの手紙は自動で出ます。それより多い晩に確認して出せる職員が2人いません（今は{people}人）。',
      whatToDo:
        'システム運用者に、職員か管理者のアカウントをあわせて2人分以上作ってもらってください。',
    },
    en: {
      says: 'Up to {upTo} letters of an evening leave by themselves; for more, two people are needed ({people} now).',
      whatToDo: 'Have the operator make accounts for at least two clerks or administrators.',
    },
  },
  noSecondPerson: {
    ja: {
      says: '手紙を出すには2人の確認が必要ですが、確認できる職員が1人しかいません。このままでは手紙が出ません。',
      whatToDo:
        'システム運用者にもう1人分のアカウントを作ってもらうか、「お知らせの設定」の画面で自動で出してよい数を決めてください。',
    },
    en: {
      says: 'Letters leave when two people have looked, and there is only one: none will leave.',
      whatToDo:
        'Have the operator make another account, or say on the page of notice settings how many may leave by themselves.',
    },
  },
  nobodyReleases: {
    ja: {
      says: '手紙を確認して出せる職員がいません。このままでは手紙が出ません。',
      whatToDo:
        'システム運用者に、職員か管理者のアカウントをあわせて2人分以上作ってもらってください。',
    },
    en: {
      says: 'Nobody can check and release an evening’s letters: none will leave.',
      whatToDo: 'Have the operator make accounts for at least two clerks or administrators.',
    },
  },
}

/** Sentences with their counts in them. */
export function readyWords(code: string, counts: Record<string, number>, lang: 'ja' | 'en'): Words {
  const { says, whatToDo } = texts[code]![lang]
  return { says: filled(says, counts), ...(whatToDo && { whatToDo: filled(whatToDo, counts) }) }
}

function filled(text: string, counts: Record<string, number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) =>
    (counts[name] ?? 0).toLocaleString('en-US'),
  )
}
