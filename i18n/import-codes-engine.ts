/** What is said of a row beside the register: what contradicts it, and what a clerk can do. */
import { doseDecisionTexts, doseRejectionTexts } from './import-codes-doses.ts'
import type { ImportCodeTexts } from './import-codes-text.ts'

/** Of rows that need a decision: what stands here is not overwritten by a file. */
const decisions: ImportCodeTexts = {
  birthDateDiffers: {
    ja: {
      words: '生年月日が、登録と違います',
      reason: '同じ宛名番号の人が、別の生年月日で登録されています。別の人かもしれません。',
      cure: '番号と生年月日を住民票で確かめ、違う方を直してください。登録は変わりません。',
    },
    en: {
      words: 'The birth date is not the one registered',
      reason: 'The same number is registered with another birth date: it may be somebody else.',
      cure: 'Check number and birth date and correct whichever is wrong. Nothing is changed here.',
    },
  },
  myNumberTaken: {
    ja: {
      words: '個人番号が、ほかの人に登録されています',
      reason: '1つの個人番号は1人のものです。',
      cure: 'どちらの人の番号か確かめてください。登録は変わりません。',
    },
    en: {
      words: 'The My Number is registered for somebody else',
      reason: 'A My Number belongs to one person.',
      cure: 'Find out whose it is. Nothing is changed here.',
    },
  },
  ticketNumberTaken: {
    ja: {
      words: '券番号が、ほかの人に登録されています',
      reason: '1つの券番号は1人のものです。',
      cure: 'どちらの人の券か確かめてください。登録は変わりません。',
    },
    en: {
      words: 'The ticket number is registered for somebody else',
      reason: 'A ticket number belongs to one person.',
      cure: 'Find out whose ticket it is. Nothing is changed here.',
    },
  },
  listedButGone: {
    ja: {
      words: 'ファイルにありますが、転出・死亡などで住民ではない人です',
      reason: '届け出では、この人はもうこの市区町村の住民ではありません。',
      cure: '届け出とファイルの日付を確かめてください。戻った人は、転入の届け出で登録してください。',
    },
    en: {
      words: 'In the file, and no resident any more by what was reported',
      reason: 'A move, a removal or a death was reported of this person.',
      cure: 'Compare the days. Whoever has come back is registered by a move-in.',
    },
  },
  twiceInFile: {
    ja: {
      words: 'ファイルに2回以上あります',
      reason: '同じ番号の行が前にもあります。前の行だけを使います。',
      cure: 'どちらが正しいか確かめ、1行にしてください。',
    },
    en: {
      words: 'More than once in the file',
      reason: 'A row before has the same number, and that one is used.',
      cure: 'Find out which is right and leave one row.',
    },
  },
  doseWithoutTicket: {
    ja: {
      words: 'この人の接種券が登録されていません',
      reason: '接種は券番号で記録します。',
      cure: '先に券番号を登録するか、券なしの接種として入力してください。',
    },
    en: {
      words: 'This person has no ticket here',
      reason: 'A dose is recorded by a ticket number.',
      cure: 'Register a ticket first, or key it as a dose without a ticket.',
    },
  },
  previousBirthDateDiffers: {
    ja: {
      words: '前の市区町村の登録と、生年月日が違います',
      reason: '転出元の番号が、別の人のものかもしれません。',
      cure: '転出証明書で番号を確かめてください。',
    },
    en: {
      words: 'The former town has another birth date',
      reason: 'The number there may be somebody else’s.',
      cure: 'Check the number on the certificate of moving out.',
    },
  },
  previousNameDiffers: {
    ja: {
      words: '前の市区町村の登録と、氏名が違います',
      reason: '転出元の番号が、別の人のものかもしれません。',
      cure: '転出証明書で番号を確かめてください。',
    },
    en: {
      words: 'The former town has another name',
      reason: 'The number there may be somebody else’s.',
      cure: 'Check the number on the certificate of moving out.',
    },
  },
  idUsedForAnotherBody: {
    ja: {
      words: '前に届いた内容と食い違います',
      reason: '同じ届け出が、別の内容で記録されています。',
      cure: '元の届け出を確かめてください。',
    },
    en: {
      words: 'It contradicts what was told before',
      reason: 'The same report was recorded with other contents.',
      cure: 'Check the report itself.',
    },
  },
}

