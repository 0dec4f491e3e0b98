/** What keyd refuses, as far as somebody outside can do anything about it. */
import type { ProblemTexts } from './text.ts'

export const keyProblems: ProblemTexts = {
  keysAway: {
    ja: {
      title: '鍵の管理が応答していません',
      detail: '個人情報の鍵を預かるプロセスが応答しません。何も記録されず、何も開かれていません。',
      whatToDo:
        '1分ほど待って、同じIDでもう一度送ってください。続くときは運用担当に連絡してください。',
    },
    en: {
      title: 'The keys are away',
      detail: 'The process that holds the keys does not answer. Nothing was written or opened.',
      whatToDo:
        'Wait a minute and send it again under the same id. If it goes on, call the operator.',
    },
  },
  keydBusy: {
    ja: {
      title: '鍵の管理が混み合っています',
      detail: '個人情報を開く依頼が一度に多すぎます。何も変更されていません。',
      whatToDo: '少し待って、もう一度お試しください。',
    },
    en: {
      title: 'Too many at once',
      detail: 'Too much was asked of the process that holds the keys. Nothing was changed.',
      whatToDo: 'Wait a little and try again.',
    },
  },
  keydOverLimit: {
    ja: {
      title: '個人情報を開く上限に達しました',
      detail: '短い時間に開ける人数の上限を超えました。不正な読み出しを防ぐための上限です。',
      whatToDo: '1分ほど待ってください。身に覚えのない場合は運用担当に連絡してください。',
    },
    en: {
      title: 'The limit of opened records is reached',
      detail: 'More records were opened within a minute than are allowed; the limit stops theft.',
      whatToDo: 'Wait a minute. If you did not ask for so many, call the operator.',
    },
  },
  purposeNotAllowed: {
    ja: {
      title: 'この目的では開けません',
      detail: '示された目的では、この項目を見ることができません。',
      whatToDo: '仕事の目的に合った画面から見てください。',
    },
    en: {
      title: 'Not for this purpose',
      detail: 'The purpose given does not allow a look at this field.',
      whatToDo: 'Use the page that is made for what you are doing.',
    },
  },
  residentErased: {
    ja: {
      title: 'この方の情報は消去されました',
      detail: '鍵が破棄されたため、氏名や住所などを開くことは二度とできません。',
      whatToDo: '間違いと思われるときは、消去の記録を確かめてください。',
    },
    en: {
      title: 'This person was erased',
      detail: 'The key was destroyed: name, address and all else can never be opened again.',
      whatToDo: 'If you think that this is wrong, look into the record of erasures.',
    },
  },
  sealBroken: {
    ja: {
      title: '封印された情報が壊れています',
      detail: '保存された情報が書き換えられたか、別の人のものと入れ替わっています。',
      whatToDo: '使わずに、運用担当へすぐに連絡してください。',
    },
    en: {
      title: 'A sealed value is broken',
      detail: 'What is stored was changed, or was put in the place of somebody else’s.',
      whatToDo: 'Do not use it, and call the operator at once.',
    },
  },
  approvalMissing: {
    ja: {
      title: '2人の承認が必要です',
      detail: '鍵の破棄は、別々の2人がその内容に同意するまで行えません。',
      whatToDo: 'もう1人の担当者に、同じ内容の承認を依頼してください。',
    },
    en: {
      title: 'Two people have to agree',
      detail: 'A key is not destroyed before two different people have agreed to exactly that.',
      whatToDo: 'Ask a second person to approve the same request.',
    },
  },
  keyVersionInUse: {
    ja: {
      title: '鍵はまだ使われています',
      detail: 'この版の鍵で包まれた住民の鍵が残っているか、たった今使われました。',
      whatToDo: '鍵の更新が終わるのを待って、もう一度お試しください。',
    },
    en: {
      title: 'The key is still in use',
      detail: 'Keys of residents are still wrapped under this version, or were shown just now.',
      whatToDo: 'Let the rotation finish and try again.',
    },
  },
  myNumberTaken: {
    ja: {
      title: '個人番号が別の住民と同じです',
      detail: 'この市区町村の別の住民に、同じ個人番号が登録されています。',
      whatToDo:
        '本人の書類で番号を確かめてください。先に登録された番号が誤りなら、そちらを先に直してください。',
    },
    en: {
      title: 'My Number of somebody else',
      detail: 'Another resident of this municipality is registered under the same My Number.',
      whatToDo:
        'Check the number on the person’s papers; if the other one is wrong, correct it first.',
    },
  },
  myNumberInvalid: {
    ja: {
      title: '個人番号が正しくありません',
      detail: '個人番号が12桁でないか、検査用数字が合いません。',
      whatToDo: '本人の書類で番号を確かめて、登録し直してください。',
    },
    en: {
      title: 'Not a My Number',
      detail: 'It is not twelve digits, or its check digit is wrong.',
      whatToDo: 'Check it against the person’s papers and record it again.',
    },
  },
  moveInMissing: {
    ja: {
      title: '根拠となる転入届がありません',
      detail: '照会は、その市区町村を前住所とする本人の転入届に基づいてのみ行えます。',
      whatToDo: '転入届を先に登録してください。',
    },
    en: {
      title: 'No move-in to rest on',
      detail:
        'One may ask only after a move-in of this person that names that former municipality.',
      whatToDo: 'Record the move-in first.',
    },
  },
  legalBasisMissing: {
    ja: {
      title: '照会の法的根拠がありません',
      detail: '示された根拠は、この日には有効でないか、同意を記録した人が示されていません。',
      whatToDo: 'この日に有効な根拠と、必要なら同意を記録した人を示してください。',
    },
    en: {
      title: 'No legal basis',
      detail:
        'The basis named does not hold on this day, or nobody is named who recorded the consent.',
      whatToDo: 'Name a basis that holds on this day and, if needed, who recorded the consent.',
    },
  },
  matchOverLimit: {
    ja: {
      title: '本日の照会の上限に達しました',
      detail: 'ほかの市区町村に個人番号で照会できる1日の件数を超えました。',
      whatToDo: '明日もう一度行うか、上限の変更を運用担当に相談してください。',
    },
    en: {
      title: 'Asked often enough today',
      detail: 'The number of My Number questions that a municipality may ask in a day is reached.',
      whatToDo: 'Go on tomorrow, or ask the operator about the limit.',
    },
  },
}
