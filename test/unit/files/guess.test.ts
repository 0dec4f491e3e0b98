/** Proves: what systems write is told by header and content, in every encoding, and read into records. */
import { describe, expect, test } from 'vitest'
import type { FileProfile, LayoutKind } from '../../../domain/municipal-file.ts'
import { guessFile, isStandard } from '../../../files/read-file.ts'
import { profileFrom } from '../../../web/imports/forms.ts'
import { cp932, faultsOf, flagsOf, guessedRows, rowsOf } from '../../support/municipal-files.ts'
import { sourceOf } from '../../support/workbook.ts'

const person = {
  registerNumber: '0000000012',
  family: '見本',
  given: '花子',
  kana: 'ミホン ハナコ',
  bornOn: '1945-08-15',
  postcode: '0010012',
  address: '見本町1丁目2番3号',
  residentSince: '1990-04-01',
}

const spellings: [string, string, string][] = [
  [
    'one column each',
    '宛名番号,氏,名,フリガナ,生年月日,郵便番号,住所,住民となった日',
    '0000000012,見本,花子,ミホン　ハナコ,19450815,0010012,見本町1丁目2番3号,19900401',
  ],
  [
    'half-width kana, era dates, a hyphen',
    '個人コード,漢字氏名,カナ氏名,生年月日(和暦),性別,郵便番号,現住所,住民年月日',
    '0000000012,見本　花子,ﾐﾎﾝ ﾊﾅｺ,昭和20年8月15日,2,001-0012,見本町1丁目2番3号,H02.04.01',
  ],
  [
    'eras as digits, the address in three',
    '住民番号,氏名,氏名カナ,生年月日,〒,住所,番地,方書,住定年月日',
    '0000000012,見本　花子,ミホン　ハナコ,3200815,001-0012,見本町,1丁目2番3号,,4020401',
  ],
  [
    'the era in a column of its own',
    '"ATENANO","SHIMEI","KANA_SHIMEI","元号","生年月日","YUBIN_NO","JUSHO","JUTEI_YMD"',
    '"0000000012","見本　花子","ミホン　ハナコ","昭和","20.08.15","0010012","見本町1丁目2番3号","1990/4/1"',
  ],
  [
    'serial days, kana in two',
    '整理番号,姓,名,セイ,メイ,誕生日,郵便番号,住所,転入年月日',
    '0000000012,見本,花子,ミホン,ハナコ,16664,0010012,見本町1丁目2番3号,32964',
  ],
]

describe('a resident register', () => {
  test.each(spellings)('with %s', async (_, header, line) => {
    const text = `${header}\r\n${line}\r\n`
    const forms: [string, Uint8Array | string][] = [
      ['cp932', cp932(text)],
      ['utf-8', text],
      ['utf-8-bom', `\ufeff${text}`],
    ]
    for (const [encoding, bytes] of forms) {
      const { guess, rows } = await guessedRows(sourceOf(bytes, 7))
      expect(guess).toMatchObject({ missingFields: [], isKnown: false, profile: { encoding } })
      expect(guess.profile.kind).toBe('residentRegister')
      expect(faultsOf(rows)).toEqual([])
      expect(rows[0]!.record).toEqual(person)
    }
  })

  test('as TSV, under a title', async () => {
    const [, header, line] = spellings[0]!
    const text = `住民基本台帳抽出\t令和3年6月1日\r\n\r\n${header}\r\n${line}\r\n`.replaceAll(
      ',',
      '\t',
    )
    const { guess, rows } = await guessedRows(sourceOf(cp932(text)))
    expect(guess.profile).toMatchObject({ format: 'tsv', titleRows: 1 })
    expect(rows).toMatchObject([{ rowNumber: 4, record: person }])
  })

  test('that names the last move of everybody is no file of moves, and no sure guess', async () => {
    const [, header, line] = spellings[0]!
    const text = `${header},異動事由,異動年月日\r\n${line},転入,19900401\r\n`
    const { guess } = await guessedRows(sourceOf(cp932(text)))
    expect(guess.profile.kind).toBe('residentRegister')
    expect(guess.unknownColumns).toEqual(['異動事由', '異動年月日'])
    expect(guess.confidence).toBeLessThan(0.5)
    const alone = await guessFile(sourceOf(cp932(`${header}\r\n${line}\r\n`)), [])
    expect(alone.confidence).toBeGreaterThan(0.9)
  })

  test('without a header', async () => {
    const lines = Array.from({ length: 30 }, (_, at) =>
      [
        `00${10_000 + at}`,
        '見本　花子',
        'ﾐﾎﾝ ﾊﾅｺ',
        '2',
        `S20.8.${1 + (at % 30)}`,
        '001-0012',
        `見本町${at}番`,
        'H2.4.1',
      ].join(','),
    )
    const { guess, rows } = await guessedRows(sourceOf(cp932(`${lines.join('\n')}\n`)))
    expect(guess.profile).toMatchObject({ kind: 'residentRegister', hasHeader: false })
    expect(guess.confidence).toBeLessThan(0.6)
    expect(rows[3]).toMatchObject({
      rowNumber: 4,
      record: {
        registerNumber: '0010003',
        kana: 'ミホン ハナコ',
        bornOn: '1945-08-04',
        residentSince: '1990-04-01',
      },
    })
  })
})

