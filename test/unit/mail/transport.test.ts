// Proves against real servers whom a mail reaches and what is known of it after each kind of end.
import fc from 'fast-check'
import { simpleParser } from 'mailparser'
import { describe, expect, test } from 'vitest'
import { mailAddressOf } from '../../../mail/address.ts'
import { messageIdOf, renderMail } from '../../../mail/message.ts'
import { createMailer, outcomeOf, type SendResult } from '../../../mail/transport.ts'
import { aNotice } from './notices.ts'
import { accepting, aLineServer, aMailer, anSmtpServer } from './servers.ts'

const message = renderMail(aNotice(), { lang: 'ja' })
const messageId = messageIdOf('0a1b2c3d-0000-4000-8000-000000000000')
const to = 'hanako@example.jp'
const send = (smtpUrl: string, timeouts = {}) =>
  aMailer(smtpUrl, timeouts).send(message, { to, messageId })

test('an accepted mail arrives as it was written, at one recipient', async () => {
  const { smtpUrl, received } = await anSmtpServer()
  expect(await send(smtpUrl)).toEqual({ outcome: 'accepted' })
  expect(received).toHaveLength(1)
  expect(received[0]).toMatchObject({ from: 'no-reply@city.example.jp', to: [to] })
  const mail = await simpleParser(received[0]!.content)
  expect(mail.subject).toBe(message.subject)
  expect(mail.text?.trimEnd()).toBe(message.text.trimEnd())
  expect(mail.messageId).toBe(messageId)
  expect(mail.headers.get('x-sesshu-notice-id')).toBe(aNotice().noticeId)
  expect(mail.cc ?? mail.bcc).toBeUndefined()
})

