// Proves on the files themselves that the sink keeps what it acknowledged, and all of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { simpleParser } from 'mailparser'
import { expect, onTestFinished, test } from 'vitest'
import { messageIdOf, renderMail } from '../../../mail/message.ts'
import { messageBytesAtMost, startSink } from '../../../mail/sink.ts'
import { aNotice } from './notices.ts'
import { aFolder, aMailer, urlOf } from './servers.ts'

const messageId = messageIdOf('0a1b2c3d-0000-4000-8000-000000000000')
const to = 'hanako@example.jp'
const acceptedAt = '2026-01-02T03:04:05.678Z'
const mail = (text?: string) => {
  const rendered = renderMail(aNotice(), { lang: 'ja' })
  return text === undefined ? rendered : { ...rendered, text }
}

async function aSink(mailDir: string) {
  const sink = await startSink({ mailDir, port: 0, now: () => new Date(acceptedAt) })
  onTestFinished(() => sink.close())
  return aMailer(urlOf(sink.port))
}

test('a mail becomes one file that a mail program opens, with when and to whom', async () => {
  const { folder, names, read } = aFolder()
  const mailer = await aSink(folder)
  expect(await mailer.send(mail(), { to, messageId })).toEqual({ outcome: 'accepted' })
  const [name] = names()
  expect(names()).toHaveLength(1)
  expect(name).toMatch(/^20260102T030405\.678Z-[0-9a-f]{6}-000001-2f1a88c0-[0-9a-f-]+\.eml$/)
  const parsed = await simpleParser(read(name!))
  expect(parsed.text?.trimEnd()).toBe(mail().text.trimEnd())
  expect(parsed.subject).toBe(mail().subject)
  expect(parsed.messageId).toBe(messageId)
  expect(parsed.headers.get('x-sesshu-accepted-at')).toBe(acceptedAt)
  expect(parsed.headers.get('x-sesshu-campaign-date')).toBe('2021-07-14')
  expect(read(name!).toString()).toMatch(/^Delivered-To: hanako@example\.jp\r$/m)
})

test('the same Message-ID twice is two files', async () => {
  const { folder, names } = aFolder()
  const mailer = await aSink(folder)
  await Promise.all([1, 2].map(() => mailer.send(mail(), { to, messageId })))
  expect(names()).toHaveLength(2)
})

test('a body cannot name the file, and an id with a path in it is no id', async () => {
  const { folder, names } = aFolder()
  const mailer = await aSink(folder)
  const forged = 'X-Sesshu-Notice-Id: ffffffff-ffff-4fff-8fff-ffffffffffff'
  await mailer.send(mail(`${forged}\n`), { to, messageId })
  const odd = mail(`${forged}\n`)
  odd.headers['X-Sesshu-Notice-Id'] = '../../../outside'
  await mailer.send(odd, { to, messageId })
  expect(names().map((name) => name.slice(35))).toEqual([
    '2f1a88c0-4b22-4000-8000-000000000000.eml',
    'unknown.eml',
  ])
})

test('what is too large is refused and leaves nothing', async () => {
  const { folder, names } = aFolder()
  const mailer = await aSink(folder)
  const result = await mailer.send(mail('x'.repeat(messageBytesAtMost)), { to, messageId })
  expect(result.outcome).not.toBe('accepted')
  expect(names()).toEqual([])
})

test('a client that does not announce the size is refused at the end of the content', async () => {
  const { folder, names } = aFolder()
  const sink = await startSink({ mailDir: folder, port: 0 })
  onTestFinished(() => sink.close())
  const socket = connect(sink.port, '127.0.0.1')
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]()
  const reply = async () => (await replies.next()).value as string
  await reply()
  for (const line of ['HELO x.example', 'MAIL FROM:<a@example.jp>', `RCPT TO:<${to}>`, 'DATA']) {
    socket.write(`${line}\r\n`)
    await reply()
  }
  socket.write(`${`${'x'.repeat(998)}\r\n`.repeat(1100)}.\r\n`)
  expect(await reply()).toMatch(/^552 /)
  socket.destroy()
  expect(names()).toEqual([])
})

test('a mail that cannot be written is not acknowledged', async () => {
  const { folder } = aFolder()
  const mailDir = join(folder, 'mail')
  const mailer = await aSink(mailDir)
  const { rmSync } = await import('node:fs')
  rmSync(mailDir, { recursive: true })
  expect(await mailer.send(mail(), { to, messageId })).toEqual({ outcome: 'notSent', code: '451' })
})

test('what a killed sink left half is gone at the next start, whole mails stay', async () => {
  const { folder, names } = aFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '.partial-x.eml'), 'half')
  writeFileSync(join(folder, 'whole.eml'), 'whole')
  await aSink(folder)
  expect(names()).toEqual(['whole.eml'])
})

test('the process says its port, keeps mails in the data dir, and ends when asked to', async () => {
  const { folder, names } = aFolder()
  const child = spawn(process.execPath, ['--import', 'tsx', 'mail/sink-main.ts'], {
    env: { ...process.env, SESSHU_DATA_DIR: folder, SMTP_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const ready = JSON.parse(line) as { ready: boolean; port: number }
  expect(ready.ready).toBe(true)
  const mailer = aMailer(urlOf(ready.port))
  expect(await mailer.send(mail(), { to, messageId })).toEqual({ outcome: 'accepted' })
  mailer.close()
  expect(names()).toEqual(['mail'])
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a process without its data dir says so', async () => {
  const { SESSHU_DATA_DIR: _, ...env } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', 'mail/sink-main.ts'], { env })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', (data) => {
    said += data
  })
  expect(await once(child, 'close')).toEqual([2, null])
  expect(said).toContain('SESSHU_DATA_DIR is not set')
})
