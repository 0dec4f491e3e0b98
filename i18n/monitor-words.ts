/** The words of the watch over notices, for its mails, its page and its figures alike. */
export const alarmKinds = [
  'missed',
  'late',
  'sentTwice',
  'toDosed',
  'toDead',
  'toMoved',
  'toProtected',
  'toUnwilling',
  'notOwed',
  'suppressedWithoutReason',
  'byHandMissing',
  'unknownDeparture',
  'graceDiffers',
  'mailsStandStill',
] as const
export type AlarmKindWord = (typeof alarmKinds)[number]

type AlarmWords = { name: string; whatToDo: string }

export type MonitorWords = {
  kinds: Record<AlarmKindWord, AlarmWords>
  details: Record<string, string>
}

export const monitorJa: MonitorWords = {
  kinds: {
    missed: {
      name: '送るべき通知が出ていない',
      whatToDo: '経過を開き、本人へ電話または郵便で知らせてください。',
    },
    late: {
      name: '通知が期限より遅れて出た',
      whatToDo: '夜の便や送信が止まっていなかったかを確かめてください。',
    },
    sentTwice: {
      name: '同じ通知が二度出た',
      whatToDo: '本人から問い合わせがあれば、一通は誤りだと伝えてください。',
    },
    toDosed: {
      name: '接種が記録済みの人に出た',
      whatToDo: '本人にお詫びし、記録に誤りがないかを確かめてください。',
    },
    toDead: {
      name: '亡くなった方に出た',
      whatToDo: '届く前に止められるかを確かめ、ご家族へお詫びしてください。',
    },
    toMoved: {
      name: '転出した人の元の住所などに出た',
      whatToDo: '届く前に止められるかを確かめ、今の自治体へ伝えてください。',
    },
    toProtected: {
      name: '支援措置の対象者に出た',
      whatToDo: '直ちに止め、責任者に知らせてください。',
    },
    toUnwilling: {
      name: '通知を断った人に出た',
      whatToDo: '本人にお詫びし、送付停止の登録を確かめてください。',
    },
    notOwed: {
      name: '送る理由のない通知が出た',
      whatToDo: '経過を開き、何を知らせたかを確かめてください。',
    },
    suppressedWithoutReason: {
      name: '理由が事実と合わないまま送られていない',
      whatToDo: '経過を開き、送るべきなら本人へ知らせてください。',
    },
    byHandMissing: {
      name: '手渡しなどの作業が開かれていない（支援措置）',
      whatToDo: '本人へ安全な方法で知らせる手配をしてください。',
    },
    unknownDeparture: {
      name: 'だれ宛てか分からない通知が出た',
      whatToDo: '該当の郵便やメールを止め、システムの運用者に連絡してください。',
    },
    graceDiffers: {
      name: '記録を待つ日数が計算と合わない',
      whatToDo: 'システムの運用者に連絡してください。',
    },
    mailsStandStill: {
      name: '送信待ちのメールが10分以上1通も出ていない',
      whatToDo: 'システムの運用者は、送信の処理とメールサーバーを確かめてください。',
    },
  },
  details: {
    nothingKnown: '送る側には何も残っていない',
    saidQueued: '送る側では「送信待ち」のまま',
    saidHeld: '送る側では「保留」のまま',
    saidSuppressed: '送る側では「送らない」とした',
    saidLeft: '送る側では「送った」とされている',
    saidFailed: '送る側では「失敗」とされている',
    tooEarly: '期日より前',
    noDose: '接種の記録がない',
    noMove: '転入の記録がない',
    otherDose: '別の接種についての通知',
    noFirstRound: '1回目の通知が出ていない',
    abroad: '国外へ転出',
    betweenMunicipalities: '転出して、転入がまだ届いていない',
    formerTown: '前の自治体の便で出た',
    declinedLetters: '通知の送付を断っている',
    declined: '接種を断っている',
    sameMessage: '同じメールが3通以上',
    sameLetter: '同じ郵便が2通',
    otherAttempt: '一通目が届かなかったという記録がない',
    longer: '計算より長い',
    shorter: '計算より短い',
    protected: '理由: 支援措置',
    dosed: '理由: 接種済み',
    deceased: '理由: 死亡',
    movedAbroad: '理由: 国外転出',
    moved: '理由: 転出',
    superseded: '理由: 別の通知に替わった',
    noSender: '理由: 差出人が未設定',
    toldAtStay: '理由: 滞在先の自治体が知らせる',
    toldByHand: '理由: 職員が直接知らせた',
    removedFromRegister: '理由: 職権消除',
    merged: '理由: コースの統合',
    erased: '理由: 消去',
    ageInQuestion: '理由: 年齢の合わない接種の記録',
    noAddress: '理由: 宛先がない',
    notPrintable: '理由: 宛名や住所が紙に収まらない',
    recordCorrected: '理由: 記録の訂正',
    noTicket: '理由: 接種券がまだない',
    lotNotRecalled: '理由: ロットの回収の取り消し',
    mailOnly: '理由: メールだけの知らせ',
  },
}

