/** The seven layouts: which fields a kind of file has, and how register systems call them. */
import type { LayoutKind } from '../../domain/municipal-file.ts'
import { byPersonFields, dosesByPerson } from './doses-by-person.ts'
import {
  addressFields,
  bornOn,
  bornOnEra,
  identityFields,
  keptWithPerson,
  myNumber,
  ownMunicipality,
  registerNumber,
} from './person.ts'
import { type FieldSpec, type LayoutSpec, spelled } from './spec.ts'

const optional = ({ required: _, ...spec }: FieldSpec): FieldSpec => spec
const required = (spec: FieldSpec): FieldSpec => ({ ...spec, required: true })

/** Of files that name people by their number alone: whether they mean the same people. */
const birth = [optional(bornOn), bornOnEra]

const residentSince: FieldSpec = {
  field: 'residentSince',
  header: '住民となった日',
  spellings: spelled(`
      住民となった日, 住民となった年月日, 住民年月日, 住民日, 住民になった日,
      住民になった年月日, 住民となった年月日（西暦）, 住民となった届出の年月日, 住定日,
      住定年月日, 転入年月日, 転入日, 異動年月日（住民）, 住民異動日, 現住所となった日,
      現住所に転入した日, residentSince, JUMIN_YMD, JUTEI_YMD
    `),
  reading: 'date',
}

const rowStatus: FieldSpec = {
  field: 'rowStatus',
  spellings: spelled(`
      住民状態, 住民状態区分, 異動状態, 消除区分, 除票区分, 除票フラグ, 消除フラグ, 現存区分,
      住民票状態, 住登区分, 消除異動, 除票
    `),
  reading: 'code',
}

const number = (field: string, header: string, spellings: readonly string[]): FieldSpec => ({
  field,
  header,
  spellings: [header, ...spellings],
  reading: 'number',
  charactersMax: 40,
})
const date = (field: string, header: string, spellings: readonly string[]): FieldSpec => ({
  field,
  header,
  spellings: [header, ...spellings],
  reading: 'date',
})