const kinds: [LayoutKind, string, string, object][] = [
  [
    'ticketNumbers',
    '宛名番号,接種券番号,発行年月日',
    '12,0000000017,R3.4.1',
    { number: '0000000017', issuedOn: '2021-04-01' },
  ],
  ['myNumberLinks', '住民コード,個人番号', '12,123456789018', { myNumber: '123456789018' }],
  ['deaths', '個人コード,死亡年月日', '12,令和3年6月1日', { on: '2021-06-01' }],
  [
    'deaths',
    '個人コード,元号,生年月日,死亡年月日',
    '12,昭和,20.08.15,令和3年6月1日',
    { bornOn: '1945-08-15', on: '2021-06-01' },
  ],
  [
    'protections',
    '宛名番号,支援措置開始日,支援措置終了日',
    '12,20210401,99999999',
    { from: '2021-04-01' },
  ],
  [
    'moves',
    '異動事由,宛名番号,異動年月日,届出年月日,前住所地市区町村コード',
    '転入届,12,R3.6.1,R3.6.4,131059',
    {
      kind: 'movedIn',
      effectiveOn: '2021-06-01',
      notifiedOn: '2021-06-04',
      former: { municipalityCode: '131059' },
    },
  ],
  [
    'doses',
    '接種券番号,回数,接種年月日,医療機関コード,ワクチンメーカー,ロット番号',
    '0000000017,1回目,R3.5.1,1310400018,武田／モデルナ,MIHON01',
    {
      ticket: { municipalityCode: '131041', number: '0000000017' },
      doseNumber: 1,
      givenOn: '2021-05-01',
      venueCode: '1310400018',
      productCode: 'moderna',
      lotNumber: 'MIHON01',
    },
  ],
]

describe('other kinds', () => {
  test.each(kinds)('%s', async (kind, header, line, record) => {
    const { guess, rows } = await guessedRows(sourceOf(cp932(`${header}\r\n${line}\r\n`)))
    expect(guess.profile.kind).toBe(kind)
    expect(faultsOf(rows)).toEqual([])
    const number = kind === 'doses' ? {} : { registerNumber: '12' }
    expect(rows[0]!.record).toEqual({ ...number, ...record })
  })

  test('codes that nobody has explained are asked', async () => {
    const text = '異動事由コード,宛名番号,異動日\r\n01,12,20210601\r\n02,13,20210601\r\n'
    const source = sourceOf(text)
    const guess = await guessFile(source, [])
    expect(guess.unknownCodes).toEqual({ kind: ['01', '02'] })
    const columns = guess.profile.columns.map((column) =>
      column.field === 'kind' ? { ...column, codes: { '01': 'movedIn', '02': 'born' } } : column,
    )
    const rows = await rowsOf(source, { ...guess.profile, columns })
    expect(rows.map(({ record }) => (record as { kind: string }).kind)).toEqual(['movedIn', 'born'])
  })
})