export const monitorEn: MonitorWords = {
  kinds: {
    missed: {
      name: 'owed, and has not left',
      whatToDo: 'Open the course and tell the person by phone or letter.',
    },
    late: {
      name: 'left later than it had to',
      whatToDo: 'See whether the evening batch or the mail sender stood still.',
    },
    sentTwice: {
      name: 'left twice',
      whatToDo: 'Should the person ask: one of the two was a mistake.',
    },
    toDosed: {
      name: 'to somebody whose dose was recorded',
      whatToDo: 'Apologise, and check that the record is right.',
    },
    toDead: {
      name: 'to somebody who has died',
      whatToDo: 'See whether it can still be stopped, and apologise to the family.',
    },
    toMoved: {
      name: 'to an address that was left',
      whatToDo: 'See whether it can still be stopped, and tell the present municipality.',
    },
    toProtected: {
      name: 'to somebody who is protected',
      whatToDo: 'Stop it at once, and tell whoever is responsible.',
    },
    toUnwilling: {
      name: 'to somebody who wants none',
      whatToDo: 'Apologise, and check that the refusal is on record.',
    },
    notOwed: {
      name: 'left without being owed',
      whatToDo: 'Open the course and see what the person was told.',
    },
    suppressedWithoutReason: {
      name: 'not sent, for a reason that facts do not bear out',
      whatToDo: 'Open the course, and tell the person if it is owed.',
    },
    byHandMissing: {
      name: 'no task was opened to tell a protected person',
      whatToDo: 'Arrange for a safe way to tell the person.',
    },
    unknownDeparture: {
      name: 'left, and nobody knows for whom',
      whatToDo: 'Stop that mail or letter, and call whoever runs the system.',
    },
    graceDiffers: {
      name: 'waiting for late records is reckoned otherwise',
      whatToDo: 'Call whoever runs the system.',
    },
    mailsStandStill: {
      name: 'mails wait, and none has left for 10 minutes',
      whatToDo: 'Whoever runs the system: look at the worker and at the mail server.',
    },
  },
  details: {
    nothingKnown: 'the sender knows nothing of it',
    saidQueued: 'the sender says: queued',
    saidHeld: 'the sender says: held',
    saidSuppressed: 'the sender says: not to be sent',
    saidLeft: 'the sender says: it has left',
    saidFailed: 'the sender says: failed',
    tooEarly: 'before its day',
    noDose: 'no dose is recorded',
    noMove: 'no move-in is recorded',
    otherDose: 'about another dose',
    noFirstRound: 'no first round has left',
    abroad: 'moved abroad',
    betweenMunicipalities: 'moved out, and not moved in yet',
    formerTown: 'with the former town’s letters',
    declinedLetters: 'refuses reminders',
    declined: 'declines the dose',
    sameMessage: 'the same mail three times or more',
    sameLetter: 'the same letter twice',
    otherAttempt: 'nothing says that the first one failed',
    longer: 'longer than reckoned',
    shorter: 'shorter than reckoned',
    protected: 'reason given: protected',
    dosed: 'reason given: had the dose',
    deceased: 'reason given: died',
    movedAbroad: 'reason given: moved abroad',
    moved: 'reason given: moved',
    superseded: 'reason given: another notice took its place',
    noSender: 'reason given: no sender',
    toldAtStay: 'reason given: the town of stay writes',
    toldByHand: 'reason given: told by a clerk',
    removedFromRegister: 'reason given: removed from the register',
    merged: 'reason given: courses merged',
    erased: 'reason given: erased',
    ageInQuestion: 'reason given: a dose does not fit the age',
    noAddress: 'reason given: no address',
    notPrintable: 'reason given: does not fit the page',
    recordCorrected: 'reason given: a record was corrected',
    noTicket: 'reason given: no ticket yet',
    lotNotRecalled: 'reason given: the lot is not recalled any more',
    mailOnly: 'reason given: by mail alone',
  },
}

/** A mail about differences. It names kinds, counts and a town; nobody, and no course. */
export const alarmMail = {
  subject: (place: string) => `【sesshu】通知の差異のお知らせ（${place}） / Differences in notices`,
  openingJa: (place: string, day: string) =>
    `${place}: ${day} までの分で、送るべき通知と実際に出た通知に違いがありました。`,
  openingEn: (day: string) => `Up to ${day}, what was owed and what left are not the same here.`,
  whole: 'システム全体',
  listJa: '内容と件数（だれのことかは、画面で開いてください）',
  listEn: 'What, and how many (open the page to see whom it concerns)',
  lineJa: (name: string, count: number, whatToDo: string) => `・${name}: ${count}件\n  ${whatToDo}`,
  lineEn: (name: string, count: number, whatToDo: string) => `- ${name}: ${count}\n  ${whatToDo}`,
  pageJa: (address: string) => `画面: ${address}`,
  pageEn: (address: string) => `Page: ${address}`,
} as const
