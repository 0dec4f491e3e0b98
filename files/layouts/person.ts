/** Columns about a person: of the resident register, and of moves that bring somebody. */
import { type FieldSpec, spelled } from './spec.ts'

export const registerNumber: FieldSpec = {
  field: 'registerNumber',
  header: '宛名番号',
  spellings: spelled(`
      宛名番号, 個別宛名番号, 住民番号, 個人コード, 住民コード, 宛名コード, 世帯員番号,
      個人宛名番号, 住登者宛名番号, 住民ID, 個人ID, 宛名ID, 整理番号, 統合宛名番号,
      団体内統合宛名番号, 個人識別番号, 対象者番号, 住基宛名番号, registerNumber, residentId,
      atena_no, ATENANO, ADDRESSEE_NO, KOJIN_NO
    `),
  reading: 'number',
  required: true,
  charactersMax: 40,
}

export const bornOn: FieldSpec = {
  field: 'bornOn',
  header: '生年月日',
  spellings: spelled(`
      生年月日, 生年月日（西暦）, 生年月日（和暦）, 生年月日西暦, 生年月日和暦, 西暦生年月日,
      和暦生年月日, 誕生日, 生年月日YMD, 出生年月日, 出生日, 生年月日8桁, 生年月日コード,
      bornOn, birthDate, birthday, date of birth, DOB, SEINENGAPPI, UMAREYMD, BIRTH_YMD
    `),
  reading: 'date',
  required: true,
}

export const bornOnEra: FieldSpec = {
  field: 'bornOnEra',
  spellings: spelled(`
    生年月日元号, 元号, 年号, 生年元号, 生年月日（元号）, 和暦元号, 元号コード, 年号コード,
    生年月日元号コード, GENGO
  `),
  reading: 'text',
  charactersMax: 8,
}

/** Of whom the register tells who they are: names, kana, address. */
export const identityFields: readonly FieldSpec[] = [
  {
    field: 'family',
    header: '氏',
    spellings: spelled(`
      氏, 姓, 氏名（氏）, 氏名（姓）, 漢字氏, 漢字姓, 姓（漢字）, 氏（漢字）, 苗字, 名字,
      family, lastName, surname, SEI, UJI
    `),
    reading: 'name',
    charactersMax: 60,
  },
  {
    field: 'given',
    header: '名',
    spellings: spelled('名, 氏名（名）, 漢字名, 名（漢字）, 名前（名）, given, firstName, MEI'),
    reading: 'name',
    charactersMax: 60,
  },
  {
    field: 'fullName',
    spellings: spelled(`
      氏名, 漢字氏名, 氏名（漢字）, 氏名漢字, 名前, お名前, 住民氏名, 本人氏名, 対象者氏名,
      宛名氏名, 氏名・名称, 宛名, 被接種者氏名, name, fullName, SHIMEI, KANJI_SHIMEI
    `),
    reading: 'name',
    charactersMax: 120,
  },
  {
    field: 'kana',
    header: 'フリガナ',
    spellings: spelled(`
      フリガナ, ふりがな, 振り仮名, 振仮名, カナ氏名, 氏名カナ, 氏名（カナ）, 氏名フリガナ,
      氏名ふりがな, かな氏名, 氏名かな, カナ, かな, 仮名氏名, 氏名仮名, 氏名（フリガナ）,
      宛名カナ, 宛名カナ名, 読み仮名, よみがな, 半角カナ氏名, 全角カナ氏名, kana, nameKana,
      KANA_SHIMEI, SHIMEI_KANA
    `),
    reading: 'kana',
    charactersMax: 120,
  },
  {
    field: 'kanaFamily',
    spellings: spelled(`
      カナ氏, 氏カナ, 氏（カナ）, 姓カナ, カナ姓, 姓（カナ）, 氏フリガナ, 姓フリガナ,
      氏（フリガナ）, 姓（フリガナ）, フリガナ（氏）, フリガナ（姓）, せい, セイ, 氏ふりがな,
      姓ふりがな, familyKana, SEI_KANA, UJI_KANA
    `),
    reading: 'kana',
    charactersMax: 60,
  },
  {
    field: 'kanaGiven',
    spellings: spelled(`
      カナ名, 名カナ, 名（カナ）, 名フリガナ, 名（フリガナ）, フリガナ（名）, めい, メイ,
      名ふりがな, givenKana, MEI_KANA
    `),
    reading: 'kana',
    charactersMax: 60,
  },
  bornOn,
  bornOnEra,
]

