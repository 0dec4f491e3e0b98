/** What is said of a dose in a vaccination register, beside what is known here of the person's doses. */
import type { ImportCodeTexts } from './import-codes-text.ts'

/** Of doses that need a decision. */
export const doseDecisionTexts: ImportCodeTexts = {
  doseDiffers: {
    ja: {
      words: '登録されている接種と違います',
      reason: 'この人の同じ回数または同じ日の接種が、別の内容で登録されています。',
      cure: '予診票で確かめてください。登録が違うときは、コースの画面で接種の記録を直してください。ファイルからは変わりません。',
    },
    en: {
      words: 'Not as the dose stands here',
      reason: 'A dose of this number or this day is recorded for the person with other data.',
      cure: 'Check the slip. If the record is wrong, correct it on the page of the course: a file does not.',
    },
  },
  doseWasVoided: {
    ja: {
      words: '取り消された接種です',
      reason: '同じ日・同じロットの接種が登録され、後で取り消されています。',
      cure: '取り消しが誤りなら、券または紙の予診票から登録し直してください。',
    },
    en: {
      words: 'A dose that was voided here',
      reason: 'It was recorded with this day and lot, and voided later.',
      cure: 'If that was a mistake, record it again from its ticket or slip.',
    },
  },
  doseOfAnotherTown: {
    ja: {
      words: '他の市区町村の券による接種です',
      reason: 'その市区町村の記録です。転入の手続きで記録がつながると、ここでも見えます。',
      cure: '他の回の接種だけを取り込むには、この回の欄を空にして送り直してください。',
    },
    en: {
      words: 'A dose of another town’s ticket',
      reason: 'It is that town’s record, seen here once the move-in has linked the two.',
      cure: 'To have the other doses of the row taken, empty the cells of this one and send it again.',
    },
  },
}

/** Of doses that cannot be taken as they are told. */
export const doseRejectionTexts: ImportCodeTexts = {
  ticketUnknown: {
    ja: {
      words: '登録されていない券番号です',
      reason: 'この券番号の接種券がありません。',
      cure: '先に接種券番号のファイルを取り込むか、番号を直してください。',
    },
    en: {
      words: 'No ticket here has this number',
      reason: 'Nobody holds a ticket of this number.',
      cure: 'Import the ticket numbers first, or correct the number.',
    },
  },
  venueMissing: {
    ja: {
      words: '接種会場がありません',
      reason: '新しく登録する接種には会場が必要です。',
      cure: '会場名または医療機関コードを入れてください。',
    },
    en: {
      words: 'No venue',
      reason: 'A dose that is new here needs one.',
      cure: 'Fill in the venue’s name, or its code.',
    },
  },
  unknownVenueName: {
    ja: {
      words: '登録されていない会場名です',
      reason: '同じ名前の会場がありません。名前は30文字までで、一字一句同じものを探します。',
      cure: '会場を登録するか、登録されている名前または医療機関コードに直してください。',
    },
    en: {
      words: 'No venue has this name',
      reason: 'Names are compared letter by letter; a venue’s has 30 at most.',
      cure: 'Register the venue, or write its registered name or its code.',
    },
  },
  venueNameTwice: {
    ja: {
      words: '同じ名前の会場が2つ以上あります',
      reason: '名前だけでは、どの会場か決められません。',
      cure: '会場名の欄に、医療機関コード（10桁）を入れてください。',
    },
    en: {
      words: 'Several venues have this name',
      reason: 'The name alone does not say which is meant.',
      cure: 'Write its ten-digit code in the place of the name.',
    },
  },
}