describe('a profile that was confirmed', () => {
  const header = '番号A,番号B,日\r\n'
  const known: FileProfile = {
    kind: 'ticketNumbers',
    name: '見本システム',
    format: 'csv',
    encoding: 'cp932',
    hasHeader: true,
    columns: [
      { field: 'registerNumber', from: { header: '番号A' }, reading: 'number' },
      { field: 'number', from: { header: '番号B' }, reading: 'ticketNumber' },
      { field: 'issuedOn', from: { header: '日' }, reading: 'date' },
    ],
  }

  test('is taken, in whatever encoding the file comes', async () => {
    const guess = await guessFile(sourceOf(`\ufeff${header}1,0000000017,20210401\r\n`), [known])
    expect(guess).toMatchObject({
      isKnown: true,
      confidence: 1,
      profile: { encoding: 'utf-8-bom' },
    })
  })

  test('is not taken for a file that it does not read', async () => {
    await expect(guessFile(sourceOf(`${header}x,y,z\r\n`), [known])).rejects.toMatchObject({
      code: 'fileLayoutUnknown',
    })
  })

  test('cuts fixed-width lines and records by bytes', async () => {
    const fixed = (recordBytes?: number): FileProfile => ({
      kind: 'deaths',
      name: '固定長',
      format: 'fixedWidth',
      encoding: 'cp932',
      hasHeader: false,
      ...(recordBytes === undefined ? {} : { recordBytes }),
      columns: [
        { field: 'registerNumber', from: { bytes: [0, 10] }, reading: 'number' },
        { field: 'on', from: { bytes: [20, 27] }, reading: 'eraCodeDate' },
      ],
    })
    const lines = ['0000000012見本　花子5030601', '0000000013見本ﾊﾅｺ \u30005030602']
    const expected = [
      { registerNumber: '0000000012', on: '2021-06-01' },
      { registerNumber: '0000000013', on: '2021-06-02' },
    ]
    const withEnds = await guessedRows(sourceOf(cp932(`${lines.join('\r\n')}\r\n`), 5), [fixed()])
    expect(withEnds.guess.isKnown).toBe(true)
    expect(withEnds.rows.map(({ record }) => record)).toEqual(expected)
    const records = await guessedRows(sourceOf(cp932(lines.join('')), 5), [fixed(27)])
    expect(records.rows.map(({ record }) => record)).toEqual(expected)
    const cut = await rowsOf(sourceOf(cp932(lines.join('\r\n').slice(0, -3))), fixed() as never)
    expect(faultsOf(cut)).toEqual(['2   tooFewCells'])
  })
})

describe('what a clerk is shown', () => {
  const header = '宛名番号,氏名,フリガナ,生年月日,郵便番号,住所,住民となった日,市区町村コード'
  const line = (cells: Partial<Record<number, string>>) =>
    ['12', '見本　花子', 'ミホン', '1945/8/15', '0010012', '見本町', '1990/4/1', '131041']
      .map((cell, at) => cells[at] ?? cell)
      .join(',')

  test('is the cell, its column and what is wrong with it', async () => {
    const text = [
      header,
      line({ 3: '2021/13/02' }),
      line({ 4: '10012' }),
      line({ 0: '', 6: '2021/6/10' }),
      line({ 7: '131059' }),
      line({ 0: '=A1' }),
      line({ 0: '1.23E+11' }),
      '12,見本　花子',
      `${line({})},多い`,
    ].join('\r\n')
    const { rows } = await guessedRows(sourceOf(`${text}\r\n`))
    expect(faultsOf(rows)).toEqual([
      '2 D 生年月日 dateDoesNotExist',
      '3 E 郵便番号 leadingZerosLost',
      '4 A 宛名番号 cellEmpty',
      '5 H 市区町村コード anotherTown',
      '6 A 宛名番号 formulaCell',
      '7 A 宛名番号 numberScientific',
      '8   tooFewCells',
      '9   tooManyCells',
    ])
    expect(rows[0]!.faults[0]!.value).toBe('2021/13/02')
    expect(rows[0]).not.toHaveProperty('record')
  })

  test('characters that only the town has are kept and shown', async () => {
    const text = [
      header,
      line({ 1: '\ue000本　花子' }),
      line({ 1: '〓本　花子' }),
      line({ 1: '葛\u{e0100}　花子' }),
      line({ 1: '\u{f0000}　花子' }),
    ]
    const { rows } = await guessedRows(sourceOf(`${text.join('\r\n')}\r\n`))
    expect(flagsOf(rows)).toEqual([
      '2 B 氏名 privateUseCharacter',
      '3 B 氏名 getaMark',
      '4 B 氏名 variantCharacter',
      '5 B 氏名 privateUseCharacter',
    ])
    expect(rows[0]!.record).toMatchObject({ family: '\ue000本' })
    const gaiji = await guessedRows(
      sourceOf(cp932(`${header}\r\n${line({ 1: '\ue000髙﨑㈱①Ⅲ　花子' })}\r\n`)),
    )
    expect(gaiji.rows[0]!.record).toMatchObject({ family: '\ue000髙﨑㈱①Ⅲ' })
  })
})

