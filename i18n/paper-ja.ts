/** What stands on paper that a town prints for itself: dose forms and the register. Japanese alone. */
import type { PlainDate } from '../domain/course.ts'

const dayOf = (date: PlainDate) => {
  const [year, month, day] = date.split('-').map(Number)
  return `${year}年${month}月${day}日`
}

export const paperJa = {
  day: dayOf,
  form: {
    documentTitle: (date: PlainDate) => `接種記録票 ${date}`,
    title: (dose: number) => `接種記録票（${dose}回目）`,
    issuer: (name: string, code: string) => `${name}（${code}）`,
    number: (number: string) => `券番号 ${number}`,
    name: '氏名',
    kana: 'フリガナ',
    born: '生年月日（本人に確認して記入）',
    bornBlank: '　　　　年　　　月　　　日',
    qrAlt: (line: string) => `接種券のQRコード。中身は ${line}`,
    read: '接種のあと、このQRコードを読み取ると記録できます。',
    given: '接種日',
    otherDay: '□ 別の日　　　　　年　　　月　　　日',
    thisDay: (day: string) => `□ ${day}`,
    venue: '会場',
    venueCode: (code: string) => `会場コード ${code}`,
    product: 'ワクチン',
    otherProduct: 'その他（　　　　　　　）',
    lot: 'ロット番号（シールを貼る）',
    result: '結果',
    results: ['□ 接種した', '□ 予診のみ（接種しなかった）'],
    doctor: '医師名',
    writer: '記入者',
    noMyNumber: 'この票に個人番号（マイナンバー）を書かないでください。',
    foot: (batch: string, page: number, of: number) => `束 ${batch}　票 ${page} / ${of}`,
  },
  register: {
    documentTitle: (date: PlainDate) => `予防接種台帳 ${date}`,
    title: '予防接種台帳',
    municipality: (name: string, code: string) => `${name}（${code}）`,
    page: (code: string) => `頁コード ${code}`,
    span: (from: string, to: string) => `${from} ～ ${to}`,
    printed: (day: string) => `${day} 印刷`,
    columns: {
      number: '宛名番号',
      kana: 'フリガナ',
      name: '氏名',
      born: '生年月日',
      dose: (n: number) => `${n}回目`,
      later: '3回目以降',
    },
    dose: (day: string, product: string) => `${day} ${product}`,
    lotAndPlace: (lot: string, place: string) => `${lot} ${place}`,
    more: (doses: number) => `ほか${doses}回`,
    noKana: '（フリガナなし）',
    slip: {
      title: '差し替え表',
      lead: '綴じてある台帳から「抜く頁」を取り出し、「入れる頁」を、示した頁の前に入れてください。抜いた頁は、溶解などで確実に処分してください。',
      first: 'はじめての印刷です。すべての頁を、この順に綴じてください。',
      remove: '抜く頁',
      insert: '入れる頁',
      before: (code: string) => `${code} の前`,
      atTheEnd: '最後',
      none: 'なし',
      count: (pages: number, of: number) => `印刷した頁 ${pages}　台帳の全頁 ${of}`,
    },
  },
} as const
