/** Who may come in: accounts, tablets, limits, and what takes two. */
import type { ProblemTexts } from './text.ts'

export const peopleProblems: ProblemTexts = {
  unauthorized: {
    ja: {
      title: 'サインインが必要です',
      detail: '有効なサインインか、端末の鍵が確認できません。',
      whatToDo: 'サインインし直してください。端末では勤務の開始からやり直してください。',
    },
    en: {
      title: 'Not signed in',
      detail: 'There is no valid sign-in, and no key of a device that is known.',
      whatToDo: 'Sign in again; on a tablet, start the shift again.',
    },
  },
  signInFailed: {
    ja: {
      title: 'サインインできませんでした',
      detail: 'ログイン名とパスワードの組が確認できません。続けて間違えると15分間止まります。',
      whatToDo: '確かめてもう一度入力するか、管理者に連絡してください。',
    },
    en: {
      title: 'You could not be signed in',
      detail:
        'Login and password do not go together. Several wrong ones in a row close it for 15 minutes.',
      whatToDo: 'Check both and try again, or ask your administrator.',
    },
  },
  notAllowed: {
    ja: {
      title: 'この役割では使えません',
      detail: 'あなたの役割には、この操作の権限がありません。',
      whatToDo: '権限のある担当者に頼んでください。',
    },
    en: {
      title: 'Not with this role',
      detail: 'Your role may not do this.',
      whatToDo: 'Ask somebody whose role may.',
    },
  },
  notYourMunicipality: {
    ja: {
      title: 'ほかの市区町村です',
      detail: '扱えるのは、所属する市区町村のものだけです。',
      whatToDo: 'その市区町村の担当者に連絡してください。',
    },
    en: {
      title: 'Another municipality',
      detail: 'You work for your own municipality alone.',
      whatToDo: 'Turn to the office of that municipality.',
    },
  },
  anotherVenue: {
    ja: {
      title: 'ほかの会場です',
      detail: 'この端末や担当者は、別の会場の接種を記録できません。',
      whatToDo: 'その会場の端末で記録してください。',
    },
    en: {
      title: 'Another venue',
      detail: 'This tablet or account records nothing for another venue.',
      whatToDo: 'Record it on a tablet of that venue.',
    },
  },
  foreignPage: {
    ja: {
      title: 'ほかのサイトからの操作です',
      detail: 'このサイトの画面から送られた操作ではないため、受け付けませんでした。',
      whatToDo: 'このサイトの画面を開いて、やり直してください。',
    },
    en: {
      title: 'Sent from another site',
      detail: 'It did not come from a page of this site, so nothing was done.',
      whatToDo: 'Open the page of this site and do it there.',
    },
  },
  proofRefused: {
    ja: {
      title: '端末の証明が正しくありません',
      detail: 'この端末の鍵で、この送信のために作られた証明ではありません。',
      whatToDo: '端末の時計を確かめ、勤務の開始からやり直してください。',
    },
    en: {
      title: 'The proof is not good',
      detail: 'It was not made by this tablet’s key for this very request.',
      whatToDo: 'Check the clock of the tablet and start the shift again.',
    },
  },
  useDpopNonce: {
    ja: {
      title: '証明が古くなりました',
      detail: '証明には、いま渡した合い言葉（DPoP-Nonce）が必要です。',
      whatToDo: '渡された値で証明を作り直し、もう一度送ってください。',
    },
    en: {
      title: 'The proof is too old',
      detail: 'A proof must hold the nonce given with this answer (DPoP-Nonce).',
      whatToDo: 'Make it again with that nonce and send it once more.',
    },
  },
  outsideVenueHours: {
    ja: {
      title: '会場の時間外です',
      detail: 'この端末は、会場の開いている時間だけ使えます。',
      whatToDo: '時間を変えるときは、管理者が端末を登録し直してください。',
    },
    en: {
      title: 'Outside the hours of the venue',
      detail: 'This tablet works only while its venue is open.',
      whatToDo: 'To change the hours an administrator enrols the tablet again.',
    },
  },
  deviceLocked: {
    ja: {
      title: '端末が止まっています',
      detail: '登録のない券が続いたため、この端末を止めました。',
      whatToDo: '管理者に連絡してください。確認のうえ解除できます。',
    },
    en: {
      title: 'The tablet is locked',
      detail: 'It sent too many tickets that no register knows.',
      whatToDo: 'Call an administrator, who looks into it and unlocks it.',
    },
  },
  deviceKnown: {
    ja: {
      title: '登録済みの端末です',
      detail: 'この鍵は、すでに登録されています。',
      whatToDo: '新しい鍵を作って登録してください。',
    },
    en: {
      title: 'The tablet is known',
      detail: 'This key was enrolled before.',
      whatToDo: 'Make a new key and enrol that.',
    },
  },
  enrolmentCode: {
    ja: {
      title: '登録コードが使えません',
      detail: 'コードが違うか、期限が切れたか、すでに使われています。',
      whatToDo: '管理者に新しいコードを出してもらってください。',
    },
    en: {
      title: 'The code cannot be used',
      detail: 'It is wrong, over, or was used before.',
      whatToDo: 'Ask an administrator for a new one.',
    },
  },
  tooManyRequests: {
    ja: {
      title: '送信が多すぎます',
      detail: '決められた数を超えたため、受け付けませんでした。',
      whatToDo: '示された秒数（Retry-After）だけ待ってから送ってください。',
    },
    en: {
      title: 'Too many at once',
      detail: 'More was sent than is allowed; nothing was written.',
      whatToDo: 'Wait for the seconds named in Retry-After, then send it again.',
    },
  },
  passkeyNotAdded: {
    ja: {
      title: 'パスキーを登録できませんでした',
      detail: 'この登録は、期限切れか、この画面のものではありません。',
      whatToDo: '画面を開き直して、もう一度登録してください。',
    },
    en: {
      title: 'The passkey was not added',
      detail: 'It came too late, or not from this page.',
      whatToDo: 'Open the page again and add it once more.',
    },
  },
  samePerson: {
    ja: {
      title: '同じ人では承認できません',
      detail: '申請した本人は、その申請を承認できません。',
      whatToDo: '別の管理者に承認を頼んでください。',
    },
    en: {
      title: 'It takes another person',
      detail: 'Whoever asked cannot approve.',
      whatToDo: 'Ask another administrator to approve it.',
    },
  },
  approvalOver: {
    ja: {
      title: '承認が使えません',
      detail: 'この申請は、期限切れか、承認前か、使用済みです。',
      whatToDo: '必要なら、もう一度申請してください。',
    },
    en: {
      title: 'The approval is of no use',
      detail: 'It is over, not approved yet, or was used.',
      whatToDo: 'Ask again if it is still needed.',
    },
  },
  unfitReviewer: {
    ja: {
      title: '確認者に選べません',
      detail: '確認者は、別の市区町村管理者か、監督機関の人でなければなりません。',
      whatToDo: '別の人を確認者に選んでください。',
    },
    en: {
      title: 'Not a fit reviewer',
      detail: 'It takes another municipal administrator, or the supervisory authority.',
      whatToDo: 'Name somebody else.',
    },
  },
  reviewOwed: {
    ja: {
      title: '前回の確認が済んでいません',
      detail: '前の緊急アクセスの確認が、期限までに行われていません。',
      whatToDo: '確認者に、先に前回の分を確認してもらってください。',
    },
    en: {
      title: 'A review is owed',
      detail: 'An earlier emergency access was not reviewed in time.',
      whatToDo: 'Have its reviewer look into that one first.',
    },
  },
}
