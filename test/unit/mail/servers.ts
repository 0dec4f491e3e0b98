/** Real SMTP servers on ports of their own, closed after the test that started them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'
import { createMailer, type Mailer, type MailerOptions } from '../../../mail/transport.ts'

export type Received = { from: string; to: string[]; content: string }

/** A server that remembers what it accepted; `options` may refuse. */
export async function anSmtpServer(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          content: Buffer.concat(chunks).toString('utf8'),
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { smtpUrl: urlOf((server.server.address() as AddressInfo).port), received }
}

/** A server in lines: `answer` gets each line and gives the reply; `drop` ends the connection, `trickle` never ends the reply. */
export async function aLineServer(
  answer: (line: string, inContent: boolean) => string | undefined,
  greeting: string | undefined = '220 lines.invalid ESMTP',
) {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (greeting) socket.write(`${greeting}\r\n`)
    let rest = ''
    let inContent = false
    socket.on('data', (data) => {
      const parts = (rest + data.toString('latin1')).split('\r\n')
      rest = parts.pop()!
      for (const line of parts) {
        lines.push(line)
        const reply = answer(line, inContent)
        if (reply === 'drop') return socket.destroy()
        if (reply === 'trickle') return trickle(socket)
        if (reply) socket.write(`${reply}\r\n`)
        if (reply?.startsWith('354')) inContent = true
        else if (line === '.') inContent = false
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  onTestFinished(close)
  return { smtpUrl: urlOf((server.address() as AddressInfo).port), lines, close }
}

function trickle(socket: Socket): void {
  const timer = setInterval(() => socket.write('250-still thinking\r\n'), 10)
  socket.on('close', () => clearInterval(timer))
}

/** The replies of a server that accepts everything, to be changed at one step. */
export function accepting(line: string, inContent: boolean): string | undefined {
  if (inContent) return line === '.' ? '250 kept' : undefined
  return line.startsWith('DATA') ? '354 go on' : line.startsWith('QUIT') ? '221 bye' : '250 ok'
}

export function aMailer(smtpUrl: string, timeouts: MailerOptions['timeouts'] = {}): Mailer {
  const mailer = createMailer({ smtpUrl, from: 'no-reply@city.example.jp', timeouts })
  onTestFinished(() => mailer.close())
  return mailer
}

export function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-mail-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const names = () => readdirSync(folder).sort()
  return { folder, names, read: (name: string) => readFileSync(join(folder, name)) }
}

export const urlOf = (port: number) => `smtp://127.0.0.1:${port}`
