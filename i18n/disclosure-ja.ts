/** The words of a disclosure, Japanese. Its shape is what other languages must have. */
export const disclosureJa = {
  title: '保有個人情報の開示',
  lead: '接種の管理のために保有している、あなたについての記録のすべてです。',
  madeOn: '作成日',
  office: '作成した市区町村',
  masked:
    '支援措置の対象のため、住所・会場・市区町村など、場所のわかる項目はこの書面に載せていません。窓口で直接ご説明します。',
  erased: '個人情報は消去されています。氏名などの情報は残っていません。',
  none: 'なし',
  sections: {
    person: '本人',
    residences: '住所',
    tickets: '接種券',
    register: '住民記録',
    events: '届出',
    protections: '支援措置',
    households: '世帯（届出のあった日）',
    delivery: '送付先の取り決め',
    stayConsents: '居住地の市区町村への同意',
    course: '接種の進み具合',
    doses: '接種',
    doseChanges: '接種の記録の訂正',
    screenings: '予診のみ',
    notices: 'お知らせ',
    tasks: '職員の対応',
    ticketSheets: '発行した接種券の紙',
    paperForms: '印刷した接種記録票',
    messages: 'ご本人からの連絡',
    refusals: 'お知らせの停止',
    letterCodes: '手紙のコード',
    letters: '印刷前の手紙',
    looks: '記録を見た人',
  },
  labels: {
    name: '氏名',
    kana: 'ふりがな',
    bornOn: '生年月日',
    mail: 'メールアドレス',
    myNumber: 'マイナンバー',
    registerNumber: '住民記録の番号',
    status: '状態',
    ageClass: '年齢区分（下限）',
    kept: 'あり（内容は窓口でご説明します）',
  },
}

type Translated<T> = T extends string ? string : { [Key in keyof T]: Translated<T[Key]> }
export type DisclosureTexts = Translated<typeof disclosureJa>