describe('a list that shows whole people beside what it is about', () => {
  const people = '宛名番号,氏名,フリガナ,生年月日,郵便番号,住所,住民となった日'
  const person = (n: number) =>
    `00${n},見本　花子,ミホン　ハナコ,昭和20年8月15日,001-0012,見本町${n}丁目,H2.4.1`
  const fileOf = (more: string, cells: string) =>
    sourceOf([`${people}${more}`, `${person(1)}${cells}`, `${person(2)}${cells}`, ''].join('\r\n'))
  const registerOf = async () => (await guessFile(fileOf('', ''), [])).profile

  test('of moves is not read as the register that its town is known by', async () => {
    const file = fileOf(',異動事由,異動日,届出日,前住所地市区町村コード', ',転出,R3.6.1,R3.6.1,')
    const guess = await guessFile(file, [await registerOf()])
    expect(guess).toMatchObject({ isKnown: false, profile: { kind: 'moves' } })
    // Both are known: the one that reads what makes it a file of moves is meant.
    const known = [await registerOf(), guess.profile]
    expect(await guessFile(file, known)).toMatchObject({
      ...{ isKnown: true, profile: { kind: 'moves' } },
    })
    expect(await guessFile(fileOf('', ''), known)).toMatchObject({
      ...{ isKnown: true, profile: { kind: 'residentRegister' } },
    })
  })

  test.each([
    ['deaths', ',死亡日', ',R3.6.1'],
    ['ticketNumbers', ',券番号,発行日', ',0000000017,R3.6.1'],
  ] as const)(
    'of %s is asked about, and no more once that was answered',
    async (kind, more, cells) => {
      const register = await registerOf()
      const file = fileOf(more, cells)
      const guess = await guessFile(file, [register])
      expect(guess).toMatchObject({ isKnown: false, isContested: true })
      expect(guess.confidence).toBeLessThan(0.6)
      const { profile } = profileFrom(guess, { as: 'guessed' })
      expect(await guessFile(file, [profile])).toMatchObject({ isKnown: true, isContested: false })
      // Said by whoever brought it, nothing is asked but whether its columns are right.
      const said = await guessFile(file, [register], { asked: kind })
      expect(said).toMatchObject({ isContested: false, missingFields: [], profile: { kind } })
    },
  )

  test('in the headings of our own layout is no standard file either', async () => {
    const header = '宛名番号,氏,名,フリガナ,生年月日,郵便番号,住所,住民となった日,死亡日'
    const line = '12,見本,花子,ミホン ハナコ,1945-08-15,1000001,見本町1,2010-04-01,2021-06-01'
    const guess = await guessFile(sourceOf(`${header}\r\n${line}\r\n`), [])
    expect([isStandard(guess.profile), guess.isContested]).toEqual([true, true])
  })

  test('is read as the kind that a clerk chooses, whatever fields the guess left in the form', async () => {
    const guess = await guessFile(fileOf(',死亡日', ',R3.6.1'), [])
    const { profile } = profileFrom(guess, {
      ...{ as: 'said', kind: 'deaths', column0: 'registerNumber', column1: 'fullName' },
      ...{ column3: 'bornOn', column5: 'address', column7: 'on' },
    })
    expect(profile.columns.map(({ field }) => field)).toEqual(['registerNumber', 'bornOn', 'on'])
  })
})