test('T16: law: whatever stands in address and names, the envelope names that address or nobody', async () => {
  const { smtpUrl, received } = await anSmtpServer()
  const mailer = aMailer(smtpUrl)
  const injected = fc.constantFrom(
    'a@example.jp\r\nRCPT TO:<b@example.jp>',
    'a@example.jp, b@example.jp',
    'a@example.jp> <b@example.jp',
    '"b@example.jp" <a@example.jp>',
    'a@example.jp\nBcc: b@example.jp',
    'double..dot.@example.jp',
  )
  const good = fc.stringMatching(
    /^[a-z0-9+_=/'-]{1,9}(\.[a-z0-9+_=/'-]{1,9}){0,2}@[a-z]{1,9}\.example\.jp$/,
  )
  const address = fc.oneof(injected, good, fc.string({ unit: 'binary', maxLength: 40 }))
  const name = fc.oneof(
    fc.constantFrom('花\r\n.\r\nMAIL FROM:<x@example.jp>', '花\r\nBcc: b@example.jp', '..', '.'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  await fc.assert(
    fc.asyncProperty(address, name, async (to, familyName) => {
      received.length = 0
      const recipient = { familyName, givenName: '花子', kana: 'ミホン' }
      const mail = renderMail(aNotice({ recipient }), { lang: 'ja' })
      const result = await mailer.send(mail, { to, messageId })
      const isAddress = mailAddressOf(to) !== undefined
      expect(result.outcome).toBe(isAddress ? 'accepted' : 'refused')
      expect(received.map((each) => each.to)).toEqual(isAddress ? [[to]] : [])
      if (!isAddress) return
      const { headers, to: header } = await simpleParser(received[0]!.content)
      expect([header].flat().flatMap((each) => each?.value.map((v) => v.address))).toEqual([to])
      expect(headers.has('bcc')).toBe(false)
    }),
    { numRuns: 60 },
  )
})

describe('a server that answers', () => {
  const at = (command: string, reply: string) => (line: string, inContent: boolean) =>
    line.startsWith(command) ? reply : accepting(line, inContent)
  const refused = (code: string, isAddressGone: boolean): SendResult => {
    return { outcome: 'refused', code, isAddressGone }
  }
  const cases: [string, string, string, SendResult][] = [
    ['a lasting no to the recipient', 'RCPT', '550 no', refused('550', true)],
    ['nobody of that name', 'RCPT', '550 5.1.1 no such user', refused('550', true)],
    ['a mailbox that is disabled', 'RCPT', '550 5.2.1 disabled', refused('550', true)],
    ['a user who is not local', 'RCPT', '551 elsewhere', refused('551', true)],
    ['a name that may not be', 'RCPT', '553 no', refused('553', true)],
    ['a policy against us', 'RCPT', '550 5.7.1 blocked', refused('550', false)],
    ['a policy in several lines', 'RCPT', '550-5.7.26 no\r\n550 5.7.26 SPF', refused('550', false)],
    ['a sender nobody knows', 'RCPT', '550 5.1.8 who are you', refused('550', false)],
    ['a full mailbox', 'RCPT', '552 5.2.2 full', refused('552', false)],
    ['a full mailbox, said bare', 'RCPT', '552 full', refused('552', false)],
    ['anything', 'RCPT', '554 no', refused('554', false)],
    ['nobody of that name, said late', '.', '550 5.1.1 no such user', refused('550', true)],
    ['a passing no to the recipient', 'RCPT', '451 later', { outcome: 'notSent', code: '451' }],
    ['a no to the sender', 'MAIL', '550 not you', { outcome: 'notSent', code: '550' }],
    ['a no to the content', '.', '554 no', refused('554', false)],
    ['not now to the content', '.', '452 full', { outcome: 'notSent', code: '452' }],
    ['a no before the content', 'DATA', '554 no', refused('554', false)],
    ['closing', 'MAIL', '421 closing', { outcome: 'notSent', code: '421' }],
  ]
  test.each(cases)('%s', async (_name, command, reply, expected) => {
    const { smtpUrl } = await aLineServer(at(command, reply))
    expect(await send(smtpUrl)).toEqual(expected)
  })

  test('a refusing greeting is no word about the recipient', async () => {
    const { smtpUrl } = await aLineServer(accepting, '554 not today')
    expect((await send(smtpUrl)).outcome).toBe('notSent')
  })
})

describe('a server that goes away', () => {
  test('nobody listens', async () => {
    const { smtpUrl, close } = await aLineServer(accepting)
    await close()
    expect((await send(smtpUrl)).outcome).toBe('notSent')
  })

  test.each(['EHLO', 'MAIL', 'RCPT', 'DATA'])('at %s: surely not sent', async (command) => {
    const { smtpUrl, lines } = await aLineServer((line, inContent) =>
      line.startsWith(command) ? 'drop' : accepting(line, inContent),
    )
    expect((await send(smtpUrl)).outcome).toBe('notSent')
    expect(lines.filter((line) => line.startsWith('EHLO'))).toHaveLength(1)
  })

  test.each([
    ['at the first line of the content', (inContent: boolean) => inContent],
    ['after its end', (inContent: boolean, line: string) => inContent && line === '.'],
  ])('%s: unknown, and not tried again by itself', async (_name, when) => {
    const { smtpUrl, lines } = await aLineServer((line, inContent) =>
      when(inContent, line) ? 'drop' : accepting(line, inContent),
    )
    expect((await send(smtpUrl)).outcome).toBe('unknown')
    expect(lines.filter((line) => line.startsWith('MAIL'))).toHaveLength(1)
  })

  test('between two mails over one connection: the second is surely not sent', async () => {
    let isGone = false
    const { smtpUrl, lines } = await aLineServer((line, inContent) => {
      if (isGone && line.startsWith('MAIL')) return 'drop'
      if (inContent && line === '.') isGone = true
      return accepting(line, inContent)
    })
    const mailer = aMailer(smtpUrl)
    expect((await mailer.send(message, { to, messageId })).outcome).toBe('accepted')
    expect((await mailer.send(message, { to, messageId })).outcome).toBe('notSent')
    expect(lines.filter((line) => line.startsWith('MAIL'))).toHaveLength(2)
  })
})

describe('a server that keeps silent', () => {
  const soon = { greetingMilliseconds: 60, silenceMilliseconds: 60, deliveryMilliseconds: 5_000 }

  test('before its greeting: not sent', async () => {
    const { smtpUrl } = await aLineServer(() => undefined, '')
    expect((await send(smtpUrl, soon)).outcome).toBe('notSent')
  })

  test('after the content: unknown', async () => {
    const { smtpUrl } = await aLineServer((line, inContent) =>
      inContent ? undefined : accepting(line, inContent),
    )
    expect((await send(smtpUrl, soon)).outcome).toBe('unknown')
  })

  test('or trickles a reply for ever: given up, by how far it had come', async () => {
    const { smtpUrl } = await aLineServer((line, inContent) =>
      line.startsWith('RCPT') ? 'trickle' : accepting(line, inContent),
    )
    const result = await send(smtpUrl, { deliveryMilliseconds: 150 })
    expect(result.outcome).toBe('notSent')
  })
})

test('results and errors never hold the address or what a server said', async () => {
  const { smtpUrl } = await aLineServer((line, inContent) =>
    line.startsWith('RCPT') ? `550 <${to}> unknown` : accepting(line, inContent),
  )
  expect(JSON.stringify(await send(smtpUrl))).not.toContain('hanako')
  const options = { smtpUrl: 'http://secret@x', from: 'no-reply@city.example.jp' }
  expect(() => createMailer(options)).toThrow(/smtp:\/\/host:port/)
  expect(() => createMailer(options)).not.toThrow(/secret/)
  expect(() => createMailer({ smtpUrl, from: 'a@x.jp, b@x.jp' })).toThrow(/sender address/)
})

test('an error without a reply is never read as one', () => {
  expect(outcomeOf({ code: 'EMESSAGE', command: 'DATA' }, true).outcome).toBe('unknown')
  expect(outcomeOf({}, false)).toEqual({ outcome: 'notSent', code: 'failed' })
})
