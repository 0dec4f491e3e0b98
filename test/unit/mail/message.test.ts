// Proves what a mail says, and that nothing personal stands outside its body.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import type { NoticeForMail } from '../../../i18n/notices-words.ts'
import { messageIdOf, renderMail } from '../../../mail/message.ts'
import { aNotice } from './notices.ts'

const linesOf = (notice: NoticeForMail, lang: 'ja' | 'en' = 'ja') =>
  renderMail(notice, { lang }).text.split('\n')

test('a reminder says what to do first, to whom, and repeats itself in English', () => {
  const lines = linesOf(aNotice())
  expect(lines.slice(0, 5)).toEqual([
    '2回目の接種を予約してください。',
    '目安の日は 2021年6月22日（火） でした。',
    'できるだけ早く受けてください。',
    '',
    '見本 花子 様',
  ])
  expect(lines).toEqual(
    expect.arrayContaining([
      '1回目を受けた日：2021年6月1日（火）　ファイザー社',
      '電話 03-0000-0000',
      'お問い合わせ番号 2F1A-88C0',
      'Please book your second vaccination.',
      'To: 見本 花子',
      'As of 14 July 2021 (Wed), Mihon City has no record of your second vaccination.',
    ]),
  )
})

test('English comes first for those who chose it', () => {
  const lines = linesOf(aNotice(), 'en')
  expect(lines[0]).toBe('Please book your second vaccination.')
  expect(lines).toContain('2回目の接種を予約してください。')
})

test.each<[NonNullable<NoticeForMail['ticketHint']>, string]>([
  ['newTicketEnclosed', '新しい接種券で、2回目の接種を予約してください。'],
  ['callForTicket', '2回目の接種券のことで、お電話をください。'],
])('after a move, %s', (ticketHint, first) => {
  const lines = linesOf(aNotice({ kind: 'relocationNotice', ticketHint }))
  expect(lines[0]).toBe(first)
  expect(lines).toContain('前に住んでいた市区町村の接種券は使えません。')
  expect(lines.join()).not.toMatch(/封筒|envelope|この通知とともに/)
})

test('a name with a character that only the town has is given in kana', () => {
  const recipient = { familyName: '\ue123田', givenName: '花子', kana: 'ミホンダ ハナコ' }
  expect(linesOf(aNotice({ recipient }))).toContain('ミホンダ ハナコ 様')
})

test('headers carry the ids and the campaign day, and the attempt its Message-ID', () => {
  const { headers, subject } = renderMail(aNotice({ round: 2 }), { lang: 'ja' })
  expect(headers).toMatchObject({
    'X-Sesshu-Notice-Id': '2f1a88c0-4b22-4000-8000-000000000000',
    'X-Sesshu-Kind': 'reminder',
    'X-Sesshu-Round': '2',
    'X-Sesshu-Campaign-Date': '2021-07-14',
    'Auto-Submitted': 'auto-generated',
  })
  expect(subject).toBe('【見本市】新型コロナワクチン接種のお知らせ')
  expect(messageIdOf('0a1b2c3d-0000-4000-8000-000000000000')).toBe(
    '<0a1b2c3d-0000-4000-8000-000000000000@notice.sesshu.invalid>',
  )
})

test('T16: law: no name and no date of a person gets into subject or headers, no break into a line', () => {
  const name = fc.string({ unit: 'binary', minLength: 3, maxLength: 20 }).map((n) => `X\r\n${n}Z`)
  fc.assert(
    fc.property(name, name, fc.constantFrom('ja', 'en'), (familyName, givenName, lang) => {
      const recipient = { familyName, givenName, kana: 'ミホン' }
      const mail = renderMail(aNotice({ recipient }), { lang })
      const plain = renderMail(aNotice(), { lang })
      expect(mail.subject).toBe(plain.subject)
      expect(mail.headers).toEqual(plain.headers)
      expect(mail.text.split('\n')).toHaveLength(plain.text.split('\n').length)
      expect(mail.text).not.toContain('\r')
    }),
  )
})

test("a line break in a town's own settings makes no line of the mail", () => {
  const sender = { ...aNotice().sender, office: '健康\r\n推進課', phone: '03-0000\n-0000' }
  const { text } = renderMail(aNotice({ sender }), { lang: 'ja' })
  expect(text).toContain('お問い合わせ: 見本市 健康 推進課\n電話 03-0000 -0000\n')
})

test('without known dates the mail still says what to do and promises no day', () => {
  const {
    dueWindow: _,
    previousDose: __,
    ...rest
  } = aNotice({
    campaignDate: '2021-07-14' as PlainDate,
  })
  const { text } = renderMail(rest, { lang: 'ja' })
  expect(text).not.toMatch(/undefined|NaN|目安の日は/)
  expect(text.startsWith('2回目の接種を予約してください。')).toBe(true)
})
