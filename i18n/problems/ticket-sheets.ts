/** Tickets that are made here: ranges of numbers, issues, printings. */
import type { ProblemTexts } from './text.ts'

export const ticketSheetProblems: ProblemTexts = {
  checkedLineWrong: {
    ja: {
      title: '検査数字が合いません',
      detail: '小さいコードの検査数字が、券の18桁と合いません。読み間違いです。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'The check digits do not fit',
      detail: 'The small code’s check digits do not fit its 18 digits: it was misread.',
      whatToDo: 'Read the ticket again.',
    },
  },
  oneHolder: {
    ja: {
      title: 'だれの接種券か決まりません',
      detail: '住民番号、住民のID、作業のIDのうち、一つだけを送ります。',
      whatToDo: '一つだけを送ってください。',
    },
    en: {
      title: 'Whose ticket is not clear',
      detail: 'Register number, resident id or task id: exactly one of them says for whom.',
      whatToDo: 'Send one of the three.',
    },
  },
  notResidentHere: {
    ja: {
      title: '今の住民ではありません',
      detail: '転出または死亡の届出がある方です。接種券は発行できません。',
      whatToDo: '転入先の市区町村が発行します。届出が誤りなら、先に訂正してください。',
    },
    en: {
      title: 'Not a resident here now',
      detail: 'The register says that the person left or died: no ticket can be issued.',
      whatToDo: 'The new municipality issues one. If the report is wrong, correct it first.',
    },
  },
  ticketStands: {
    ja: {
      title: '使える接種券があります',
      detail: 'この方には、この市区町村の使える接種券がすでにあります。',
      whatToDo: '再発行のときは、理由に「紛失」「汚損」「予診のみ使用済み」を選んでください。',
    },
    en: {
      title: 'A valid ticket stands',
      detail: 'The person has a valid ticket of this municipality already.',
      whatToDo: 'To reissue it, choose why: lost, damaged, or slips used up.',
    },
  },
  noSlipStillNeeded: {
    ja: {
      title: '必要な接種券はありません',
      detail: 'この方の接種は、すべて記録されています。',
      whatToDo: '記録が誤りなら、先に接種の記録を訂正してください。',
    },
    en: {
      title: 'No slip is still needed',
      detail: 'All doses of this person are on record.',
      whatToDo: 'If the record is wrong, correct it first.',
    },
  },
  firstDoseUnrecorded: {
    ja: {
      title: '前の回の記録がありません',
      detail: '後の回の接種だけが記録されています。前の回は、受けたが記録されていません。',
      whatToDo: '前の回の記録を探して登録してください。',
    },
    en: {
      title: 'An earlier dose is missing',
      detail: 'Only a later dose is on record: the earlier one was given, and not recorded.',
      whatToDo: 'Find that dose and record it.',
    },
  },
  noNumberRange: {
    ja: {
      title: '券番号の範囲がありません',
      detail: 'この市区町村は、発行に使う券番号の範囲をまだ預けていません。',
      whatToDo: '管理者が券番号の範囲を登録してください（PUT /api/v1/number-ranges）。',
    },
    en: {
      title: 'No numbers were delegated',
      detail: 'The municipality has not delegated any ticket numbers yet.',
      whatToDo: 'An administrator delegates a range (PUT /api/v1/number-ranges).',
    },
  },
  numberRangeUsedUp: {
    ja: {
      title: '券番号を使い切りました',
      detail: '預かった券番号の範囲に、残りがありません。',
      whatToDo: '管理者が新しい範囲を登録してください。それまで発行はできません。',
    },
    en: {
      title: 'The numbers are used up',
      detail: 'No number is left in the ranges that were delegated.',
      whatToDo: 'An administrator delegates another range; until then none is issued.',
    },
  },
  numberDelegated: {
    ja: {
      title: '預かった範囲の券番号です',
      detail: 'この券番号は、このシステムが発行する範囲にあり、まだ発行されていません。',
      whatToDo: 'ファイルの券番号を、範囲の外の番号にしてください。',
    },
    en: {
      title: 'A number that we give out',
      detail: 'The number lies in a range delegated to this system, and was not issued.',
      whatToDo: 'Give that ticket a number outside of the range.',
    },
  },
  rangeEndsBeforeStart: {
    ja: {
      title: '範囲の終わりが始まりより前です',
      detail: '最後の番号が、最初の番号より小さくなっています。',
      whatToDo: '最初と最後の番号を確かめてください。',
    },
    en: {
      title: 'The range ends before it starts',
      detail: 'Its last number is smaller than its first.',
      whatToDo: 'Check the two numbers.',
    },
  },
  rangeTooLarge: {
    ja: {
      title: '範囲が大きすぎます',
      detail: '一つの範囲は20万番までです。',
      whatToDo: '範囲を分けて登録してください。',
    },
    en: {
      title: 'The range is too large',
      detail: 'One range has at most 200,000 numbers.',
      whatToDo: 'Delegate it in several parts.',
    },
  },
  rangeTooSmall: {
    ja: {
      title: '範囲が小さすぎます',
      detail: '検査数字の合う番号が、この範囲に一つもありません。',
      whatToDo: '10番以上の範囲を登録してください。',
    },
    en: {
      title: 'The range is too small',
      detail: 'No number in it ends in our check digit.',
      whatToDo: 'Delegate at least ten numbers.',
    },
  },
  rangeOverlaps: {
    ja: {
      title: '別の範囲と重なっています',
      detail: 'この市区町村が預けた別の範囲と、一部が重なっています。',
      whatToDo: '重ならない範囲を登録してください。',
    },
    en: {
      title: 'It overlaps another range',
      detail: 'Some of it lies in another range of this municipality.',
      whatToDo: 'Delegate a range that overlaps none.',
    },
  },
  rangeHoldsNumbers: {
    ja: {
      title: '使われている番号があります',
      detail: 'この範囲に、登録済みの接種券か、会場で読み取られた番号があります。',
      whatToDo: '使われていない番号の範囲を登録してください。',
    },
    en: {
      title: 'Numbers in it are in use',
      detail: 'A ticket in it is registered, or a number in it was read at a venue.',
      whatToDo: 'Delegate numbers that nobody has.',
    },
  },
  sheetsPrinted: {
    ja: {
      title: '印刷済みのファイルです',
      detail: 'このまとめは印刷済みと記録され、ファイルは消去されています。',
      whatToDo: '券が届いていない人や汚れた券は、一人ずつ再発行してください。',
    },
    en: {
      title: 'This file was printed',
      detail: 'The printing is marked as done, and its file is deleted.',
      whatToDo: 'Where a sheet is lost or damaged, issue it again for that person.',
    },
  },
  sheetsOvertaken: {
    ja: {
      title: 'このファイルは古くなりました',
      detail:
        'ファイルを作ったあとに、支援措置・転出・死亡・消去・再発行のあった人の券が含まれています。ファイルを作り直しています。',
      whatToDo:
        'すでに印刷した紙があれば、送らずに廃棄してください。少し待ってから券の画面を開き、新しいファイルを印刷してください。',
    },
    en: {
      title: 'This file is out of date',
      detail:
        'Since it was made, somebody in it was protected, moved, died, was erased or got a new ticket. It is being made anew.',
      whatToDo:
        'Post nothing that was printed from it; shred it. Open the page of tickets in a moment and print the new file.',
    },
  },
  nothingToPrint: {
    ja: {
      title: '印刷するものがありません',
      detail: '印刷を待つ接種券がありません。別の人が先に印刷したかもしれません。',
      whatToDo: '下の一覧で、印刷のまとめを確かめてください。',
    },
    en: {
      title: 'Nothing waits to be printed',
      detail: 'No such sheet waits; somebody else may have printed it.',
      whatToDo: 'Look at the list of printings below.',
    },
  },
}