/** Of rows that cannot be as told. */
const rejections: ImportCodeTexts = {
  residentErased: {
    ja: {
      words: '消去された人の番号です',
      reason: '本人の求めなどで消去された番号には、何も登録できません。',
      cure: '宛名番号を確かめてください。',
    },
    en: {
      words: 'The number of somebody who was erased',
      reason: 'Nothing is kept again under it.',
      cure: 'Check the number.',
    },
  },
  unknownResident: {
    ja: {
      words: '登録されていない宛名番号です',
      reason: 'この番号の住民がいません。',
      cure: '先に住民のファイルを取り込むか、番号を直してください。',
    },
    en: {
      words: 'Nobody is registered under this number',
      reason: 'The register has no such number.',
      cure: 'Import the residents first, or correct the number.',
    },
  },
  unknownMunicipality: {
    ja: {
      words: '市区町村コードがありません',
      reason: 'その6桁のコードの市区町村がありません。',
      cure: 'コードを確かめてください。',
    },
    en: {
      words: 'No municipality has this code',
      reason: 'The six digits name none.',
      cure: 'Check the code.',
    },
  },
  previousIsSelf: {
    ja: {
      words: '転出元が、転入先と同じです',
      reason: '同じ市区町村の同じ番号からの転入はありません。',
      cure: '転出元を直してください。',
    },
    en: {
      words: 'The former town is this one',
      reason: 'Nobody moves in from the same row.',
      cure: 'Correct the former town.',
    },
  },
  dateBeforeBirth: {
    ja: {
      words: '生年月日より前の日付です',
      reason: '生まれる前の日にはできません。',
      cure: '日付と生年月日を確かめてください。',
    },
    en: {
      words: 'A day before the birth',
      reason: 'Nobody lives anywhere before being born.',
      cure: 'Check the day and the birth date.',
    },
  },
  detailsMissing: {
    ja: {
      words: '必要な項目が足りません',
      reason: 'この種類の届け出には、氏名・生年月日・住所などが必要です。',
      cure: '空欄の項目を入れてください。',
    },
    en: {
      words: 'Something is missing',
      reason: 'This kind of row needs name, birth date and address, or a number.',
      cure: 'Fill in what is empty.',
    },
  },
  malformedGroupCode: {
    ja: {
      words: '施設・優先区分のコードが正しくありません',
      reason: 'コードは半角の英字・数字・「-」「_」で1〜20文字です。',
      cure: '市区町村の一覧表のコードに直してください。',
    },
    en: {
      words: 'Not a code of a facility or group',
      reason: 'A code is 1 to 20 letters, digits, "-" or "_".',
      cure: 'Use the code of the municipality’s own list.',
    },
  },
  numberDelegated: {
    ja: {
      words: '本システムが発行する範囲の券番号です',
      reason: '預かった範囲の番号は、ファイルでは登録できません。',
      cure: '番号の範囲を確かめてください。',
    },
    en: {
      words: 'A ticket number that is given out here',
      reason: 'Numbers of a range that was handed over come from no file.',
      cure: 'Check the ranges of numbers.',
    },
  },
  unknownVenue: {
    ja: {
      words: '登録されていない会場コードです',
      reason: 'この10桁の医療機関コードの会場がありません。',
      cure: '会場を登録するか、コードを直してください。',
    },
    en: {
      words: 'No venue has this code',
      reason: 'The ten digits name none.',
      cure: 'Register the venue, or correct the code.',
    },
  },
  anotherVenue: {
    ja: {
      words: '他の市区町村の会場で、券も他の市区町村のものです',
      reason: '自分の町の会場での接種か、自分の町の券の接種だけを記録できます。',
      cure: '会場コードと券の発行市区町村を確かめ、その市区町村に知らせてください。',
    },
    en: {
      words: 'Another town’s venue, and another town’s ticket',
      reason: 'A town records at its own venues, or for its own tickets.',
      cure: 'Check venue and issuer, and tell that town.',
    },
  },
  unknownProduct: {
    ja: {
      words: '登録されていないワクチンです',
      reason: 'このワクチンのコードがありません。',
      cure: 'ワクチン名を確かめてください。',
    },
    en: {
      words: 'No such vaccine',
      reason: 'The code names none.',
      cure: 'Check the product.',
    },
  },
}

/** Of the file as a whole. */
const files: ImportCodeTexts = {
  looksLikeAnotherTown: {
    ja: {
      words: 'ほかの市区町村のファイルのようです',
      reason: '同じ番号の人の生年月日が、多くの行で登録と違います。',
      cure: '送られてきたファイルを確かめてください。違うときは「取り込まない」を押してください。',
    },
    en: {
      words: 'It looks like another town’s file',
      reason: 'In many rows the same number has another birth date here.',
      cure: 'Check which file this is. If it is the wrong one, discard it.',
    },
  },
  leavesManyOut: {
    ja: {
      words: '登録されている人の1割以上が、ファイルにありません',
      reason: '全件のファイルなのに、多くの人が載っていません。取り込んでも、消える人はいません。',
      cure: '全件のファイルか、差分のファイルか確かめてください。',
    },
    en: {
      words: 'More than a tenth of those registered are not in it',
      reason: 'A full file leaves many people out. Nobody is removed by it.',
      cure: 'Find out whether it is a full file or one of differences.',
    },
  },
}

export const engineCodes: ImportCodeTexts = {
  ...{ ...decisions, ...doseDecisionTexts },
  ...{ ...rejections, ...doseRejectionTexts },
  ...files,
}