export const addressFields: readonly FieldSpec[] = [
  {
    field: 'postcode',
    header: '郵便番号',
    spellings: spelled(`
      郵便番号, 〒, 現住所郵便番号, 住所郵便番号, 郵便番号（現住所）, 郵便, postcode, zip,
      zipCode, postalCode, YUBIN_NO, YUUBIN
    `),
    reading: 'postcode',
  },
  {
    field: 'address',
    header: '住所',
    spellings: spelled(`
      住所, 現住所, 住民票住所, 住所（漢字）, 漢字住所, 住所漢字, 住所1, 現住所1, 住所名,
      所在地, 居住地, 本人住所, 住所・番地, 住所地番, 現住所（町名番地）, address, JUSHO,
      GENJUSHO, JUSYO
    `),
    reading: 'text',
    charactersMax: 200,
  },
  {
    field: 'addressNumber',
    spellings: spelled(`
      番地, 地番, 番地号, 番地等, 住所番地, 現住所番地, 現住所番地号, 住所2, 現住所2, BANCHI
    `),
    reading: 'text',
    charactersMax: 100,
  },
  {
    field: 'addressDetail',
    spellings: spelled(`
      方書, 住所方書, 現住所方書, 方書（漢字）, 建物名, 建物名・部屋番号, マンション名,
      アパート名, 住所3, 現住所3, KATAGAKI
    `),
    reading: 'text',
    charactersMax: 100,
  },
]

export const keptWithPerson: readonly FieldSpec[] = [
  {
    field: 'householdNumber',
    header: '世帯番号',
    spellings: spelled(`
      世帯番号, 世帯コード, 世帯ID, 住民世帯番号, 世帯主宛名番号, householdNumber, SETAI_NO,
      SETAINO
    `),
    reading: 'number',
    charactersMax: 40,
  },
  {
    field: 'mail',
    header: 'メールアドレス',
    spellings: spelled(`
      メールアドレス, メール, 電子メール, E-mail, Eメール, Eメールアドレス, mail, mailAddress
    `),
    reading: 'mail',
    charactersMax: 254,
  },
  {
    field: 'facilityCode',
    header: '施設コード',
    spellings: spelled(`
      施設コード, 入所施設コード, 入所施設, 施設番号, 高齢者施設コード, facilityCode
    `),
    reading: 'groupCode',
    isSaidEmpty: true,
  },
  {
    field: 'priorityGroup',
    header: '優先区分',
    spellings: spelled(`
      優先区分, 優先接種区分, 優先対象区分, 優先順位区分, 接種順位, 対象区分, 優先コード,
      priorityGroup
    `),
    reading: 'groupCode',
    isSaidEmpty: true,
  },
]

export const myNumber: FieldSpec = {
  field: 'myNumber',
  header: '個人番号',
  spellings: spelled(`
      個人番号, マイナンバー, 個人番号（マイナンバー）, マイナンバー（個人番号）,
      行政手続における特定の個人を識別するための番号, myNumber, individualNumber, KOJIN_BANGO,
      KOJINBANGO
    `),
  reading: 'myNumber',
}

/** Whose file it is: another town's file is told by it. */
export const ownMunicipality: FieldSpec = {
  field: 'municipalityCode',
  spellings: spelled(`
      市区町村コード, 市町村コード, 自治体コード, 団体コード, 全国地方公共団体コード,
      地方公共団体コード, 地方自治体コード, 保険者市町村コード, municipalityCode, cityCode,
      DANTAI_CD, LGCODE
    `),
  reading: 'municipalityCode',
}