export const layouts: Readonly<Record<LayoutKind, LayoutSpec>> = {
  residentRegister: {
    kind: 'residentRegister',
    titleJa: '住民基本台帳',
    fields: [
      registerNumber,
      ...identityFields,
      ...addressFields.map((spec) =>
        spec.field === 'postcode' || spec.field === 'address' ? required(spec) : spec,
      ),
      required(residentSince),
      ...keptWithPerson,
      myNumber,
      ownMunicipality,
      rowStatus,
    ],
    needs: [
      ['registerNumber'],
      ['family', 'fullName'],
      ['kana', 'kanaFamily'],
      ['bornOn'],
      ['postcode'],
      ['address'],
      ['residentSince'],
    ],
    hallmarks: ['postcode', 'address', 'residentSince', 'householdNumber', 'kana'],
  },
  ticketNumbers: {
    kind: 'ticketNumbers',
    titleJa: '接種券番号',
    fields: [
      registerNumber,
      {
        field: 'number',
        header: '券番号',
        spellings: spelled(`
      券番号, 接種券番号, 接種券No, 接種券NO., 接種券整理番号, クーポン券番号, クーポン番号,
      接種券シリアル番号, シリアル番号, 券面番号, 発行番号, 接種番号, 券No, ticketNumber,
      couponNumber, KEN_NO, serial
    `),
        reading: 'ticketNumber',
        required: true,
      },
      {
        ...required(
          date(
            'issuedOn',
            '発行日',
            spelled(`
      発行年月日, 接種券発行日, 接種券発行年月日, 券発行日, 発券日, 発券年月日, 交付日,
      交付年月日, 作成日, 作成年月日, 発送日, 発送年月日, issuedOn, issueDate, HAKKO_YMD
    `),
          ),
        ),
      },
      ...birth,
      ownMunicipality,
    ],
    needs: [['registerNumber'], ['number'], ['issuedOn']],
    hallmarks: ['number', 'issuedOn'],
  },
  myNumberLinks: {
    kind: 'myNumberLinks',
    titleJa: '個人番号',
    fields: [registerNumber, required(myNumber), ...birth, ownMunicipality],
    needs: [['registerNumber'], ['myNumber']],
    hallmarks: ['myNumber'],
  },
  moves: {
    kind: 'moves',
    titleJa: '異動',
    fields: [
      {
        field: 'kind',
        header: '異動事由',
        spellings: spelled(`
      異動事由, 異動区分, 異動種別, 異動事由コード, 事由, 異動コード, 届出事由, 異動名,
      届出種別, 異動理由, 異動事由名, 届出区分, kind, IDO_JIYU, IDOJIYU
    `),
        reading: 'code',
        required: true,
      },
      registerNumber,
      required(
        date(
          'effectiveOn',
          '異動日',
          spelled(`
      異動年月日, 異動した日, 異動のあった日, 異動発生日, 異動発生年月日, 転出予定日,
      転出予定年月日, 事由発生日, 事実発生日, effectiveOn, IDO_YMD
    `),
        ),
      ),
      date(
        'notifiedOn',
        '届出日',
        spelled(`
      届出年月日, 届出のあった日, 届出をした日, 届出受付日, 受付日, 受付年月日, notifiedOn,
      TODOKEDE_YMD
    `),
      ),
      {
        field: 'formerMunicipalityCode',
        header: '前住所地市区町村コード',
        spellings: spelled(`
      前住所地市区町村コード, 前住所市区町村コード, 前住所市町村コード, 転出元市区町村コード,
      転出元市町村コード, 転入元市区町村コード, 転入元市町村コード, 従前市区町村コード,
      前住所地コード, 前住所コード, 転入前市区町村コード, 前住所地自治体コード,
      formerMunicipalityCode
    `),
        reading: 'municipalityCode',
      },
      number(
        'formerRegisterNumber',
        '前住所地宛名番号',
        spelled(`
      前住所宛名番号, 転出元宛名番号, 転入元宛名番号, 旧宛名番号, 前住所地住民番号,
      formerRegisterNumber
    `),
      ),
      ...identityFields.map(optional),
      ...addressFields,
      residentSince,
      ...keptWithPerson,
      myNumber,
      ownMunicipality,
    ],
    needs: [['kind'], ['registerNumber'], ['effectiveOn']],
    hallmarks: ['kind', 'effectiveOn', 'formerMunicipalityCode', 'notifiedOn'],
  },
  deaths: {
    kind: 'deaths',
    titleJa: '死亡',
    fields: [
      registerNumber,
      ...birth,
      required(
        date(
          'on',
          '死亡日',
          spelled(`
      死亡年月日, 死亡した日, 死亡の日, 死亡異動日, 死亡異動年月日, 死亡日（西暦）,
      死亡年月日（和暦）, deathOn, diedOn, deathDate, SHIBO_YMD
    `),
        ),
      ),
      ownMunicipality,
    ],
    needs: [['registerNumber'], ['on']],
    hallmarks: ['on'],
  },
  protections: {
    kind: 'protections',
    titleJa: '支援措置',
    fields: [
      registerNumber,
      ...birth,
      required(
        date(
          'from',
          '支援開始日',
          spelled(`
      支援措置開始日, 支援措置開始年月日, 支援開始年月日, 措置開始日, 措置開始年月日,
      支援期間開始日, 支援期間（開始）, 支援措置期間開始, 支援措置期間（自）, 支援期間自,
      抑止開始日, 抑止開始年月日, 発行抑止開始日, 発行抑止開始年月日, protectionFrom
    `),
        ),
      ),
      date(
        'to',
        '支援終了日',
        spelled(`
      支援措置終了日, 支援措置終了年月日, 支援終了年月日, 措置終了日, 措置終了年月日,
      支援期間終了日, 支援期間（終了）, 支援措置期間終了, 支援措置期間（至）, 支援期間至,
      抑止終了日, 抑止終了年月日, 発行抑止終了日, 発行抑止終了年月日, 支援措置期限, 支援期限,
      有効期限, protectionTo
    `),
      ),
      ownMunicipality,
    ],
    needs: [['registerNumber'], ['from']],
    hallmarks: ['from', 'to'],
  },
  doses: {
    kind: 'doses',
    titleJa: '接種記録',
    fields: [
      {
        field: 'ticketMunicipalityCode',
        header: '券発行市区町村コード',
        spellings: spelled(`
      券発行市区町村コード, 接種券発行市区町村コード, 接種券市区町村コード, 券市区町村コード,
      発行市区町村コード, 券発行自治体コード, 接種自治体コード, 請求先市区町村コード,
      接種券発行自治体コード, ticketMunicipalityCode
    `),
        reading: 'municipalityCode',
      },
      {
        field: 'ticketNumber',
        header: '券番号',
        spellings: spelled(`
      券番号, 接種券番号, 接種券No, クーポン券番号, クーポン番号, 接種券シリアル番号, 券No,
      ticketNumber, couponNumber, KEN_NO
    `),
        reading: 'ticketNumber',
      },
      { ...optional(registerNumber), returnHeader: '個別宛名番号' },
      optional(bornOn),
      {
        field: 'doseNumber',
        header: '接種回数',
        spellings: spelled(`
      接種回数, 回数, 接種回, 回目, 接種回目, 何回目, 接種回次, 期・回, 接種回数（回目）,
      doseNumber, dose, KAISU
    `),
        reading: 'doseNumber',
        required: true,
      },
      required(
        date(
          'givenOn',
          '接種日',
          spelled(`
      接種年月日, 接種した日, 実施日, 実施年月日, 接種実施日, 接種実施年月日, givenOn,
      vaccinatedOn, SESSHU_YMD
    `),
        ),
      ),
      {
        field: 'venueCode',
        header: '医療機関コード',
        spellings: spelled(`
      医療機関コード, 会場コード, 接種会場コード, 実施機関コード, 接種機関コード,
      実施医療機関コード, 接種医療機関コード, 医療機関番号, 保険医療機関コード, venueCode,
      IRYOKIKAN_CD
    `),
        reading: 'venueCode',
        required: true,
      },
      {
        field: 'productCode',
        header: 'ワクチン',
        spellings: spelled(`
      ワクチン, ワクチンメーカー, ワクチン種類, ワクチン名, ワクチンの種類, ワクチン種別,
      メーカー, メーカー名, 製造会社, 製造販売業者, 使用ワクチン, 製品名, ワクチンコード,
      productCode, vaccine, maker
    `),
        reading: 'product',
        required: true,
      },
      {
        field: 'lotNumber',
        header: 'ロット番号',
        spellings: spelled(`
      ロット番号, ワクチンロット番号, ロットNo, ロット, LotNo, Lot, 製造番号, Lot番号,
      ロットナンバー, lotNumber, LOT_NO
    `),
        reading: 'lotNumber',
        required: true,
        charactersMax: 20,
      },
      ownMunicipality,
      ...byPersonFields,
    ],
    needs: [
      ['ticketNumber', 'registerNumber'],
      ['doseNumber'],
      ['givenOn'],
      ['venueCode'],
      ['productCode'],
      ['lotNumber'],
    ],
    hallmarks: ['givenOn', 'doseNumber', 'lotNumber', 'productCode'],
    otherForm: dosesByPerson,
  },
}

export function fieldSpec(kind: LayoutKind, field: string): FieldSpec | undefined {
  return layouts[kind].fields.find((spec) => spec.field === field)
}
